"""What is usual of some days, beside NumPy's quartiles, and of too few."""

from datetime import date, timedelta

import numpy as np
import pytest

from callrisk.domain.operation.day_so_far import FEWEST_DAYS, DaySoFar, UsualFigure, usual_day

FIRST = date(2026, 10, 5)


def days(count: int) -> list[DaySoFar]:
    """So many days with figures of their own; the second has no scored call."""
    rng = np.random.default_rng(3)
    return [
        DaySoFar(
            FIRST + timedelta(days=7 * n), int(rng.integers(100)), int(rng.integers(9)),
            int(rng.integers(90)), 0 if n == 1 else 40, 0 if n == 1 else int(rng.integers(40)),
            int(rng.integers(9)),
        )
        for n in range(count)
    ]  # fmt: skip


def test_the_middle_half_is_that_of_numpy() -> None:
    """Of each figure; a day without a scored call has no share."""
    listed = days(8)
    usual = usual_day(listed)

    assert usual.days == 8
    assert figures(usual.begun) == quartiles([day.begun for day in listed])
    assert figures(usual.open) == quartiles([day.open for day in listed])
    assert figures(usual.escalated) == quartiles([day.escalated for day in listed])
    assert figures(usual.high_share) == quartiles([day.high / 40 for day in listed if day.scored])


def quartiles(values: list[float] | list[int]) -> object:
    """The quartiles as NumPy has them."""
    return pytest.approx(np.quantile(np.array(values, dtype=float), [0.25, 0.5, 0.75]))


def figures(usual: UsualFigure | None) -> list[float]:
    """The figure as a list."""
    assert usual is not None
    return [usual.low, usual.middle, usual.high]


def test_few_days_say_nothing() -> None:
    """Neither of a figure that only some of the days have."""
    assert usual_day(days(FEWEST_DAYS - 1)).begun is None
    found = usual_day(days(FEWEST_DAYS))
    assert found.begun is not None
    assert found.high_share is None
