"""Grouped stratified folds; no group ever stands on both sides of a split."""

from collections.abc import Iterator

import numpy as np
from sklearn.model_selection import StratifiedKFold

from callrisk.domain.arrays import Flags, Floats, Ints
from callrisk.pipeline.dataset import Dataset

_FOLDS, _INNER_FOLDS = 5, 4


def folds_of(label: Floats, seed: int) -> Ints:
    """Return the outer fold of each group, stratified by label; -1 for pending groups (NaN)."""
    return _stratified(label, seed, _FOLDS)


def inner_folds(label: Floats, seed: int) -> Ints:
    """Return the inner fold of each group that is learnt from; -1 for all others (NaN)."""
    return _stratified(label, seed, _INNER_FOLDS)


def _stratified(label: Floats, seed: int, most: int) -> Ints:
    known = np.flatnonzero(~np.isnan(label))
    fewest = int(np.bincount(label[known].astype(np.int64), minlength=2).min())
    fold = np.full(len(label), -1, dtype=np.int64)
    if fewest < 2:  # noqa: PLR2004 - a single one cannot stand on both sides
        # Half and half: no preset can be told from the base rate there.
        fold[known] = np.random.default_rng(seed).permutation(len(known)) % 2
        return fold
    splitter = StratifiedKFold(min(most, fewest), shuffle=True, random_state=seed)
    for number, (_, held) in enumerate(splitter.split(known, label[known])):
        fold[known[held]] = number
    return fold


def fold_count(fold: Ints) -> int:
    """Return the number of folds of an assignment."""
    return int(fold.max()) + 1


def splits(dataset: Dataset, fold: Ints) -> Iterator[tuple[Flags, Flags]]:
    """Yield for each fold the rows to learn from and the rows held out, as flags of rows."""
    of_row = fold[dataset.group]
    for number in range(fold_count(fold)):
        held = of_row == number
        yield dataset.learns & ~held & (of_row >= 0), held
