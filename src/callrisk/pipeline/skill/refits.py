"""What only fitting again tells: shuffled labels, blocks, fewer customers, earlier months."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.evaluation import BlockReport, Interval, LearningPoint
from callrisk.domain.features.contract import Block
from callrisk.model.fitting import Learning, Params, Scheme, fit_member
from callrisk.model.members import member_margins
from callrisk.pipeline.dataset import Dataset, Progress
from callrisk.pipeline.skill.statistics import Draws, auc, brier_skill
from callrisk.pipeline.training.ensemble import Recipe, calibrated_out_of_fold, learning, signs_of
from callrisk.pipeline.training.folds import folds_of, splits
from callrisk.pipeline.training.label_age import cohorts_of, months_of, offsets
from callrisk.pipeline.training.parallel import parallel_map
from callrisk.pipeline.training.selection import Selected, reference

# Refits by the hundred are made on at most so many groups, drawn by the seed.
_MOST_REFITTED_GROUPS = 2_000
_LEARNING_SHARES = (0.25, 0.5, 0.75, 1.0)
_LEARNING_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class RefitSample:
    """The last row of every call that is learnt from, of at most a few thousand groups.

    `label` has an entry for every group, NaN for those that are left out.
    """

    dataset: Dataset
    label: Floats
    month: Ints
    cohort: Ints
    params: Params
    columns: tuple[int, ...]
    seed: int

    @property
    def present(self) -> Ints:
        """The groups that take part."""
        return np.flatnonzero(~np.isnan(self.label))

    def rows(self) -> Learning:
        """All rows that take part."""
        return learning(self.dataset, self.dataset.learns, offsets(self.cohort, self.label))

    def with_labels(self, label: Floats) -> "RefitSample":
        """The same rows under other labels."""
        return replace(
            self, label=label, dataset=replace(self.dataset, y=label[self.dataset.group])
        )

    def auc(self, held_out: Floats) -> float:
        """AUC over customers at the end of their latest call."""
        ends = self.dataset.latest & ~np.isnan(held_out)
        y = self.dataset.y[ends]
        return float(auc(y, held_out[ends], np.ones((1, len(y))))[0])


def few_groups(dataset: Dataset, chosen: Selected, recipe: Recipe) -> RefitSample:
    """What refits are made on, with the configuration that was chosen most often.

    Where that is the base rate there is nothing to fit again: then the preset that blocks are
    admitted by shows what all facts together would do.
    """
    label, rng = dataset.group_label, np.random.default_rng(recipe.seed)
    labelled = np.flatnonzero(~np.isnan(label))
    if len(labelled) > _MOST_REFITTED_GROUPS:
        labelled = _stratified_part(labelled, label, _MOST_REFITTED_GROUPS / len(labelled), rng)
    last_of_call = np.append(dataset.call[1:] != dataset.call[:-1], True)
    keep = last_of_call & np.isin(dataset.group, labelled)
    rows_of_call = np.bincount(dataset.call)[dataset.call]
    rows = replace(
        dataset,
        x=dataset.x[keep],
        y=dataset.y[keep],
        group=dataset.group[keep],
        call=dataset.call[keep],
        cut=dataset.cut[keep],
        weight=(dataset.weight * rows_of_call)[keep],
        latest=dataset.latest[keep],
    )
    kept = np.where(np.isin(np.arange(len(label)), labelled), label, np.nan)
    params, columns = chosen.preset.params, chosen.columns
    if not columns:
        params, columns = reference(recipe.tried).params, tuple(range(len(dataset.features)))
    return RefitSample(
        rows, kept, months_of(dataset), cohorts_of(dataset), params, columns, recipe.seed
    )


def _stratified_part(groups: Ints, label: Floats, share: float, rng: np.random.Generator) -> Ints:
    """So many of each label that their share stays as it is, and at least two of each."""
    parts = []
    for one in (0.0, 1.0):
        of_label = groups[label[groups] == one]
        count = min(len(of_label), max(2, round(share * len(of_label))))
        parts.append(rng.choice(of_label, count, replace=False))
    return np.sort(np.concatenate(parts))


def held_out_margins(few: RefitSample, fold: Ints, part: float = 1.0) -> Floats:
    """Margins of every row by a member that never saw its group, taught by a part of the others."""
    margins = np.full(len(few.dataset.y), np.nan)
    for number, (others, held) in enumerate(splits(few.dataset, fold)):
        label = np.where((fold == number) | (fold < 0), np.nan, few.label)
        if part < 1:
            known = np.flatnonzero(~np.isnan(label))
            kept = _stratified_part(known, label, part, np.random.default_rng(few.seed + number))
            label = np.where(np.isin(np.arange(len(label)), kept), label, np.nan)
        learn = others & ~np.isnan(label[few.dataset.group])
        scheme = Scheme(few.columns, signs_of(few.dataset), few.seed + number)
        rows = learning(few.dataset, learn, offsets(few.cohort, label))
        margins[held] = member_margins(fit_member(rows, few.params, scheme), few.dataset.x[held])
    return margins


def permutations(few: RefitSample, count: int, progress: Progress) -> tuple[float, Floats]:
    """AUC with the true labels, and with labels shuffled among groups of one contract month."""
    rng = np.random.default_rng(few.seed)
    shuffled = [_shuffled(few.label, few.month, rng) for _ in range(count)]

    def refitted(label: Floats) -> float:
        other = few.with_labels(label)
        return other.auc(held_out_margins(other, folds_of(label, few.seed)))

    found = np.zeros(count + 1)
    for number, value in enumerate(parallel_map(refitted, [few.label, *shuffled])):
        found[number] = value
        progress(number / count)
    return float(found[0]), found[1:]


def _shuffled(label: Floats, month: Ints, rng: np.random.Generator) -> Floats:
    shuffled, known = label.copy(), ~np.isnan(label)
    for one in np.unique(month[known]):
        members = np.flatnonzero(known & (month == one))
        shuffled[members] = rng.permutation(label[members])
    return shuffled


def block_reports(
    few: RefitSample, admitted: dict[Block, float], drawn: Draws
) -> list[BlockReport]:
    """What each block reaches alone and adds to the others; `drawn` resamples all groups."""
    everything = np.array([feature.group for feature in few.dataset.features])
    blocks = [block for block in Block if (everything == block).any()]
    fold = folds_of(few.label, few.seed)

    def probability(columns: tuple[int, ...]) -> Floats:
        margins = held_out_margins(replace(few, columns=columns), fold)
        return calibrated_out_of_fold(few.dataset, margins, fold)

    wished: list[NDArray[np.bool_]] = [np.ones(len(everything), dtype=np.bool_)]
    wished += [everything == block for block in blocks]
    wished += [everything != block for block in blocks]
    positions = [tuple(map(int, np.flatnonzero(one))) for one in wished]
    found = list(parallel_map(probability, positions))
    whole, alone, without = found[0], found[1 : 1 + len(blocks)], found[1 + len(blocks) :]
    ends = few.dataset.latest
    y, one = few.dataset.y[ends], np.ones((1, int(ends.sum())))
    weight = drawn[:, few.dataset.group[ends]].astype(np.float64)
    return [
        BlockReport(
            block=str(block),
            alone=float(brier_skill(y, alone[n][ends], one)[0]),
            adds=_difference(y, whole[ends], without[n][ends], weight),
            admitted=admitted.get(block, 0.0),
        )
        for n, block in enumerate(blocks)
    ]


def _difference(y: Floats, better: Floats, worse: Floats, weight: Floats) -> Interval:
    one = np.ones((1, len(y)))
    value = float(brier_skill(y, better, one)[0] - brier_skill(y, worse, one)[0])
    low, high = np.nanpercentile(
        brier_skill(y, better, weight) - brier_skill(y, worse, weight), [2.5, 97.5]
    )
    return Interval(value, float(low), float(high))


def learning_curve(few: RefitSample) -> list[LearningPoint]:
    """Out-of-fold AUC by how many groups were learnt from, over several rounds of folds."""

    def reached(step: tuple[float, int]) -> float:
        share, seed = step
        return few.auc(held_out_margins(replace(few, seed=seed), folds_of(few.label, seed), share))

    steps = [
        (share, few.seed + 101 * number)
        for share in _LEARNING_SHARES
        for number in range(_LEARNING_ROUNDS)
    ]
    values = np.array(list(parallel_map(reached, steps))).reshape(len(_LEARNING_SHARES), -1)
    # A fifth of the groups is held out and teaches nothing.
    taught = 0.8 * len(few.present)
    return [
        LearningPoint(round(share * taught), float(of_share.mean()), float(of_share.std(ddof=1)))
        for share, of_share in zip(_LEARNING_SHARES, values, strict=True)
    ]
