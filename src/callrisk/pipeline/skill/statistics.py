"""Statistics of skill: weighted AUC, Brier, affine calibration, and intervals over groups.

Customers of one group are not independent, so every interval resamples whole groups. A draw of the
bootstrap is a vector of multiplicities, one a group, which serves as weights for its customers.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.evaluation import Calibration, Interval
from callrisk.model.log_odds import log_odds

Draws = NDArray[np.uint8]
Statistic = Callable[[Floats, Floats, Floats], Floats]
# A value and its value in each draw.
Resampled = tuple[float, Floats]

_NEWTON_STEPS, _CONVERGED = 50, 1e-9
# Log-odds of a label that nobody, or everybody, has would be infinite.
_RAREST = 1e-6
# A calibration slope beyond this is bounded by its standard error.
_STEEPEST = 1.2
# Of this half-width the interval of the AUC shall be.
_WISHED_HALF_WIDTH = 0.05
# Multiplicities that are worked on at once.
_PART = 2_000_000


def auc(y: Floats, score: Floats, weight: Floats, fold: Ints | None = None) -> Floats:
    """Return the area under the ROC curve, ties counted half, for each row of `weight`.

    `weight` has shape (draws, customers). The Mann-Whitney form: the share of (unpaid, paid) pairs
    that the score puts in order. NaN for a draw without such a pair. With folds, pairs of one fold
    only: scores of different members are no comparison. A member that learnt without more of the
    unpaid expects less of them, so that pairs across folds put even constants in the wrong order
    (Parker, Guenter and Bedo 2007, Stratification bias in low signal microarray studies).
    """
    fold = np.zeros(len(y), dtype=np.int64) if fold is None else fold
    order = np.lexsort((score, fold))
    y, score, fold = y[order], score[order], fold[order]
    weight = np.atleast_2d(weight)[:, order]
    positive, negative = weight * y, weight * (1 - y)
    begins = np.append(True, np.diff(fold) != 0)
    first_of_fold = np.flatnonzero(begins)
    is_next = begins | np.append(True, np.diff(score) != 0)
    tie = np.cumsum(is_next) - 1
    negative_of_tie = np.add.reduceat(negative, np.flatnonzero(is_next), axis=1)
    below = np.cumsum(negative_of_tie, axis=1) - negative_of_tie
    below -= below[:, tie[first_of_fold]][:, (np.cumsum(begins) - 1)[is_next]]
    ordered = (positive * (below + 0.5 * negative_of_tie)[:, tie]).sum(axis=1)
    of_fold = (
        np.add.reduceat(labelled, first_of_fold, axis=1) for labelled in (positive, negative)
    )
    pairs = np.prod(list(of_fold), axis=0).sum(axis=1)
    return np.asarray(np.divide(ordered, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))


def auc_in_folds(y: Floats, ranking: Floats, weight: Floats, fold: Ints) -> Floats:
    """Return the mean AUC of repeats, each over pairs of one fold; NaN as of `auc`.

    `ranking` and `fold` have shape (repeats, customers), `weight` (draws, customers).
    """
    repeats = [auc(y, ranks, weight, of) for ranks, of in zip(ranking, fold, strict=True)]
    return np.asarray(np.mean(repeats, axis=0))


def brier_skill(y: Floats, probability: Floats, weight: Floats) -> Floats:
    """Return 1 - Brier(model) / Brier(base rate) for each row of `weight` (draws, customers).

    Brier (1950), Verification of forecasts expressed in terms of probability. The base rate is that
    of the draw itself, the strongest constant there is. Above 0 beats the base rate.
    """
    weight = np.atleast_2d(weight)
    total = weight.sum(axis=1)
    error = (weight * (probability - y) ** 2).sum(axis=1)
    base = (weight * y).sum(axis=1) / total
    reference = total * base * (1 - base)
    ratio = np.divide(error, reference, out=np.full(len(total), np.nan), where=reference > 0)
    return np.asarray(1 - ratio)


def affine_calibration(y: Floats, margin: Floats, weight: Floats) -> tuple[float, float]:
    """Return slope and intercept of the logistic regression of `y` on `margin` (Platt 1999).

    A weak ridge prior keeps the slope finite when the margin separates the labels. Newton's method.
    """
    slope, intercept, _ = _newton(y, margin, weight)
    return slope, intercept


def _newton(y: Floats, margin: Floats, weight: Floats) -> tuple[float, float, float]:
    """Return slope, intercept and the standard error of the slope."""
    x = np.column_stack([margin, np.ones_like(margin)])
    ridge = np.diag([1e-3, 1e-9]) * weight.sum()
    share = min(max(float(np.average(y, weights=weight)), _RAREST), 1 - _RAREST)
    beta = np.array([0.0, float(log_odds(share))])
    hessian = ridge
    for _ in range(_NEWTON_STEPS):
        p = expit(x @ beta)
        gradient = x.T @ (weight * (y - p)) - ridge @ beta * np.array([1.0, 0.0])
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if float(np.abs(step).max()) < _CONVERGED:
            break
    variance = float(np.linalg.inv(hessian)[0, 0])
    return float(beta[0]), float(beta[1]), variance**0.5


def fit_calibration(y: Floats, margin: Floats, weight: Floats, base_rate: float) -> Calibration:
    """Return the affine calibration with the base rate as mean probability and a bounded slope.

    Weights sum to the number of independent groups, so the standard error is that of groups. A
    slope below 0 counts as 0, and one beyond 1.2 is reduced by two standard errors, to no less than
    1.2.
    """
    slope, _, error = _newton(y, margin, weight)
    steepest = max(_STEEPEST, slope - 2 * error)
    return calibration_at_base_rate(min(max(slope, 0.0), steepest), margin, weight, base_rate)


def calibration_at_base_rate(
    slope: float, margin: Floats, weight: Floats, base_rate: float
) -> Calibration:
    """Return a calibration whose mean probability is the base rate, its intercept by bisection."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float(np.average(expit(slope * margin + middle), weights=weight))
        low, high = (middle, high) if mean < base_rate else (low, middle)
    return Calibration(slope, (low + high) / 2)


def draws(groups: int, count: int, rng: np.random.Generator) -> Draws:
    """Return bootstrap multiplicities, shape (count, groups); each row is one resampling."""
    drawn = rng.multinomial(groups, np.full(groups, 1 / groups), size=count)
    return np.asarray(drawn, dtype=np.uint8)


def resampled_interval(
    statistic: Statistic, y: Floats, score: Floats, group: NDArray[np.int64], drawn: Draws
) -> Interval:
    """Return a statistic with the central 95 % of its values over the draws (percentile bootstrap).

    `drawn` has shape (draws, groups), the other arrays one entry a customer (Efron 1979).
    """
    return interval_of(resampled(statistic, y, score, group, drawn))


def resampled(
    statistic: Statistic, y: Floats, score: Floats, group: NDArray[np.int64], drawn: Draws
) -> Resampled:
    """Return a statistic and its value in each draw; arguments as of `resampled_interval`."""
    value = float(statistic(y, score, np.ones((1, len(y))))[0])
    # In parts, so that thirty thousand customers fit in memory a thousand times over.
    parts = np.array_split(drawn, max(1, drawn.size // _PART))
    values = np.concatenate([statistic(y, score, part[:, group].astype(float)) for part in parts])
    return value, values


def interval_of(found: Resampled) -> Interval:
    """Return a value with the central 95 % of its draws; a draw without a value is left out."""
    value, drawn = found
    finite = drawn[~np.isnan(drawn)]
    low, high = np.percentile(finite, [2.5, 97.5]) if len(finite) else (np.nan, np.nan)
    return Interval(value, float(low), float(high))


def difference_of(more: Resampled, less: Resampled) -> Interval:
    """Return the paired difference of two values that were resampled by the same draws."""
    return interval_of((more[0] - less[0], more[1] - less[1]))


def groups_needed(skill: Interval, groups: int) -> int | None:
    """Return the number of groups at which the 95 % interval of an AUC would be ±0.05.

    Half-widths shrink with the root of the number of groups; None where there is no width.
    """
    half_width = (skill.high - skill.low) / 2
    if not half_width > 0:
        return None
    return int(np.ceil(groups * (half_width / _WISHED_HALF_WIDTH) ** 2))
