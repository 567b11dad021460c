"""The expected reach of a number of calls, from out-of-fold probabilities and their outcomes.

Of customers whose outcome is not known yet a list is made, and its calls are counted beforehand.
The probabilities are recalibrated by the customers whose outcome is known, logit(p') = a + b
logit(p) (Cox 1958, Two further applications of a model for binary regression), so a model that
knows nothing has b near 0 and promises no more than calls in any order. The interval has both parts
of what is not known: a and b by the covariance of their estimate over components of connected
customers (Liang and Zeger 1986), and each outcome as a chance of its own. It is one of prediction:
in 95 of 100 lists the number lies within it, if the customers are like those of before.
"""

from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.evaluation import Interval

DRAWS = 4_000
# Of fewer outcomes of either kind no calibration says anything.
FEWEST_OUTCOMES = 20
_STEPS, _FURTHEST = 50, 30.0
# Draws times customers that are held at once.
_PART = 2_000_000


@dataclass(frozen=True, slots=True)
class Calibration:
    """The affine map of log-odds, with the covariance of its two numbers."""

    intercept: float
    slope: float
    covariance: Floats

    def probability(self, probability: Floats) -> Floats:
        """Return recalibrated probabilities."""
        return _sigmoid(self.intercept + self.slope * _logit(probability))


@dataclass(frozen=True, slots=True)
class BudgetResult:
    """The expected reach of the calls of a list, each with a 95 % prediction interval.

    `unpaid` are customers who would not pay, `amount` what they would owe, None where no amount is
    known. `unpaid_any` and `amount_any` are the same of as many calls in any order.
    """

    calls: int
    unpaid: Interval
    unpaid_any: float
    amount: Interval | None
    amount_any: float | None


def calibration_of(y: Floats, probability: Floats, component: Ints) -> Calibration | None:
    """Return the calibration by known outcomes; None of too few of either kind.

    `probability` is out of fold, and `component` numbers the customers who are connected.
    """
    unpaid = int(y.sum())
    if min(unpaid, len(y) - unpaid) < FEWEST_OUTCOMES:
        return None
    x = np.column_stack([np.ones(len(y)), _logit(probability)])
    if np.ptp(x[:, 1]) == 0:
        x = x[:, :1]
    found = _fitted(x, y)
    fitted = _sigmoid(x @ found)
    bread = np.linalg.inv(_information(x, fitted))
    scores = x * (y - fitted)[:, None]
    _, number = np.unique(component, return_inverse=True)
    sums = np.column_stack([np.bincount(number, column) for column in scores.T])
    covariance = bread @ (sums.T @ sums) @ bread
    if x.shape[1] == 1:
        # All have one probability: nothing is known of a slope, and none is needed.
        return Calibration(float(found[0]), 0.0, np.pad(covariance, (0, 1)))
    return Calibration(float(found[0]), float(found[1]), covariance)


def _fitted(x: Floats, y: Floats) -> Floats:
    """Return the coefficients of largest likelihood, by Newton's method."""
    found = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        fitted = _sigmoid(x @ found)
        step = np.linalg.solve(_information(x, fitted), x.T @ (y - fitted))
        found = np.clip(found + step, -_FURTHEST, _FURTHEST)
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004 - below what any figure shows
            break
    return found


def _information(x: Floats, fitted: Floats) -> Floats:
    # Outcomes that the score parts whole leave nothing to weigh; a trace keeps the inverse.
    weight = np.maximum(fitted * (1 - fitted), 1e-9)
    return np.asarray((x * weight[:, None]).T @ x)


def budget_result(
    calibration: Calibration, listed: Floats, amounts: Floats, candidates: tuple[Floats, Floats],
    seed: int = 0,
) -> BudgetResult:  # fmt: skip
    """Return what calls to listed customers reach.

    `listed` are their probabilities and `amounts` what each owes, NaN where unknown; `candidates`
    are the same of all from whom the list was taken.
    """
    unpaid, amount = _drawn(calibration, listed, amounts, np.random.default_rng(seed))
    expected = calibration.probability(listed)
    of_all, owed = calibration.probability(candidates[0]), candidates[1]
    known, known_of_all = ~np.isnan(amounts), ~np.isnan(owed)
    some = bool(known.any())
    return BudgetResult(
        calls=len(listed),
        unpaid=_interval(float(expected.sum()), unpaid),
        unpaid_any=float(of_all.mean() * len(listed)) if len(of_all) else 0.0,
        amount=_interval(float((expected * amounts)[known].sum()), amount) if some else None,
        amount_any=float((of_all * owed)[known_of_all].sum() / len(of_all) * len(listed))
        if some else None,
    )  # fmt: skip


def _drawn(
    calibration: Calibration, listed: Floats, amounts: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return numbers and amounts of many possible outcomes of a list, shape (draws,) each."""
    mean = (calibration.intercept, calibration.slope)
    maps = rng.multivariate_normal(mean, calibration.covariance, DRAWS, method="svd")
    logit, owed = _logit(listed), np.nan_to_num(amounts)
    unpaid, amount = np.empty(DRAWS), np.empty(DRAWS)
    at_once = max(1, _PART // max(len(listed), 1))
    for begin in range(0, DRAWS, at_once):
        some = maps[begin : begin + at_once]
        chance = _sigmoid(some[:, :1] + some[:, 1:] * logit)
        outcome = rng.random(chance.shape) < chance
        unpaid[begin : begin + at_once] = outcome.sum(axis=1)
        amount[begin : begin + at_once] = outcome @ owed
    return unpaid, amount


def _interval(value: float, drawn: Floats) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def _logit(probability: Floats) -> Floats:
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def _sigmoid(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -_FURTHEST, _FURTHEST))))
