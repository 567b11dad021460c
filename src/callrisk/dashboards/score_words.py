"""Wording about a score that both apps share: its points, its interval, the lines of a change."""

from collections.abc import Sequence

from callrisk.dashboards.texts import say, told
from callrisk.wire.assessment import ChangeLine

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


def quoted(phrase: str) -> str:
    """Return the words of a customer in quotation marks."""
    return say("quoted", phrase=phrase)


def change_text(line: ChangeLine) -> str:
    """Return a line of a change without its points: its name and the words that were said."""
    name = told(line, "label")
    return name if line.phrase is None else f"{name} {quoted(line.phrase)}"
