"""Which group is held out when, and what members say of groups that they never saw."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xgboost as xgb
from sklearn.model_selection import StratifiedKFold

from callrisk.model import RiskModel
from callrisk.pipeline.dataset import Dataset, Flags, Floats, Ints
from callrisk.pipeline.skill import calibrated

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Members of repeated grouped folds; `fold[r, g]` holds group g out in repeat r.

    `members[r][f]` was fitted without fold f of repeat r. `held_out` is the mean margin of every
    row over the members that never saw its group; NaN for rows of pending groups.
    """

    members: tuple[tuple[xgb.Booster, ...], ...]
    fold: Ints
    held_out: Floats


@dataclass(frozen=True, slots=True)
class Trained:
    """The model as it would be served with skill, and the ensemble behind it."""

    model: RiskModel
    ensemble: Ensemble


def folds_of(label: Floats, seed: int) -> Ints:
    """A fold for each labelled group, stratified by label; -1 for pending groups (NaN)."""
    known = np.flatnonzero(~np.isnan(label))
    fewest = int(np.bincount(label[known].astype(np.int64)).min())
    splitter = StratifiedKFold(min(_FOLDS, fewest), shuffle=True, random_state=seed)
    fold = np.full(len(label), -1, dtype=np.int64)
    for number, (_, held) in enumerate(splitter.split(known, label[known])):
        fold[known[held]] = number
    return fold


def fold_count(fold: Ints) -> int:
    """How many folds an assignment has."""
    return int(fold.max()) + 1


def splits(dataset: Dataset, fold: Ints) -> Iterator[tuple[Flags, Flags]]:
    """For each fold the rows to learn from and the rows held out; no group is on both sides."""
    of_row = fold[dataset.group]
    for number in range(fold_count(fold)):
        held = of_row == number
        yield dataset.learns & ~held & (of_row >= 0), held


def calibrated_out_of_fold(dataset: Dataset, held_out: Floats, fold: Ints) -> Floats:
    """Probabilities whose calibration, too, was fitted without the group that it is applied to."""
    probability = np.full(len(dataset.y), np.nan)
    base_rate = float(np.nanmean(dataset.group_label))
    for learn, held in splits(dataset, fold):
        margin, weight = held_out[learn], dataset.weight[learn]
        fitted = calibrated(dataset.y[learn], margin, weight, base_rate)
        log_odds = fitted.slope * held_out[held] + fitted.intercept
        probability[held] = 1 / (1 + np.exp(-log_odds))
    return probability
