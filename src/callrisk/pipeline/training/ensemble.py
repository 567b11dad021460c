"""The ensemble: members selected and fitted without a fold, and their held-out margins."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from callrisk.domain.arrays import Flags, Floats, Ints
from callrisk.domain.evaluation import Calibration
from callrisk.model import RiskModel
from callrisk.model.fitting import Scheme, fit_member
from callrisk.model.learning import Learning
from callrisk.model.members import Member, member_margins
from callrisk.pipeline.dataset import Dataset, Progress
from callrisk.pipeline.skill.statistics import fit_calibration
from callrisk.pipeline.training.folds import fold_count, folds_of, splits
from callrisk.pipeline.training.label_age import cohorts_of, offsets
from callrisk.pipeline.training.parallel import parallel_map
from callrisk.pipeline.training.presets import Preset
from callrisk.pipeline.training.selection import Pool, PresetSearch, Selected, select

# A choice is made on at most so many rows; more would not change it.
_MOST_ROWS_TO_CHOOSE = 40_000
_SEED_OF_REPEAT = 1_000


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Members of repeated grouped folds; `fold[r, g]` holds group g out in repeat r.

    `members[r][f]` was selected and fitted without fold f of repeat r, with `choices[r][f]`: the
    members that are served are those that were measured. `margins[r, n]` is the margin of row n by
    the member of repeat r that never saw its group; NaN for rows of pending groups.
    """

    members: tuple[tuple[Member, ...], ...]
    choices: tuple[tuple[Selected, ...], ...]
    fold: Ints
    margins: Floats

    @property
    def held_out(self) -> Floats:
        """The mean margin of every row over the members that never saw its group."""
        return np.asarray(self.margins.mean(axis=0))

    def margins_of(self, x: Floats, group: Ints) -> Floats:
        """Return margins, shape (repeats, rows), by members that never saw the rows' groups."""
        margins = np.full((len(self.members), len(x)), np.nan)
        for of_repeat, fold, members in zip(margins, self.fold, self.members, strict=True):
            for number, member in enumerate(members):
                held = fold[group] == number
                if held.any():
                    of_repeat[held] = member_margins(member, x[held])
        return margins

    def all_choices(self) -> list[Selected]:
        """Return the selections of every repeat and fold."""
        return [choice for of_repeat in self.choices for choice in of_repeat]


@dataclass(frozen=True, slots=True)
class Trained:
    """The model as it would be served with demonstrated skill, and the ensemble behind it."""

    model: RiskModel
    ensemble: Ensemble


@dataclass(frozen=True, slots=True)
class Recipe:
    """The recipe of an ensemble: presets to try, repeats, seed, and an optional search."""

    tried: tuple[Preset, ...]
    repeats: int
    seed: int
    search: PresetSearch | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    learn: Flags
    held: Flags
    label: Floats
    seed: int


def fit_ensemble(dataset: Dataset, recipe: Recipe, progress: Progress) -> Ensemble:
    """Select and fit one member a fold and repeat; equal data and seed give equal ensembles."""
    labels = dataset.group_label
    folds = np.stack([folds_of(labels, recipe.seed + repeat) for repeat in range(recipe.repeats)])
    tasks = [task for repeat, fold in enumerate(folds) for task in _tasks(dataset, fold, repeat)]
    month = cohorts_of(dataset)

    def fitted(task: _Task) -> tuple[Selected, Member, Floats]:
        choice = select(selection_pool(dataset, task.label, month, recipe.seed), recipe.tried,
                        recipe.seed + task.seed, recipe.search)  # fmt: skip
        rows = learning_rows(dataset, task.learn, offsets(month, task.label))
        scheme = Scheme.of(dataset.features, choice.columns, recipe.seed + task.seed)
        member = fit_member(rows, choice.preset.params, scheme)
        return choice, member, member_margins(member, dataset.x[task.held])

    size, fitted_members = fold_count(folds[0]), []
    margins = np.full((recipe.repeats, len(dataset.y)), np.nan)
    for number, (choice, member, margin) in enumerate(parallel_map(fitted, tasks)):
        margins[number // size, tasks[number].held] = margin
        fitted_members.append((choice, member))
        progress((number + 1) / len(tasks))
    parts = [fitted_members[begin : begin + size] for begin in range(0, len(fitted_members), size)]
    return Ensemble(
        members=tuple(tuple(member for _, member in part) for part in parts),
        choices=tuple(tuple(choice for choice, _ in part) for part in parts),
        fold=folds,
        margins=margins,
    )


def _tasks(dataset: Dataset, fold: Ints, repeat: int) -> Iterator[_Task]:
    for number, (learn, held) in enumerate(splits(dataset, fold)):
        label = np.where(fold == number, np.nan, dataset.group_label)
        yield _Task(learn, held, label, _SEED_OF_REPEAT * repeat + number)


def learning_rows(dataset: Dataset, chosen: Flags, offset_of_group: Floats) -> Learning:
    """Return the chosen rows, with the offset of each row's group."""
    group = dataset.group[chosen]
    return Learning(
        dataset.x[chosen], dataset.y[chosen], dataset.weight[chosen], offset_of_group[group]
    )


def selection_pool(dataset: Dataset, label: Floats, month: Ints, seed: int) -> Pool:
    """Return end-of-call rows of the labelled groups, at most as many as a selection needs."""
    last_of_call = np.append(dataset.call[1:] != dataset.call[:-1], True)
    rows_of_call = np.bincount(dataset.call)[dataset.call]
    usable = last_of_call & dataset.learns & ~np.isnan(label[dataset.group])
    if usable.sum() > _MOST_ROWS_TO_CHOOSE:
        groups = np.unique(dataset.group[usable])
        share = _MOST_ROWS_TO_CHOOSE / usable.sum()
        sampled = np.random.default_rng(seed).choice(
            groups, int(share * len(groups)), replace=False
        )
        usable &= np.isin(dataset.group, sampled)
        label = np.where(np.isin(np.arange(len(label)), sampled), label, np.nan)
    rows = learning_rows(dataset, usable, offsets(month, label))
    weight = rows.weight * rows_of_call[usable]
    return Pool(
        Learning(rows.x, rows.y, weight, rows.offset), dataset.group[usable], label,
        dataset.features,
    )  # fmt: skip


def calibrated_out_of_fold(dataset: Dataset, held_out: Floats, fold: Ints) -> Floats:
    """Return the probability of every row, its calibration also fitted without the row's fold."""
    probability = np.full(len(dataset.y), np.nan)
    fitted = fold_calibrations(dataset, held_out, fold)
    for calibration, (_, held) in zip(fitted, splits(dataset, fold), strict=True):
        log_odds = calibration.slope * held_out[held] + calibration.intercept
        probability[held] = expit(log_odds)
    return probability


def fold_calibrations(dataset: Dataset, held_out: Floats, fold: Ints) -> list[Calibration]:
    """Return the calibration of each fold, fitted on the held-out margins of the other folds."""
    base_rate = float(np.nanmean(dataset.group_label))
    weights = dataset.calibration_weight
    return [
        fit_calibration(dataset.y[rows], held_out[rows], weights[rows], base_rate)
        for rows in (learn & (weights > 0) for learn, _ in splits(dataset, fold))
    ]


def fold_slopes(dataset: Dataset, ensemble: Ensemble) -> Floats:
    """Return the calibration slope of each repeat and fold, shape (repeats, folds)."""
    return np.array(
        [
            [calibration.slope for calibration in fold_calibrations(dataset, margins, fold)]
            for margins, fold in zip(ensemble.margins, ensemble.fold, strict=True)
        ]
    )
