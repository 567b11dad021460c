"""What calls reach: the calibration beside scikit-learn's, and how often intervals hold."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.portfolio.call_budget import (
    FEWEST_OUTCOMES,
    BudgetResult,
    budget_result,
    calibration_of,
)


def outcomes(rng: np.random.Generator, count: int, slope: float) -> tuple[Floats, Floats]:
    """Probabilities, and outcomes that follow them with another intercept and slope."""
    logit = rng.normal(-1, 1.2, count)
    unpaid = rng.random(count) < 1 / (1 + np.exp(-(0.3 + slope * logit)))
    return 1 / (1 + np.exp(-logit)), unpaid.astype(np.float64)


def alone(y: Floats) -> Ints:
    """Components of one customer each."""
    return np.arange(len(y))


def test_the_calibration_is_that_of_scikit_learn() -> None:
    """A logistic regression on the log-odds."""
    p, y = outcomes(np.random.default_rng(1), 3_000, 0.6)
    found = calibration_of(y, p, alone(y))
    assert found is not None
    expected = LogisticRegression(C=np.inf, tol=1e-10).fit(np.log(p / (1 - p))[:, None], y)

    assert found.slope == pytest.approx(expected.coef_[0, 0], abs=1e-4)
    assert found.intercept == pytest.approx(expected.intercept_[0], abs=1e-4)


def test_connected_customers_tell_less() -> None:
    """Each of them four times over, as one person: the covariance stays what it was."""
    p, y = outcomes(np.random.default_rng(2), 500, 1.0)
    single = calibration_of(y, p, alone(y))
    same = calibration_of(np.tile(y, 4), np.tile(p, 4), np.tile(alone(y), 4))
    apart = calibration_of(np.tile(y, 4), np.tile(p, 4), np.arange(4 * len(y)))
    assert single is not None
    assert same is not None
    assert apart is not None

    assert same.covariance == pytest.approx(single.covariance)
    assert apart.covariance == pytest.approx(single.covariance / 4)


def replication(seed: int, slope: float) -> tuple[BudgetResult, float, float]:
    """What a list of fifty calls is expected to reach, and what it then reached."""
    rng = np.random.default_rng(seed)
    p, y = outcomes(rng, 800, slope)
    listed, then = outcomes(rng, 300, slope)
    amount = rng.lognormal(10, 0.6, len(listed))
    called = np.argsort(-listed * amount)[:50]
    calibration = calibration_of(y, p, alone(y))
    assert calibration is not None
    found = budget_result(calibration, listed[called], amount[called], (listed, amount), seed)
    return found, float(then[called].sum()), float((then * amount)[called].sum())


@pytest.mark.parametrize("slope", [1.0, 0.5, 0.0])
def test_intervals_hold_in_95_of_100(slope: float) -> None:
    """Of numbers and of amounts, for a good, an overconfident and a useless model."""
    hits = []
    for seed in range(300):
        found, unpaid, amount = replication(seed, slope)
        assert found.amount is not None
        hits.append((
            found.unpaid.low <= unpaid <= found.unpaid.high,
            found.amount.low <= amount <= found.amount.high,
        ))  # fmt: skip

    # Three standard errors of 300 replications on either side.
    assert np.mean(hits, axis=0) == pytest.approx([0.95, 0.95], abs=0.038)


def test_a_useless_model_promises_no_more_than_any_order() -> None:
    """A good one does, and is told the same for calls in any order."""
    useless, good = replication(3, 0.0)[0], replication(3, 1.0)[0]

    assert useless.unpaid.low < useless.unpaid_any < useless.unpaid.high
    assert good.unpaid.low > good.unpaid_any


def test_unknown_amounts_are_no_amounts() -> None:
    """A list without any has none; one with some has theirs alone."""
    p, y = outcomes(np.random.default_rng(4), 800, 1.0)
    calibration = calibration_of(y, p, alone(y))
    assert calibration is not None
    none = np.full(5, np.nan)
    some = np.array([1_000.0, np.nan, np.nan, np.nan, np.nan])
    without = budget_result(calibration, p[:5], none, (p, np.full(len(p), np.nan)))
    told = budget_result(calibration, p[:5], some, (p[:5], some))

    assert (without.amount, without.amount_any) == (None, None)
    assert told.amount is not None
    expected = float(calibration.probability(p[:1])[0])
    assert told.amount.value == pytest.approx(1_000 * expected)
    assert told.amount.high <= 1_000


def test_few_outcomes_say_nothing() -> None:
    """Of either kind."""
    y = np.array([1.0] * (FEWEST_OUTCOMES - 1) + [0.0] * 100)
    p = np.linspace(0.1, 0.9, len(y))

    assert calibration_of(y, p, alone(y)) is None
    assert calibration_of(1 - y, p, alone(y)) is None
