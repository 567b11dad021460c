"""Wording about a score: its points and its interval."""

from collections.abc import Sequence

from callrisk.dashboards.texts import say

# The ends of the scale.
_LOWEST, _HIGHEST = 0, 100


def signed(points: int) -> str:
    """Return points with their sign: +5, -3, ±0."""
    return f"{points:+d}" if points else "±0"


def interval_text(interval: Sequence[int]) -> str:
    """Return an interval in words; where it reaches beyond the scale it is open on that side."""
    low, high = interval
    if low >= _HIGHEST:
        return say("interval.top", end=_HIGHEST)
    if high <= _LOWEST:
        return say("interval.bottom", end=_LOWEST)
    return say(
        "interval.between",
        low=say("interval.below", end=_LOWEST) if low < _LOWEST else low,
        high=say("interval.above", end=_HIGHEST) if high > _HIGHEST else high,
    )
