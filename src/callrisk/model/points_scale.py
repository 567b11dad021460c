"""The points scale of the score: 50 at the base odds, `d` points more for a doubling of the odds.

This is the "points to double the odds" (PDO) scaling of credit scorecards (Siddiqi 2006). `d` is
chosen per version, so that few scores lie beyond the scale.
"""

import math

import numpy as np

from callrisk.domain.arrays import Floats

CENTRE = 50.0
FEWEST_POINTS, MOST_POINTS = 8, 20
# The largest share of held-out moments that may lie beyond the scale. A little below the promised
# 1 %, as members score customers that they learnt from further from the middle.
_CAPPED = 0.0075


def points_per_log_odds(points_to_double: float) -> float:
    """Return the points for each unit of log-odds."""
    return points_to_double / math.log(2)


def points_to_double_for(log_odds_ratio: Floats) -> int:
    """Return the points for a doubling at which at most 1 % of these moments are capped.

    `log_odds_ratio` is ln(odds / base odds), one a moment; 8 where no scale from 8 to 20 is wide
    enough.
    """
    doublings = np.abs(log_odds_ratio) / math.log(2)
    for points in range(MOST_POINTS, FEWEST_POINTS, -1):
        if float((doublings * points > CENTRE).mean()) <= _CAPPED:
            return points
    return FEWEST_POINTS
