"""What only fitting again tells: whether shuffled labels do as well, and what blocks know."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.features import Group
from callrisk.model import BoosterParams, Learning, fit_member, margins
from callrisk.pipeline.dataset import Dataset, Flags, Floats, Progress
from callrisk.pipeline.folds import calibrated_out_of_fold, folds_of, splits
from callrisk.pipeline.skill import auc, brier_skill

# Refits by the hundred are made on at most so many groups, drawn by the seed.
_MOST_REFITTED_GROUPS = 2_000


def few_groups(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """The last row of every call that is learnt from, of at most a few thousand groups."""
    labelled = np.flatnonzero(~np.isnan(dataset.group_label))
    if len(labelled) > _MOST_REFITTED_GROUPS:
        labelled = rng.choice(labelled, _MOST_REFITTED_GROUPS, replace=False)
    last_of_call = np.append(dataset.call[1:] != dataset.call[:-1], True)
    keep = last_of_call & np.isin(dataset.group, labelled)
    rows_of_call = np.bincount(dataset.call)[dataset.call]
    return replace(
        dataset,
        x=dataset.x[keep],
        y=dataset.y[keep],
        group=dataset.group[keep],
        call=dataset.call[keep],
        cut=dataset.cut[keep],
        weight=(dataset.weight * rows_of_call)[keep],
        latest=dataset.latest[keep],
    )


def permutations(
    few: Dataset, params: BoosterParams, count: int, rng: np.random.Generator, progress: Progress
) -> tuple[float, Floats]:
    """AUC with the true labels, and with labels shuffled among groups of one contract month."""
    month = np.array([group.contract_month or "" for group in few.prepared.groups])
    labels = few.group_label
    observed = _refitted_auc(few, labels, params)
    permuted = np.zeros(count)
    for number in range(count):
        permuted[number] = _refitted_auc(few, _shuffled(labels, month, few, rng), params)
        progress((number + 1) / count)
    return observed, permuted


def _shuffled(
    labels: Floats, month: NDArray[np.str_], few: Dataset, rng: np.random.Generator
) -> Floats:
    present = np.unique(few.group)
    shuffled = labels.copy()
    for one in np.unique(month[present]):
        members = present[month[present] == one]
        shuffled[members] = rng.permutation(labels[members])
    return shuffled


def _refitted_auc(few: Dataset, labels: Floats, params: BoosterParams) -> float:
    y = labels[few.group]
    held_out = _held_out(replace(few, y=y), labels, params, slice(None))
    ends = few.latest
    return float(auc(y[ends], held_out[ends], np.ones((1, int(ends.sum()))))[0])


def _held_out(
    few: Dataset, labels: Floats, params: BoosterParams, columns: slice | Flags
) -> Floats:
    present = np.unique(few.group)
    known = np.full(len(labels), np.nan)
    known[present] = labels[present]
    x = few.x[:, columns]
    held_out = np.zeros(len(few.y))
    for learn, held in splits(few, folds_of(known, params.random_state)):
        rows = Learning(x[learn], few.y[learn], few.weight[learn])
        held_out[held] = margins(fit_member(rows, params), x[held])
    return held_out


def block_skill(few: Dataset, params: BoosterParams) -> dict[str, float]:
    """Brier skill of each block of features on its own."""
    groups = np.array([feature.group for feature in few.features])
    labels = few.group_label
    present = np.unique(few.group)
    known = np.full(len(labels), np.nan)
    known[present] = labels[present]
    fold = folds_of(known, params.random_state)
    skills = {}
    for block in Group:
        columns = groups == block
        if columns.any():
            held_out = _held_out(few, labels, params, columns)
            p = calibrated_out_of_fold(few, held_out, fold)
            ends = few.latest
            one = np.ones((1, int(ends.sum())))
            skills[str(block)] = float(brier_skill(few.y[ends], p[ends], one)[0])
    return skills
