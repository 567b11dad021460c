"""How much one column tells of another, by ranks; one entry a customer, none missing."""

import numpy as np

from callrisk.domain.arrays import Flags, Floats


def ranks(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def correlation(first: Floats, second: Floats) -> float:
    """Pearson's r of two columns (Spearman's rho when they are ranks); 0 for a constant."""
    a, b = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else 0.0


def explained(values: Floats, groups: Floats) -> float:
    """The share of the variance of `values` between groups, adjusted for how many there are.

    Groups of one or two would explain everything by themselves; the adjustment (as for R squared)
    takes away what chance explains. 0 with more than a third as many groups as values.
    """
    _, group = np.unique(groups, return_inverse=True)
    number, count = int(group.max()) + 1, len(values)
    centred = values - values.mean()
    total = float(centred @ centred)
    if total <= 0 or 3 * number > count:
        return 0.0
    sums, sizes = np.bincount(group, centred), np.bincount(group)
    within = 1 - float((sums**2 / sizes).sum()) / total
    return 1 - within * (count - 1) / (count - number)


def auc_alone(positive: Flags, rank: Floats) -> float:
    """How often a positive ranks above a negative, whichever way round is better: 0.5 to 1."""
    ones = int(positive.sum())
    pairs = ones * (len(rank) - ones)
    if not pairs:
        return 0.5
    value = (float(rank[positive].sum()) - ones * (ones + 1) / 2) / pairs
    return max(value, 1 - value)
