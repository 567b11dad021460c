"""The selection of blocks and preset by log loss on inner folds of the training rows.

Nothing here sees the rows on which the choice is evaluated later. A simpler answer is preferred
whenever the paired differences of the folds cannot tell it from the best (the one-standard-error
rule of Breiman, Friedman, Olshen and Stone 1984, on paired differences).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Flags, Floats, Ints
from callrisk.domain.features.contract import Block, Feature
from callrisk.model.fitting import Scheme, TreeParams, fit_member
from callrisk.model.learning import Learning
from callrisk.model.members import member_margins
from callrisk.pipeline.training.folds import inner_folds
from callrisk.pipeline.training.presets import Preset

# Inner rounds are repeated while groups are few: with so many folds the standard error holds.
_REPEATS, _MANY_GROUPS = 2, 2_000
_ROUND_STEP = 7_919
# Finds one more configuration on the inner folds, and its loss on each.
PresetSearch = Callable[["CandidateModels", tuple[int, ...]], tuple[Preset, Floats]]


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection on some rows; `losses` are (presets, inner folds), in nats a group.

    `columns` are positions of the features of the admitted `blocks`. The base rate has none.
    """

    preset: Preset
    blocks: tuple[Block, ...]
    columns: tuple[int, ...]
    tried: tuple[Preset, ...]
    losses: Floats


@dataclass(frozen=True, slots=True)
class Pool:
    """Rows to select on, one a call; `group` numbers independent units, `label` is theirs."""

    rows: Learning
    group: Ints
    label: Floats
    features: tuple[Feature, ...]

    def columns_of(self, blocks: Sequence[Block]) -> tuple[int, ...]:
        """Return the positions of the features of these blocks."""
        return tuple(n for n, feature in enumerate(self.features) if feature.block in blocks)

    def blocks(self) -> list[Block]:
        """Return the blocks that have features."""
        present = {feature.block for feature in self.features}
        return [block for block in Block if block in present]


class CandidateModels:
    """Candidate configurations measured on the same inner folds, so that differences are paired."""

    def __init__(self, pool: Pool, seed: int) -> None:
        is_small = len(np.unique(pool.group)) < _MANY_GROUPS
        repeats = range(_REPEATS if is_small else 1)
        self._pool = pool
        self._seed = seed
        self._splits = [
            split
            for number in repeats
            for split in _splits(pool, inner_folds(pool.label, seed + _ROUND_STEP * number))
        ]

    def losses(self, family: Sequence[Preset], columns: tuple[int, ...]) -> Floats:
        """Return the log loss of presets of one family, shape (presets, folds); one fit a fold."""
        largest = max(family, key=_size)
        losses = np.zeros((len(family), len(self._splits)))
        for fold, (learn, held) in enumerate(self._splits):
            rows = self._pool.rows
            scheme = Scheme.of(self._pool.features, columns, self._seed + fold)
            member = fit_member(_part(rows, learn), largest.params, scheme)
            for number, preset in enumerate(family):
                margin = member_margins(member, rows.x[held], _size(preset))
                losses[number, fold] = log_loss(rows.y[held], margin, rows.weight[held])
        return losses


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
    """Return the mean negative log-likelihood of labels under log-odds, in nats."""
    surprise = np.logaddexp(0.0, np.where(y > 0, -margin, margin))
    return float(np.average(surprise, weights=weight))


def select(
    pool: Pool, tried: Sequence[Preset], seed: int, search: PresetSearch | None = None
) -> Selected:
    """Admit blocks, then take the simplest preset within one standard error of the best."""
    candidates = CandidateModels(pool, seed)
    blocks = admitted_blocks(candidates, pool, tried)
    columns = pool.columns_of(blocks)
    # Without facts all presets are the base rate, which comes first.
    families = _families(tried) if columns else [tried[:1]]
    losses = np.vstack([candidates.losses(family, columns) for family in families])
    presets = [preset for family in families for preset in family]
    if search is not None and columns:
        tuned, loss = search(candidates, columns)
        presets, losses = [*presets, tuned], np.vstack([losses, loss])
    chosen = presets[simplest_within_standard_error(losses)]
    return Selected(chosen, blocks, columns, tuple(presets), losses)


def _families(tried: Sequence[Preset]) -> list[Sequence[Preset]]:
    families: dict[str, list[Preset]] = {}
    for preset in tried:
        families.setdefault(preset.family, []).append(preset)
    return list(families.values())


def admitted_blocks(
    candidates: CandidateModels, pool: Pool, tried: Sequence[Preset]
) -> tuple[Block, ...]:
    """Return the blocks that lower the loss by more than one standard error (forward selection)."""
    family = [reference_preset(tried)]
    inside: tuple[Block, ...] = ()
    loss = candidates.losses(tried[:1], ())[0]
    outside = pool.blocks()
    while outside:
        loss_with = {
            block: candidates.losses(family, pool.columns_of((*inside, block)))[0]
            for block in outside
        }
        best = min(outside, key=lambda block: float(loss_with[block].mean()))
        better = loss - loss_with[best]
        if not better.mean() > standard_error(better):
            break
        inside, loss = (*inside, best), loss_with[best]
        outside.remove(best)
    return tuple(block for block in Block if block in inside)


def reference_preset(tried: Sequence[Preset]) -> Preset:
    """Return the preset to admit blocks by: the most stable one for any kind of feature."""
    return next(preset for preset in tried if preset.family == "blend")


def standard_error(differences: Floats) -> float:
    """Return the standard error of the mean of paired fold differences."""
    return float(differences.std(ddof=1) / np.sqrt(len(differences)))


def simplest_within_standard_error(losses: Floats) -> int:
    """Return the first row of (presets, folds) within one standard error of the best."""
    best = losses[int(losses.mean(axis=1).argmin())]
    behind = losses - best
    within = [
        number
        for number, difference in enumerate(behind)
        if difference.mean() <= standard_error(difference)
    ]
    return within[0]
