"""Members of an ensemble: fitted as the field does it, explained exactly, kept byte for byte."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from callrisk.domain.evaluation import Calibration, Skill
from callrisk.domain.risk_category import RiskCategory
from callrisk.model import RiskModel
from callrisk.model.fitting import (
    BaseRateParams,
    BlendParams,
    LogisticParams,
    Params,
    Scheme,
    TreeParams,
    fit_member,
    ridge_logistic,
    without_offset,
)
from callrisk.model.learning import Learning
from callrisk.model.members import (
    BlendMember,
    member_contributions,
    member_margins,
    read_members,
    save_members,
)
from harness.member_bytes import member_bytes
from harness.small_versions import small_model

KINDS: tuple[Params, ...] = (
    BaseRateParams(),
    LogisticParams(0.5),
    TreeParams(20, 2, 0.1),
    BlendParams(TreeParams(20, 1, 0.1), LogisticParams(0.5)),
)
ALL = Scheme((0, 1, 2, 3), (0, 0, 0, 0), 3)


def some_rows(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Four facts, a tenth of them missing, and labels that the first two move."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(count, 4)) * [1.0, 5.0, 0.1, 30.0]
    odds = -1 + x[:, 0] - 0.2 * x[:, 1]
    y = (rng.random(count) < 1 / (1 + np.exp(-odds))).astype(np.float64)
    x[rng.random(x.shape) < 0.1] = np.nan
    return x, y


def rows_of(x: np.ndarray, y: np.ndarray) -> Learning:
    """The same with equal weights and no offset."""
    return without_offset(y, x, np.ones(len(y)))


def test_a_file_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    """As on a full disk: whoever saves a model can say so in one line."""
    member = fit_member(rows_of(*some_rows()), TreeParams(2, 1, 0.1), ALL)
    (tmp_path / "member_00.ubj").mkdir()

    with pytest.raises(OSError, match=r"member_00\.ubj"):
        save_members([member], tmp_path)


@pytest.mark.parametrize("params", KINDS)
def test_nothing_to_look_at_is_the_base_rate(params: Params) -> None:
    """A block that is all there is leaves no columns beside it."""
    x, y = some_rows()
    member = fit_member(rows_of(x, y), params, Scheme((), (0, 0, 0, 0), 3))
    probability = 1 / (1 + np.exp(-member_margins(member, x)))

    np.testing.assert_allclose(probability, y.mean())


@pytest.mark.parametrize("strength", [0.01, 0.1, 1.0])
def test_the_logistic_regression_is_that_of_scikit_learn(strength: float) -> None:
    """Weights and intercept of LogisticRegression(C), which the penalty is defined by."""
    x, y = some_rows()
    z = np.nan_to_num(x) / [1.0, 5.0, 0.1, 30.0]
    weight = np.random.default_rng(1).random(len(y))
    beta, intercept = ridge_logistic(z, without_offset(y, z, weight), strength)
    found = LogisticRegression(C=strength, tol=1e-10, max_iter=1000).fit(z, y, weight)

    assert np.allclose(found.coef_[0], beta, atol=1e-4)
    assert intercept == pytest.approx(found.intercept_[0], abs=1e-3)


@pytest.mark.parametrize("params", KINDS[1:])
def test_what_the_offset_explains_no_feature_needs_to(params: Params) -> None:
    """A fact that only tells the cohort says almost nothing once the cohort stands beside it."""
    rng = np.random.default_rng(2)
    cohort = rng.integers(0, 2, 3_000).astype(np.float64)
    rate = np.where(cohort == 1, 0.5, 0.1)
    y = (rng.random(3_000) < rate).astype(np.float64)
    x = np.column_stack([cohort, rng.normal(size=3_000)])
    scheme = Scheme((0, 1), (0, 0), 1)
    bare = rows_of(x, y)
    knowing = replace(bare, offset=np.log(rate / (1 - rate)))
    says = [
        float(np.ptp(member_contributions([fit_member(rows, params, scheme)], x)[0, :, 0]))
        for rows in (bare, knowing)
    ]

    assert says[0] > 1
    assert says[1] < 0.3


@pytest.mark.parametrize("params", KINDS)
def test_members_are_kept_byte_for_byte(params: Params, tmp_path: Path) -> None:
    """Written and read again they are the same and answer the same."""
    x, y = some_rows()
    member = fit_member(rows_of(x, y), params, replace(ALL, columns=(0, 2, 3)))
    [again] = read_members(save_members([member], tmp_path), tmp_path)

    assert member_bytes([member]) == member_bytes([again])
    assert np.array_equal(member_contributions([member], x), member_contributions([again], x))
    assert {path.suffix for path in tmp_path.iterdir()} <= {".ubj"}


def test_a_blend_is_the_mean_of_its_parts() -> None:
    """In log-odds and in every reason: of the trees alone and the logistic regression alone."""
    x, y = some_rows()
    rows = rows_of(x, y)
    blend = fit_member(rows, KINDS[3], ALL)
    assert isinstance(blend, BlendMember)
    alone = [fit_member(rows, params, ALL) for params in (TreeParams(20, 1, 0.1), KINDS[1])]
    parts = member_contributions(alone, x)

    assert np.allclose(parts.mean(axis=0), member_contributions([blend], x)[0])
    assert np.allclose(parts.mean(axis=0).sum(axis=1), member_margins(blend, x), atol=1e-5)


@pytest.mark.parametrize("params", KINDS[1:])
def test_certain_signs_are_kept(params: Params) -> None:
    """A fact that must not lower the risk never does, whatever the data say."""
    x, y = some_rows()
    against = Scheme((0, 1, 2, 3), (0, 1, 0, 0), 1)
    member = fit_member(rows_of(x, y), params, against)
    line = np.zeros((50, 4))
    line[:, 1] = np.linspace(-10, 10, 50)

    assert (np.diff(member_margins(member, line)) >= -1e-6).all()


def test_a_line_ends_where_its_data_ended() -> None:
    """A value far beyond what was learnt from counts as the largest that was."""
    x, y = some_rows()
    member = fit_member(rows_of(x, y), LogisticParams(1.0), ALL)
    far = np.nanmedian(x, axis=0)[None, :].repeat(2, axis=0)
    far[:, 3] = [np.nanmax(x[:, 3]), 1e9]

    assert np.ptp(member_margins(member, far)) == 0


def test_an_unproven_model_calls_nobody_high() -> None:
    """However steep: the score stays below the cut, and its lines still add up."""
    x = np.random.default_rng(1).normal(size=(500, 3))
    steep = replace(small_model("v"), calibration=Calibration(30.0, 0.0))
    shown = {skill: replace(steep, skill=skill).assess_many(x) for skill in Skill}

    def highs(model: RiskModel, skill: Skill) -> int:
        scores = [line.score for line in shown[skill].lines]
        return sum(RiskCategory.of(one, model.thresholds) is RiskCategory.HIGH for one in scores)

    assert highs(steep, Skill.DEMONSTRATED) > 50
    assert highs(steep, Skill.UNPROVEN) == 0
    for line in shown[Skill.UNPROVEN].lines:
        assert line.start + sum(line.by_feature) + line.cap == line.score
