"""The overall sentiment score of Contact Lens, computed from the labels of the turns.

As AWS documents it with an example ("sentiment scores" of Contact Lens): POSITIVE weighs +5,
NEUTRAL 0, NEGATIVE -5; the time up to the speaker's last word is cut into four equal periods; a
turn belongs to the period in which it begins; a period scores the mean of its turns, and the call
the mean of its periods.
"""

from collections.abc import Iterable
from statistics import mean

from callrisk.domain.segment import ParticipantRole, Segment, Sentiment

_WEIGHT = {Sentiment.POSITIVE: 5.0, Sentiment.NEUTRAL: 0.0, Sentiment.NEGATIVE: -5.0}
_PERIODS = 4


def overall_sentiment(turns: Iterable[Segment], role: ParticipantRole) -> float | None:
    """Return the score of a speaker so far, -5 to 5 with one decimal; None without a label.

    Periods in which no labelled turn begins do not count. Where labelled turns lack times, all of
    them are one period.
    """
    own = [turn for turn in turns if turn.role is role]
    until = max((turn.end_ms or 0 for turn in own), default=0)
    timed = all(turn.begin_ms is not None for turn in own if turn.sentiment is not None)
    periods: dict[int, list[float]] = {}
    for turn in own:
        if turn.sentiment is not None:
            period = _period(turn.begin_ms or 0, until) if timed else 0
            periods.setdefault(period, []).append(_WEIGHT[turn.sentiment])
    return round(mean(map(mean, periods.values())), 1) if periods else None


def _period(begin_ms: int, until_ms: int) -> int:
    """Return the quarter, 0 to 3, of a moment.

    Borders are truncated to whole milliseconds, as by AWS.
    """
    borders = [until_ms * number // _PERIODS for number in range(1, _PERIODS)]
    return sum(begin_ms >= border for border in borders)
