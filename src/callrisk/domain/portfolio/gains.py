"""Gains, lift, KS and Gini of a score: how many unpaid customers the riskiest ones hold.

All of them compare the order of customers alone, ties counted half, so any increasing function of
the score has the same figures. `y` is 1 for unpaid, and `score` higher for riskier customers.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from callrisk.domain.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class GainsCurve:
    """The cumulative gains (CAP) of a score, one entry a group of equal scores and one for nobody.

    `share` is the part of all customers that was taken, the riskiest first, `caught` the part of
    all unpaid ones and `passed` that of all paid ones among them; each runs from 0 to 1. `score` is
    the lowest score taken, inf for nobody.
    """

    share: Floats
    caught: Floats
    passed: Floats
    score: Floats


@dataclass(frozen=True, slots=True)
class GainsRow:
    """One band of equally many customers.

    `caught` and `lift` are of all from the riskiest to this band: the part of all unpaid customers
    among them, and their unpaid share over that of everybody.
    """

    lowest: float
    highest: float
    customers: int
    unpaid: int
    caught: float
    lift: float


@dataclass(frozen=True, slots=True)
class Separation:
    """The largest distance of two distributions of a score (Kolmogorov-Smirnov), and its score."""

    distance: float
    score: float


def gains_curve(y: Floats, score: Floats) -> GainsCurve:
    """Return the gains of a score; NaN in `caught` or `passed` where nobody is of that kind."""
    order, ends = _riskiest_first(score)
    unpaid = np.cumsum(y[order])[ends]
    count = ends + 1.0
    paid = count - unpaid
    return GainsCurve(
        share=_from_zero(count / len(y)),
        caught=_from_zero(_share(unpaid)),
        passed=_from_zero(_share(paid)),
        score=np.concatenate([[np.inf], score[order][ends]]),
    )


def _riskiest_first(score: Floats) -> tuple[Ints, Ints]:
    """Return the order by falling score, and the place of the last of each group of equal ones."""
    order = np.argsort(-score, kind="stable")
    return order, np.flatnonzero(np.append(np.diff(score[order]) != 0, True))


def _share(cumulated: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(cumulated / cumulated[-1])


def _from_zero(part: Floats) -> Floats:
    return np.concatenate([[0.0], part])


def caught_at(curve: GainsCurve, share: float) -> float:
    """Return the part of all unpaid customers in the riskiest `share` of all customers.

    Of customers with equal scores any may be taken, so that the expected part is told.
    """
    return float(np.interp(share, curve.share, curve.caught))


def gains_table(y: Floats, score: Floats, bands: int = 10) -> list[GainsRow]:
    """Return bands of equally many customers, the riskiest first; equal scores share a band."""
    order, ends = _riskiest_first(score)
    wished = np.cumsum([len(part) for part in np.array_split(order, bands)]) - 1
    cuts = np.unique(ends[np.searchsorted(ends, wished)])
    begins = np.append(0, cuts + 1)
    curve, unpaid, rate = gains_curve(y, score), y[order], float(y.mean())
    rows = []
    for begin, end in pairwise(begins):
        caught = float(np.interp(end / len(y), curve.share, curve.caught))
        rows.append(
            GainsRow(
                lowest=float(score[order[end - 1]]),
                highest=float(score[order[begin]]),
                customers=int(end - begin),
                unpaid=int(unpaid[begin:end].sum()),
                caught=caught,
                lift=float(unpaid[:end].mean() / rate) if rate else float("nan"),
            )
        )
    return rows


def separation(y: Floats, score: Floats) -> Separation:
    """Return KS: the largest distance of the distributions of unpaid and paid customers.

    The two-sample statistic of Smirnov (1939); the score at which it lies belongs to the riskier.
    """
    curve = gains_curve(y, score)
    distance = np.abs(curve.caught - curve.passed)
    if np.isnan(distance).any():
        return Separation(float("nan"), float("nan"))
    at = int(np.argmax(distance))
    return Separation(float(distance[at]), float(curve.score[at]))


def gini(y: Floats, score: Floats, weight: Floats | None = None) -> Floats:
    """Return Gini = 2 AUC - 1 (Somers' D) for each row of `weight`, shape (draws, customers).

    0 is no order, 1 a perfect one; NaN without a customer of either kind.
    """
    weight = np.ones((1, len(y))) if weight is None else np.atleast_2d(weight)
    order, ends = _riskiest_first(score)
    unpaid, paid = (weight * y)[:, order], (weight * (1 - y))[:, order]
    begins = np.append(0, ends[:-1] + 1)
    of_tie, others = (np.add.reduceat(part, begins, axis=1) for part in (unpaid, paid))
    behind = others.sum(axis=1, keepdims=True) - np.cumsum(others, axis=1)
    before = np.cumsum(others, axis=1) - others
    pairs = of_tie.sum(axis=1) * others.sum(axis=1)
    surplus = (of_tie * (behind - before)).sum(axis=1)
    return np.asarray(np.divide(surplus, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))
