"""The points scale of the score: 50 at the base odds, 20 points more for a doubling of the odds.

This is the "points to double the odds" (PDO) scaling of credit scorecards (Siddiqi 2006).
"""

import math

CENTRE = 50.0
POINTS_TO_DOUBLE_THE_ODDS = 20.0
# Points for each unit of log-odds.
POINTS_PER_LOG_ODDS = POINTS_TO_DOUBLE_THE_ODDS / math.log(2)
