"""Intervals of shares, and numbers beside what was to be expected, against scipy and by chance."""

import numpy as np
import pytest
from scipy.stats import binomtest, chi2, poisson

from callrisk.domain.operation.shares import (
    chance_of,
    ratio_interval,
    share_of,
    unlikely,
    wilson,
)


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (1, 3), (7, 40), (40, 40), (250, 1_000)])
def test_the_interval_of_a_share_is_wilsons(hits: int, of: int) -> None:
    """As scipy has it."""
    expected = binomtest(hits, of).proportion_ci(method="wilson")

    assert wilson(hits, of) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_share_of_none_is_none() -> None:
    """And its interval everything."""
    assert (share_of(0, 0).share, share_of(0, 0).low) == (None, None)
    assert wilson(0, 0) == (0.0, 1.0)
    assert share_of(3, 4).share == 0.75


@pytest.mark.parametrize(("observed", "expected"), [(0, 6.0), (1, 5.0), (12, 9.5), (200, 180.0)])
def test_the_interval_of_a_ratio_is_near_the_exact_one(observed: int, expected: float) -> None:
    """Byar's is within a few percent of that from chi squared, also for no case."""
    low = chi2.ppf(0.025, 2 * observed) / 2 / expected if observed else 0.0
    high = chi2.ppf(0.975, 2 * observed + 2) / 2 / expected

    assert ratio_interval(observed, expected) == pytest.approx((low, high), rel=0.08, abs=0.005)


@pytest.mark.parametrize(("observed", "expected"), [(0, 6.0), (4, 6.0), (9, 6.0), (30, 60.0)])
def test_a_number_far_from_the_expected_is_unlikely(observed: int, expected: float) -> None:
    """The tails are those of Poisson, the observed number counts half."""
    half = poisson.pmf(observed, expected) / 2
    below, above = poisson.cdf(observed - 1, expected), poisson.sf(observed, expected)

    assert chance_of(observed, expected) == pytest.approx(
        min(1.0, 2 * min(below + half, above + half))
    )


def test_of_many_that_are_chance_few_are_named() -> None:
    """Where nothing differs, anything is named in at most one of twenty looks at 50."""
    rng = np.random.default_rng(7)
    looks = 400
    named = sum(
        any(unlikely([chance_of(int(n), 20.0) for n in rng.poisson(20.0, 50)]))
        for _ in range(looks)
    )

    assert named <= looks * 0.08
    assert unlikely([0.9, 0.0001, 0.4]) == [False, True, False]
    assert unlikely([]) == []
