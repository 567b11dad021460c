"""An additive model as a table: steps of stumps are TreeSHAP, and the table gives the score."""

from dataclasses import replace

import numpy as np
import pytest
import xgboost as xgb

from callrisk.domain.evaluation import Calibration
from callrisk.domain.features.contract import HISTORY, SAID
from callrisk.model import RiskModel
from callrisk.model.fitting import (
    BlendParams,
    LogisticParams,
    Params,
    Scheme,
    TreeParams,
    fit_member,
    without_offset,
)
from callrisk.model.members import Matrix
from callrisk.model.scorecard import NotAdditiveError, scorecard_of
from callrisk.model.stumps import stumps_of
from harness.small_versions import small_model

FEATURES = (*SAID, *HISTORY)
STUMPS = TreeParams(60, 1, 0.1)


def some_rows(rows: int, seed: int) -> Matrix:
    """Whole numbers, sevenths that single precision rounds up, and missing values."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 12, size=(rows, len(FEATURES))) / np.array([1, 7, 10, 3] * 3)
    known = len(SAID)
    x[:, known:][rng.random((rows, len(HISTORY))) < 0.2] = np.nan
    x[rng.random(rows) < 0.05, known:] = np.nan
    return np.asarray(x)


def additive_model(params: tuple[Params, ...] = (STUMPS, LogisticParams(0.1))) -> RiskModel:
    """A model of stumps, of a line, and of both."""
    x = some_rows(800, 1)
    effect = np.nan_to_num(x[:, 0] - x[:, 7] + 2 * (x[:, 9] > 1), nan=0.5)
    y = (np.random.default_rng(2).normal(effect) > effect.mean()).astype(np.float64)
    rows = without_offset(y, x, np.ones(len(x)))
    both = BlendParams(STUMPS, LogisticParams(0.1))
    members = [
        fit_member(rows, each, Scheme.of(FEATURES, range(len(FEATURES)), number))
        for number, each in enumerate((*params, both))
    ]
    return replace(
        small_model("20260101-000000-aaaaaa"), members=tuple(members), base_rate=0.4,
        features=tuple(feature.name for feature in FEATURES), calibration=Calibration(0.9, 0.05),
        typical=(None,) * len(FEATURES), points_to_double=17.0,
    )  # fmt: skip


def test_steps_are_the_contributions_of_treeshap() -> None:
    """To the last digit of single precision, missing values included."""
    x = some_rows(2_000, 3)
    y = np.nan_to_num(x[:, 1] > 1, nan=0.0)
    parameters = {"max_depth": 1, "objective": "binary:logistic", "base_score": 0.3}
    booster = xgb.train(parameters, xgb.DMatrix(x, y), 80)
    stumps = stumps_of(booster)
    assert stumps is not None

    expected = booster.predict(xgb.DMatrix(x), pred_contribs=True)
    assert np.allclose(stumps.contributions(x), expected, atol=2e-6)


def test_deeper_trees_are_no_steps() -> None:
    """They ask for two features at once."""
    x = some_rows(500, 3)
    y = np.nan_to_num(x[:, 0] > 3, nan=0.0) * (np.nan_to_num(x[:, 3]) > 1)

    assert stumps_of(xgb.train({"max_depth": 2}, xgb.DMatrix(x, y), 3)) is None


def test_the_table_gives_the_served_score() -> None:
    """With every line, also of callers of whom nothing is known and beyond what was learnt."""
    model, x = additive_model(), some_rows(20_000, 4)
    x[:200] *= 100
    card, served = scorecard_of(model), model.assess_many(x)
    points = card.points(x)

    assert np.allclose(points, served.points, atol=1e-9)
    assert np.isclose(served.start, card.start, atol=1e-9).all()
    assert card.lines(points) == list(served.lines)


def test_a_table_holds_no_border_without_a_change() -> None:
    """Each segment begins where the points jump or their slope changes."""
    for curve in scorecard_of(additive_model()).curves:
        assert np.all(np.diff(curve.begins[1:]) > 0)
        ends = curve.begins[1:]
        below = curve.points[:-1] + curve.slopes[:-1] * (ends - curve.anchors[:-1])
        above = curve.points[1:] + curve.slopes[1:] * (ends - curve.anchors[1:])
        assert np.all((np.abs(above - below) > 1e-13) | (np.diff(curve.slopes) != 0))


def test_a_model_of_deeper_trees_says_why_it_has_none() -> None:
    """And which setting makes one."""
    deep = additive_model((TreeParams(5, 3, 0.3), STUMPS))

    with pytest.raises(NotAdditiveError, match=r'1 of 3 members.*"max_depth": 1'):
        scorecard_of(deep)
