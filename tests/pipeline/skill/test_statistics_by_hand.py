"""Statistics of skill against what can be worked out by hand, at the edges of their rules."""

import math

import numpy as np
import pytest
from scipy.special import expit

from callrisk.domain.evaluation import Interval
from callrisk.pipeline.skill.statistics import (
    affine_calibration,
    auc,
    auc_in_folds,
    brier_skill,
    calibration_at_base_rate,
    difference_of,
    draws,
    fit_calibration,
    groups_needed,
    interval_of,
    resampled,
)

Y = np.array([1.0, 0.0, 1.0, 0.0])
ONE = np.ones((1, 4))


@pytest.mark.parametrize(
    ("score", "expected"),
    [([4, 3, 2, 1], 0.75), ([1, 2, 3, 4], 0.25), ([1, 1, 1, 1], 0.5), ([2, 1, 2, 1], 1.0),
     ([2, 1, 1, 1], 0.75)],
)  # fmt: skip
def test_auc_is_the_share_of_pairs_in_order(score: list[float], expected: float) -> None:
    """A tie counts half."""
    assert auc(Y, np.array(score, float), ONE)[0] == expected


def test_auc_weighs_customers_and_keeps_to_folds() -> None:
    """Nobody of a kind, no value."""
    score, weight = np.array([1.0, 2.0, 3.0, 4.0]), np.array([[1, 1, 3, 0], [0, 1, 0, 1]])
    fold = np.array([0, 0, 1, 1])

    assert auc(Y, score, weight)[0] == 0.75
    assert math.isnan(auc(Y, score, weight)[1])
    assert auc(Y, score, ONE, fold)[0] == 0.0
    assert auc(Y, -score, ONE, fold)[0] == 1.0
    both = auc_in_folds(Y, np.array([score, -score]), ONE, np.array([fold, fold]))
    assert both[0] == 0.5


def test_brier_skill_is_against_the_base_rate() -> None:
    """The base rate itself has none, the truth all of it; without both kinds there is none."""
    assert brier_skill(Y, np.full(4, 0.5), ONE)[0] == 0
    assert brier_skill(Y, Y, ONE)[0] == 1
    assert brier_skill(Y, 1 - Y, ONE)[0] == -3
    assert brier_skill(Y, np.full(4, 0.5), np.array([[3, 1, 0, 0]]))[0] == pytest.approx(-1 / 3)
    assert math.isnan(brier_skill(np.ones(4), Y, ONE)[0])


def test_intervals_leave_out_draws_without_a_value() -> None:
    """The central 95 % of the others."""
    drawn = np.append(np.arange(101.0), np.nan)

    assert interval_of((7.0, drawn)) == Interval(7.0, 2.5, 97.5)
    assert math.isnan(interval_of((7.0, np.full(3, np.nan))).low)
    assert difference_of((9.0, drawn + 5), (2.0, drawn)) == Interval(7.0, 5.0, 5.0)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.6, 0.8, 400), (0.65, 0.75, 101), (0.6875, 0.8125, 157), (0.7, 0.7, None),
     (math.nan, 0.8, None)],
)  # fmt: skip
def test_groups_that_are_needed_for_an_interval(
    low: float, high: float, expected: int | None
) -> None:
    """Of half-width 0.05: four times as many for half the width; at least as many as that takes."""
    needed = groups_needed(Interval(0.7, low, high), 100)

    assert needed is None if expected is None else abs((needed or 0) - expected) <= 1


def test_draws_take_as_many_groups_as_there_are() -> None:
    """And a statistic is asked for each of them, in parts or not."""
    drawn = draws(5, 7, np.random.default_rng(1))
    value, values = resampled(lambda y, s, w: w @ (y + s), Y, Y, np.array([0, 1, 2, 4]), drawn)

    assert (drawn.shape, set(drawn.sum(axis=1).tolist())) == ((7, 5), {5})
    assert value == 4
    assert values.tolist() == (2.0 * (drawn[:, 0] + drawn[:, 2].astype(float))).tolist()


RNG = np.random.default_rng(3)
MARGIN = RNG.normal(size=4_000)


@pytest.mark.parametrize(
    ("true_slope", "weight", "slope"), [(0.8, 1.0, 0.8), (-0.5, 1.0, 0.0), (3.0, 1.0, None)]
)
def test_a_slope_is_bounded(true_slope: float, weight: float, slope: float | None) -> None:
    """Below 0 it counts as 0, beyond 1.2 it loses two standard errors."""
    y = (RNG.random(4_000) < expit(true_slope * MARGIN - 1)).astype(float)
    weights = np.full(4_000, weight)
    free, intercept = affine_calibration(y, MARGIN, weights)
    fitted = fit_calibration(y, MARGIN, weights, 0.3)

    assert (free, intercept) == pytest.approx((true_slope, -1), abs=0.25)
    if slope is None:
        assert 1.2 < fitted.slope < free
    else:
        assert fitted.slope == pytest.approx(max(free, 0.0), abs=1e-9)
    mean = expit(fitted.slope * MARGIN + fitted.intercept).mean()
    assert mean == pytest.approx(0.3, abs=1e-6)


def test_few_customers_have_no_steep_slope() -> None:
    """What may be luck is 1.2 at most."""
    y, margin = np.array([0.0, 1.0] * 3), np.array([-1.0, 1.0] * 3)

    assert fit_calibration(y, margin, np.ones(6), 0.5).slope == 1.2


def test_the_base_rate_is_met_at_both_ends() -> None:
    """Weights count."""
    margin, weight = np.array([0.0, 10.0]), np.array([1.0, 0.0])

    assert calibration_at_base_rate(1.0, margin, weight, 0.5).intercept == pytest.approx(
        0, abs=1e-6
    )
    assert calibration_at_base_rate(1.0, margin, weight, 0.9).intercept == pytest.approx(
        math.log(9), abs=1e-6
    )
