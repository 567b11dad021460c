"""The statistics of skill, against the field's own implementations and known truths."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from callrisk.pipeline.skill.statistics import (
    affine_calibration,
    auc,
    brier_skill,
    calibration_at_base_rate,
    draws,
    fit_calibration,
    interval_of,
    resampled_interval,
)


@pytest.fixture
def rng() -> np.random.Generator:
    """Chance that repeats."""
    return np.random.default_rng(11)


def test_auc_is_that_of_scikit_learn_with_ties_and_weights(rng: np.random.Generator) -> None:
    """For several draws of weights at once."""
    y = (rng.random(300) < 0.3).astype(float)
    score = np.round(y + rng.normal(0, 1.5, 300), 1)
    weight = rng.integers(0, 4, (5, 300)).astype(float)

    expected = [roc_auc_score(y, score, sample_weight=one) for one in weight]
    assert np.allclose(expected, auc(y, score, weight))


def test_brier_skill_compares_with_the_base_rate(rng: np.random.Generator) -> None:
    """Zero for the base rate itself, one for an oracle, and scikit-learn's ratio in between."""
    y = (rng.random(400) < 0.2).astype(float)
    one, base = np.ones((1, 400)), np.full(400, y.mean())
    p = np.clip(0.2 + 0.3 * (y - 0.2) + rng.normal(0, 0.05, 400), 0.01, 0.99)

    assert np.allclose(0, brier_skill(y, base, one))
    assert np.allclose(1, brier_skill(y, y, one))
    expected = 1 - brier_score_loss(y, p) / brier_score_loss(y, base)
    assert np.allclose(expected, brier_skill(y, p, one))


def test_calibration_is_logistic_regression(rng: np.random.Generator) -> None:
    """Slope and intercept as scikit-learn finds them without a penalty."""
    margin = rng.normal(-1, 1.3, 4_000)
    y = (rng.random(4_000) < 1 / (1 + np.exp(-(0.7 * margin + 0.2)))).astype(float)
    slope, intercept = affine_calibration(y, margin, np.ones(4_000))
    found = LogisticRegression(C=1e9).fit(margin[:, None], y)

    assert slope == pytest.approx(found.coef_[0, 0], rel=0.01)
    assert intercept == pytest.approx(found.intercept_[0], abs=0.01)


def test_separated_labels_keep_a_finite_slope() -> None:
    """A margin that tells the labels apart perfectly does not run away."""
    margin = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
    slope, _ = affine_calibration((margin > 0).astype(float), margin, np.ones(6))

    assert 0 < slope < 50


def test_the_mean_probability_is_the_base_rate(rng: np.random.Generator) -> None:
    """Whatever the slope, a shrunk one too."""
    margin, weight = rng.normal(0, 2, 500), rng.random(500)
    for slope in (0.0, 0.4, 1.2):
        found = calibration_at_base_rate(slope, margin, weight, 0.174)
        p = 1 / (1 + np.exp(-(slope * margin + found.intercept)))
        assert np.average(p, weights=weight) == pytest.approx(0.174, abs=1e-6)


def test_intervals_widen_with_groups_not_with_rows(rng: np.random.Generator) -> None:
    """Repeating every customer ten times within its group must not make the model look surer."""
    y = (rng.random(120) < 0.3).astype(float)
    score = y + rng.normal(0, 1.2, 120)
    drawn = draws(120, 400, rng)
    group = np.arange(120)
    alone = resampled_interval(auc, y, score, group, drawn)
    y, score, group = (np.repeat(values, 10) for values in (y, score, group))
    tenfold = resampled_interval(auc, y, score, group, drawn)

    assert alone.low < alone.value < alone.high
    assert tenfold.low == pytest.approx(alone.low)
    assert tenfold.high == pytest.approx(alone.high)


def test_the_interval_is_the_central_95_percent_of_the_draws() -> None:
    """Of a thousand and one even draws the 26th and the 976th; a draw without a value is none."""
    drawn = np.append(np.arange(1_001.0), [np.nan, np.nan])
    found = interval_of((500.0, drawn))

    assert (found.value, found.low, found.high) == (500.0, 25.0, 975.0)


@pytest.mark.parametrize("count", [60, 4_000])
def test_a_steep_slope_gives_up_two_standard_errors_but_no_more_than_it_must(count: int) -> None:
    """Few customers leave 1.2 of it, many the slope less twice its standard error."""
    rng = np.random.default_rng(5)
    margin = rng.normal(size=count)
    y = (rng.random(count) < 1 / (1 + np.exp(-2.0 * margin))).astype(float)
    weight = np.ones(count)
    slope, intercept = affine_calibration(y, margin, weight)
    p = 1 / (1 + np.exp(-slope * margin - intercept))
    x = np.column_stack([margin, np.ones(count)])
    prior = np.diag([1e-3 * count, 0.0])
    error = np.linalg.inv((x * (p * (1 - p))[:, None]).T @ x + prior)[0, 0] ** 0.5
    found = fit_calibration(y, margin, weight, float(y.mean())).slope

    assert slope > 1.5
    assert found == pytest.approx(max(1.2, slope - 2 * error), abs=1e-4)
    assert (found == 1.2) == (count == 60)


def test_a_score_that_points_the_wrong_way_says_nothing() -> None:
    """Its slope is 0, never below."""
    margin = np.linspace(-2.0, 2.0, 40)
    y = (margin < 0.3).astype(float)

    assert fit_calibration(y, margin, np.ones(40), float(y.mean())).slope == 0.0
