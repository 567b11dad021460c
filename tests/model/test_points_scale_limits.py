"""The points for a doubling of the odds at the limits of the scale."""

import math

import numpy as np
import pytest

from callrisk.model.points_scale import points_per_log_odds, points_to_double_for


@pytest.mark.parametrize(
    ("doublings", "points"),
    [(0.0, 20), (2.5, 20), (2.51, 19), (-2.51, 19), (2.64, 18), (5.0, 10), (6.2, 8), (7.0, 8)],
)
def test_as_many_points_as_the_scale_holds(doublings: float, points: int) -> None:
    """From 20 down to 8; just at the end of the scale nothing is capped."""
    assert points_to_double_for(np.full(10, doublings * math.log(2))) == points


@pytest.mark.parametrize(("beyond", "points"), [(3, 20), (4, 8)])
def test_three_quarters_of_a_percent_may_lie_beyond(beyond: int, points: int) -> None:
    """One more may not."""
    ratios = np.zeros(400)
    ratios[:beyond] = 50 * math.log(2)

    assert points_to_double_for(ratios) == points


def test_points_of_a_unit_of_log_odds() -> None:
    """ln 2 of it is a doubling."""
    assert points_per_log_odds(14) * math.log(2) == pytest.approx(14)
