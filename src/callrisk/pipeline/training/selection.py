"""Which facts to learn from, and how: chosen by log loss on inner folds of the data at hand.

Nothing here sees the rows on which the choice is judged later. A simpler answer is preferred
whenever the paired differences of the folds cannot tell it from the best (the one-standard-error
rule of Breiman, Friedman, Olshen and Stone 1984, on paired differences).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from callrisk.domain.features.contract import Block, Feature
from callrisk.model.fitting import Learning, Scheme, TreeParams, fit_member
from callrisk.model.members import member_margins
from callrisk.pipeline.dataset import Flags, Floats, Ints
from callrisk.pipeline.training.folds import inner_folds
from callrisk.pipeline.training.presets import Preset

# Inner rounds are repeated while groups are few: with so many folds the standard error holds.
_ROUNDS, _MANY_GROUPS = 2, 2_000
_ROUND_STEP = 7_919
# Finds one more configuration on the inner folds, and its loss on each.
Search = Callable[["CandidateModels", tuple[int, ...]], tuple[Preset, Floats]]


@dataclass(frozen=True, slots=True)
class Selected:
    """What was chosen on some rows; `losses` are (presets, inner folds), in nats a group.

    `columns` are positions of the features of the admitted `blocks`. The base rate has none.
    """

    preset: Preset
    blocks: tuple[Block, ...]
    columns: tuple[int, ...]
    tried: tuple[Preset, ...]
    losses: Floats


@dataclass(frozen=True, slots=True)
class Pool:
    """Rows to choose on, one a call; `group` numbers independent units, `label` is theirs."""

    rows: Learning
    group: Ints
    label: Floats
    features: tuple[Feature, ...]

    def columns_of(self, blocks: Sequence[Block]) -> tuple[int, ...]:
        """Positions of the features of these blocks."""
        return tuple(n for n, feature in enumerate(self.features) if feature.block in blocks)

    def blocks(self) -> list[Block]:
        """The blocks that there are features of."""
        present = {feature.block for feature in self.features}
        return [block for block in Block if block in present]


class CandidateModels:
    """Measures configurations on the same inner folds, so that differences are paired."""

    def __init__(self, pool: Pool, seed: int) -> None:
        few = len(np.unique(pool.group)) < _MANY_GROUPS
        rounds = range(_ROUNDS if few else 1)
        self._pool = pool
        self._seed = seed
        self._splits = [
            split
            for number in rounds
            for split in _splits(pool, inner_folds(pool.label, seed + _ROUND_STEP * number))
        ]

    def losses(self, family: Sequence[Preset], columns: tuple[int, ...]) -> Floats:
        """Log loss of presets of one family, shape (presets, folds): one fit a fold serves all."""
        largest = max(family, key=_size)
        found = np.zeros((len(family), len(self._splits)))
        for fold, (learn, held) in enumerate(self._splits):
            rows = self._pool.rows
            scheme = Scheme(columns, self._signs(), self._seed + fold)
            member = fit_member(_part(rows, learn), largest.params, scheme)
            for number, preset in enumerate(family):
                margin = member_margins(member, rows.x[held], _size(preset))
                found[number, fold] = log_loss(rows.y[held], margin, rows.weight[held])
        return found

    def _signs(self) -> tuple[int, ...]:
        return tuple(feature.sign for feature in self._pool.features)


def _size(preset: Preset) -> int:
    return preset.params.n_estimators if isinstance(preset.params, TreeParams) else 0


def _splits(pool: Pool, fold: Ints) -> Iterator[tuple[Flags, Flags]]:
    of_row = fold[pool.group]
    learns = pool.rows.weight > 0
    for number in range(int(fold.max()) + 1):
        held = (of_row == number) & learns
        yield (of_row >= 0) & (of_row != number) & learns, held


def _part(rows: Learning, chosen: Flags) -> Learning:
    return Learning(rows.x[chosen], rows.y[chosen], rows.weight[chosen], rows.offset[chosen])


def log_loss(y: Floats, margin: Floats, weight: Floats) -> float:
    """Mean negative log-likelihood of labels under log-odds, in nats."""
    surprise = np.logaddexp(0.0, np.where(y > 0, -margin, margin))
    return float(np.average(surprise, weights=weight))


def choose(
    pool: Pool, tried: Sequence[Preset], seed: int, search: Search | None = None
) -> Selected:
    """Admit blocks, then take the simplest preset within one standard error of the best."""
    candidates = CandidateModels(pool, seed)
    blocks = admitted(candidates, pool, tried)
    columns = pool.columns_of(blocks)
    # Without facts all presets are the base rate, which comes first.
    families = _families(tried) if columns else [tried[:1]]
    losses = np.vstack([candidates.losses(family, columns) for family in families])
    found = [preset for family in families for preset in family]
    if search is not None and columns:
        tuned, loss = search(candidates, columns)
        found, losses = [*found, tuned], np.vstack([losses, loss])
    return Selected(found[simplest(losses)], blocks, columns, tuple(found), losses)


def _families(tried: Sequence[Preset]) -> list[Sequence[Preset]]:
    families: dict[str, list[Preset]] = {}
    for preset in tried:
        families.setdefault(preset.family, []).append(preset)
    return list(families.values())


def admitted(candidates: CandidateModels, pool: Pool, tried: Sequence[Preset]) -> tuple[Block, ...]:
    """Blocks that lower the loss by more than one standard error, the most helpful first in."""
    by = [reference(tried)]
    inside: tuple[Block, ...] = ()
    loss = candidates.losses(tried[:1], ())[0]
    outside = pool.blocks()
    while outside:
        with_one = {
            block: candidates.losses(by, pool.columns_of((*inside, block)))[0] for block in outside
        }
        best = min(outside, key=lambda block: float(with_one[block].mean()))
        better = loss - with_one[best]
        if not better.mean() > standard_error(better):
            break
        inside, loss = (*inside, best), with_one[best]
        outside.remove(best)
    return tuple(block for block in Block if block in inside)


def reference(tried: Sequence[Preset]) -> Preset:
    """What blocks are admitted by: the steadiest preset that can use any kind of fact."""
    return next(preset for preset in tried if preset.family == "blend")


def standard_error(differences: Floats) -> float:
    """Of the mean of paired fold differences."""
    return float(differences.std(ddof=1) / np.sqrt(len(differences)))


def simplest(losses: Floats) -> int:
    """The first row of (presets, folds) that is at most one standard error worse than the best."""
    best = losses[int(losses.mean(axis=1).argmin())]
    behind = losses - best
    within = [
        number
        for number, difference in enumerate(behind)
        if difference.mean() <= standard_error(difference)
    ]
    return within[0]
