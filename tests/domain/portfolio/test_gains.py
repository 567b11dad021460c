"""Gains, KS and Gini against scikit-learn and SciPy on public tables, and by hand."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from callrisk.domain.arrays import Floats
from callrisk.domain.portfolio.gains import (
    caught_at,
    gains_curve,
    gains_table,
    gini,
    separation,
)

Scored = tuple[Floats, Floats]


def scored(x: Floats, y: Floats) -> Scored:
    """Outcomes with out-of-fold probabilities, rounded so that many are equal."""
    line = make_pipeline(StandardScaler(), LogisticRegression(C=0.001))
    probability = cross_val_predict(line, x, y, cv=3, method="predict_proba")[:, 1]
    return y.astype(np.float64), np.round(probability, 2)


@pytest.fixture(scope="module", params=["breast cancer", "digits"])
def public(request: pytest.FixtureRequest) -> Scored:
    """A public table, scored."""
    if request.param == "digits":
        x, digit = load_digits(return_X_y=True)
        return scored(x, (digit == 8).astype(np.float64))
    x, benign = load_breast_cancer(return_X_y=True)
    return scored(x[:, :3], 1.0 - benign)


def test_gini_is_that_of_scikit_learn(public: Scored) -> None:
    """Ties counted half, also where customers count several times or not at all."""
    y, score = public
    weight = np.random.default_rng(1).integers(0, 4, len(y)).astype(np.float64)

    assert gini(y, score)[0] == pytest.approx(2 * roc_auc_score(y, score) - 1, abs=1e-12)
    expected = 2 * roc_auc_score(y, score, sample_weight=weight) - 1
    assert gini(y, score, weight)[0] == pytest.approx(expected, abs=1e-12)


def test_ks_is_that_of_scipy_and_the_roc_curve(public: Scored) -> None:
    """The distance and the score at which it lies."""
    y, score = public
    false, true, at = roc_curve(y, score)
    found = separation(y, score)

    assert found.distance == pytest.approx(ks_2samp(score[y == 1], score[y == 0]).statistic)
    assert found.distance == pytest.approx((true - false).max())
    assert found.score == pytest.approx(at[(true - false).argmax()])


def test_the_gains_curve_is_the_roc_curve_by_share(public: Scored) -> None:
    """What is caught and passed at every score."""
    y, score = public
    false, true, at = roc_curve(y, score, drop_intermediate=False)
    curve = gains_curve(y, score)

    assert np.array_equal(curve.score, at)
    assert np.allclose(curve.caught, true)
    assert np.allclose(curve.passed, false)
    assert np.allclose(curve.share, true * y.mean() + false * (1 - y.mean()))


def test_the_table_adds_up(public: Scored) -> None:
    """Every customer stands in one band, and the last band has caught everybody."""
    y, score = public
    table = gains_table(y, score)

    assert sum(row.customers for row in table) == len(y)
    assert sum(row.unpaid for row in table) == y.sum()
    assert (table[-1].caught, table[-1].lift) == (pytest.approx(1.0), pytest.approx(1.0))
    for row, below in pairwise(table):
        assert row.lowest > below.highest
        assert row.caught == pytest.approx((y[score >= row.lowest]).sum() / y.sum())
        assert row.lift == pytest.approx(y[score >= row.lowest].mean() / y.mean())


def test_of_equal_scores_the_expected_part_is_told() -> None:
    """Two unpaid of four who share a score: the first of them catches a half of one."""
    y, score = np.array([1.0, 1, 0, 0, 0, 0]), np.array([9.0, 9, 9, 9, 1, 1])
    curve = gains_curve(y, score)

    assert caught_at(curve, 1 / 6) == pytest.approx(0.25)
    assert caught_at(curve, 4 / 6) == caught_at(curve, 1.0) == 1.0


def test_one_kind_of_customers_has_no_figures() -> None:
    """Nobody unpaid: nothing to order."""
    y, score = np.zeros(5), np.arange(5.0)

    assert np.isnan(gini(y, score)[0])
    assert np.isnan(separation(y, score).distance)
    assert all(np.isnan(row.lift) for row in gains_table(y, score, 2))
