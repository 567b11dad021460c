"""Results that need refits: permutation test and learning curve, on a sample to refit on."""

from dataclasses import dataclass, replace

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.evaluation import LearningPoint
from callrisk.model.fitting import Params, Scheme, fit_member
from callrisk.model.learning import Learning
from callrisk.model.members import member_margins
from callrisk.pipeline.dataset import Dataset, Progress
from callrisk.pipeline.skill.statistics import auc
from callrisk.pipeline.training.ensemble import Recipe, learning_rows
from callrisk.pipeline.training.folds import folds_of, splits
from callrisk.pipeline.training.label_age import cohorts_of, months_of, offsets
from callrisk.pipeline.training.parallel import parallel_map
from callrisk.pipeline.training.selection import Selected, reference_preset

# Refits by the hundred are made on at most so many groups, drawn by the seed.
_MOST_REFITTED_GROUPS = 2_000
_LEARNING_SHARES = (0.25, 0.5, 0.75, 1.0)
_LEARNING_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class RefitSample:
    """A sample to refit on: the last row of every call, of at most a few thousand groups.

    `label` has an entry for every group, NaN for those that are left out.
    """

    dataset: Dataset
    label: Floats
    month: Ints
    cohort: Ints
    params: Params
    columns: tuple[int, ...]
    seed: int
    # False where the base rate was chosen, and another configuration is refitted in its place.
    as_chosen: bool = True

    @property
    def present(self) -> Ints:
        """The numbers of the groups in the sample."""
        return np.flatnonzero(~np.isnan(self.label))

    def rows(self) -> Learning:
        """Return all rows of the sample to learn from."""
        return learning_rows(self.dataset, self.dataset.learns, offsets(self.cohort, self.label))

    def with_labels(self, label: Floats) -> "RefitSample":
        """Return the same rows under other labels."""
        return replace(
            self, label=label, dataset=replace(self.dataset, y=label[self.dataset.group])
        )

    def with_manner(self) -> "RefitSample":
        """Return the same rows with the features of manner behind all others."""
        dataset = self.dataset
        return replace(
            self,
            dataset=replace(
                dataset,
                features=dataset.features + dataset.manner,
                x=np.column_stack([dataset.x, dataset.manner_x]),
            ),
        )

    def auc(self, held_out: Floats, fold: Ints) -> float:
        """Return the AUC over customers of one fold at the end of their latest call."""
        ends = self.dataset.latest & ~np.isnan(held_out)
        y, fold = self.dataset.y[ends], fold[self.dataset.group[ends]]
        return float(auc(y, held_out[ends], np.ones((1, len(y))), fold)[0])


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A permutation test of the AUC: p, number of shuffles, and the AUC of each shuffle."""

    p: float
    count: int
    aucs: Floats


# The result where no shuffle was needed: p cannot show skill.
NOT_SHUFFLED = PermutationTest(1.0, 0, np.full(1, 0.5))


def refit_sample(dataset: Dataset, chosen: Selected, recipe: Recipe) -> RefitSample:
    """Return the sample for refits, with the configuration that was chosen most often.

    If that is the base rate there is nothing to refit: then the reference preset of block admission
    is used with all features.
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
        manner_x=dataset.manner_x[keep],
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
        params, columns = reference_preset(recipe.tried).params, tuple(range(len(dataset.features)))
    return RefitSample(
        rows, kept, months_of(dataset), cohorts_of(dataset), params, columns, recipe.seed,
        as_chosen=bool(chosen.columns),
    )  # fmt: skip


def _stratified_part(groups: Ints, label: Floats, share: float, rng: np.random.Generator) -> Ints:
    """Return a random part of the groups, stratified by label, with at least two of each label."""
    parts = []
    for outcome in (0.0, 1.0):
        of_label = groups[label[groups] == outcome]
        count = min(len(of_label), max(2, round(share * len(of_label))))
        parts.append(rng.choice(of_label, count, replace=False))
    return np.sort(np.concatenate(parts))


def held_out_margins(sample: RefitSample, fold: Ints, part: float = 1.0) -> Floats:
    """Return the margin of every row by a member that never saw its group.

    `part` is the share of the other groups that the member learns from.
    """
    margins = np.full(len(sample.dataset.y), np.nan)
    for number, (others, held) in enumerate(splits(sample.dataset, fold)):
        label = np.where((fold == number) | (fold < 0), np.nan, sample.label)
        if part < 1:
            known = np.flatnonzero(~np.isnan(label))
            kept = _stratified_part(known, label, part, np.random.default_rng(sample.seed + number))
            label = np.where(np.isin(np.arange(len(label)), kept), label, np.nan)
        learn = others & ~np.isnan(label[sample.dataset.group])
        scheme = Scheme.of(sample.dataset.features, sample.columns, sample.seed + number)
        rows = learning_rows(sample.dataset, learn, offsets(sample.cohort, label))
        margins[held] = member_margins(
            fit_member(rows, sample.params, scheme), sample.dataset.x[held]
        )
    return margins


def permutation_test(sample: RefitSample, count: int, progress: Progress) -> PermutationTest:
    """Refit under labels shuffled `count` times among groups of one contract month.

    p = (1 + shuffles that do as well) / (1 + shuffles), as Phipson and Smyth (2010).
    """
    rng = np.random.default_rng(sample.seed)
    shuffled = [_shuffled_within_months(sample.label, sample.month, rng) for _ in range(count)]

    def refitted(label: Floats) -> float:
        relabelled, fold = sample.with_labels(label), folds_of(label, sample.seed)
        return relabelled.auc(held_out_margins(relabelled, fold), fold)

    aucs = np.zeros(count + 1)
    for number, value in enumerate(parallel_map(refitted, [sample.label, *shuffled])):
        aucs[number] = value
        progress(number / count)
    observed, permuted = float(aucs[0]), aucs[1:]
    p = (1 + int((permuted >= observed).sum())) / (1 + count)
    return PermutationTest(p, count, permuted)


def _shuffled_within_months(label: Floats, month: Ints, rng: np.random.Generator) -> Floats:
    shuffled, known = label.copy(), ~np.isnan(label)
    for each in np.unique(month[known]):
        members = np.flatnonzero(known & (month == each))
        shuffled[members] = rng.permutation(label[members])
    return shuffled


def learning_curve(sample: RefitSample) -> list[LearningPoint]:
    """Return the out-of-fold AUC by number of groups learnt from, over several rounds of folds."""

    def reached(step: tuple[float, int]) -> float:
        share, seed = step
        fold = folds_of(sample.label, seed)
        return sample.auc(held_out_margins(replace(sample, seed=seed), fold, share), fold)

    steps = [
        (share, sample.seed + 101 * number)
        for share in _LEARNING_SHARES
        for number in range(_LEARNING_ROUNDS)
    ]
    values = np.array(list(parallel_map(reached, steps))).reshape(len(_LEARNING_SHARES), -1)
    # A fifth of the groups is held out and teaches nothing.
    learnt_from = 0.8 * len(sample.present)
    return [
        LearningPoint(
            round(share * learnt_from), float(of_share.mean()), float(of_share.std(ddof=1))
        )
        for share, of_share in zip(_LEARNING_SHARES, values, strict=True)
    ]
