"""Segments by rules: who fits, shares, and intervals that know who is connected."""

import numpy as np
import pytest

from callrisk.domain.operation.shares import wilson
from callrisk.domain.portfolio.customer_segments import (
    FEWEST_CUSTOMERS,
    SegmentRule,
    fitting,
    missing_columns,
    segment_figures,
    segment_share,
)

COLUMNS = {
    "amount": np.array([10.0, 20.0, 30.0, np.nan]),
    "score": np.array([80.0, 70.0, 60.0, 50.0]),
}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], [True, True, True, True]),
        ([SegmentRule("amount", 20)], [False, True, True, False]),
        ([SegmentRule("amount", None, 20)], [True, True, False, False]),
        ([SegmentRule("amount", 20, 20)], [False, True, False, False]),
        ([SegmentRule("amount")], [False, False, False, True]),
        ([SegmentRule("amount", 20), SegmentRule("score", 65)], [False, True, False, False]),
    ],
)
def test_all_rules_must_fit(rules: list[SegmentRule], expected: list[bool]) -> None:
    """Both ends are included; an unknown value fits no end."""
    assert fitting(rules, COLUMNS, 4).tolist() == expected


def test_a_column_of_another_run_is_named() -> None:
    """So that a saved segment says why it cannot be counted."""
    assert missing_columns([SegmentRule("amount"), SegmentRule("gone")], COLUMNS) == ["gone"]


def test_figures_count_outcomes_that_are_known() -> None:
    """Pending customers count for High alone, and few tell no share."""
    unpaid = np.array([1.0, 0.0, np.nan] * 20)
    is_high = np.arange(60) < 30
    fits = np.arange(60) < 45
    figures = segment_figures(fits, unpaid, is_high, np.arange(60))

    assert (figures.customers, figures.unpaid.hits, figures.unpaid.of) == (45, 15, 30)
    assert (figures.high.hits, figures.high.of) == (30, 45)
    few = segment_share(np.ones(FEWEST_CUSTOMERS - 1), np.arange(FEWEST_CUSTOMERS - 1))
    assert (few.share, few.low, few.high) == (None, None, None)


def test_independent_customers_have_nearly_wilsons_interval() -> None:
    """Those who are twice the same person are worth half; sure ones count by person."""
    hit = np.array([1.0] * 30 + [0.0] * 70)
    alone = segment_share(hit, np.arange(100))
    twins = segment_share(np.repeat(hit, 2), np.repeat(np.arange(100), 2))
    sure = segment_share(np.ones(100), np.repeat(np.arange(50), 2))

    assert (alone.low, alone.high) == pytest.approx(wilson(30, 100), abs=0.002)
    assert (twins.low, twins.high) == pytest.approx((alone.low, alone.high))
    assert (sure.low, sure.high) == pytest.approx(wilson(50, 50))


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 1,000 samples of connected customers 93 to 97 in a hundred, where Wilson's alone fails."""
    rng = np.random.default_rng(7)
    held = naive = 0
    component = np.repeat(np.arange(120), 3)
    for _ in range(1_000):
        # Components share their luck: their own chance is drawn around one in three.
        hit = (rng.random(360) < np.repeat(rng.beta(1.0, 2.0, 120), 3)).astype(np.float64)
        share = segment_share(hit, component)
        assert share.low is not None
        assert share.high is not None
        held += share.low <= 1 / 3 <= share.high
        low, high = wilson(share.hits, share.of)
        naive += low <= 1 / 3 <= high

    assert 930 <= held <= 970
    assert naive < 930
