"""PSI by hand and against SciPy, and how often it is a false or a missed alarm."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import chi2

from callrisk.domain.arrays import Floats
from callrisk.domain.portfolio.stability import (
    Bins,
    Change,
    chi_square_beyond,
    chi_square_tail,
    psi,
    psi_limit,
    stability,
)

FEATURES, CUSTOMERS, TRIALS = 8, 2_000, 100


def sample(rng: np.random.Generator, rows: int = CUSTOMERS) -> Floats:
    """Features of many kinds: normal, skewed, counts, one-hot, partly missing."""
    x = rng.normal(size=(rows, FEATURES))
    x[:, 1] = np.exp(x[:, 1])
    x[:, 2] = rng.poisson(0.3, rows)
    x[:, 3] = rng.random(rows) < 0.02
    x[rng.random(rows) < 0.3, 4] = np.nan
    x[:, 5] = np.round(x[:, 5])
    return x


def alarms(make_actual: Callable[[np.random.Generator, Floats], Floats]) -> int:
    """In how many of the trials any column is said to be shifted."""
    count = 0
    for seed in range(TRIALS):
        rng = np.random.default_rng(seed)
        expected, actual = sample(rng), make_actual(rng, sample(rng))
        bins = [Bins.of(column) for column in expected.T]
        both = (
            {str(n): bins[n].counts(x[:, n]) for n in range(FEATURES)} for x in (expected, actual)
        )
        found = stability(*both)
        count += any(one.change is Change.SHIFTED for one in found)
    return count


def test_a_shift_is_found() -> None:
    """By half a standard deviation, in one feature of many, of 2,000 customers."""

    def shifted(_rng: np.random.Generator, x: Floats) -> Floats:
        x[:, 0] += 0.5
        return x

    assert alarms(shifted) >= 95


def test_without_a_shift_there_is_no_alarm() -> None:
    """In all features together at most five times in a hundred."""
    assert alarms(lambda _rng, x: x) <= 5


def test_every_change_that_is_sure_is_rare_without_a_shift() -> None:
    """Also one that is too small to act on: the limits hold by themselves, not by the size."""
    changes = 0
    for seed in range(TRIALS):
        rng = np.random.default_rng(seed)
        expected, actual = sample(rng), sample(rng)
        for one, other in zip(expected.T, actual.T, strict=True):
            bins = Bins.of(one)
            counts = bins.counts(one), bins.counts(other)
            filled = int((counts[0] + counts[1] > 0).sum())
            changes += psi(*counts) > psi_limit((CUSTOMERS, CUSTOMERS), filled)

    # 800 comparisons at one in a hundred: 8 expected, 18 is more than three deviations beyond.
    assert changes <= 18


@pytest.mark.parametrize("rows", [60, 200])
def test_small_samples_raise_no_alarm(rows: int) -> None:
    """Where the limits 0.1 and 0.25 of practice would be crossed most of the time."""
    shifted = crossed = 0
    for seed in range(TRIALS):
        rng = np.random.default_rng(seed)
        x, other = rng.normal(size=1_000), rng.normal(size=rows)
        bins = Bins.of(x)
        (found,) = stability({"x": bins.counts(x)}, {"x": bins.counts(other)})
        shifted += found.change is Change.SHIFTED
        crossed += found.psi > 0.1

    assert shifted <= 5
    assert crossed >= (60 if rows == 60 else 1)


def test_psi_by_hand() -> None:
    """Shares 1/2, 1/2 against 3/4, 1/4; an empty bin counts as half a customer."""
    expected = 0.25 * np.log(1.5) - 0.25 * np.log(0.5)

    assert psi(np.array([50.0, 50, 0]), np.array([75.0, 25, 0])) == pytest.approx(expected)
    assert np.isfinite(psi(np.array([50.0, 0]), np.array([30.0, 20])))


def test_too_few_customers_are_told() -> None:
    """Neither sample says anything then, whatever its PSI."""
    (found,) = stability({"x": np.array([30.0, 10])}, {"x": np.array([10.0, 400])})

    assert found.change is Change.TOO_FEW
    (twins,) = stability({"x": np.array([60.0, 20])}, {"x": np.array([20.0, 400])}, (0.5, 1.0))
    assert twins.change is Change.TOO_FEW


@pytest.mark.parametrize("degrees", [1, 2, 5, 9, 20])
def test_chi_square_is_that_of_scipy(degrees: int) -> None:
    """Where limits lie, and both ways."""
    for level in (0.9, 0.01, 1e-5):
        limit = chi2.isf(level, degrees)
        assert chi_square_beyond(level, degrees) == pytest.approx(limit)
        assert chi_square_tail(limit, degrees) == pytest.approx(level)


def test_bins_hold_every_value() -> None:
    """Equal parts, a bin each for few values, and the missing apart."""
    x = np.append(np.arange(1_000.0), [np.nan] * 7)
    many, few = Bins.of(x), Bins.of(np.array([0.0, 1, 1, 3, np.nan]))

    assert many.counts(x).tolist() == [100] * 10 + [7]
    assert few.counts(np.array([0.0, 1, 1, 3, 9, np.nan])).tolist() == [1, 2, 2, 1]
    assert Bins.of(np.array([np.nan, np.nan])).counts(np.array([1.0, np.nan])).tolist() == [1, 1]
