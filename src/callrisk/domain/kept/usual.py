"""Usual figures of calls that are over: the middle half of each, of enough calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

# Of fewer calls the middle half says little about the next one.
FEWEST_CALLS = 20
# Older calls were led by other rules, and more of them tell the same.
DAYS, MOST_CALLS = 90, 1_000


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The range in which half of the calls lie, a quarter below and a quarter above it."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class UsualQuality:
    """Usual figures of calls that are kept; None of too few calls."""

    calls: int
    agent_talk_share: UsualRange | None
    longest_silence_s: UsualRange | None


def usual_quality(figures: Sequence[tuple[float | None, float | None]]) -> UsualQuality:
    """Return what is usual of pairs of an agent's talk share and a longest silence in seconds."""
    return UsualQuality(
        len(figures),
        _usual(share for share, _ in figures),
        _usual(silence for _, silence in figures),
    )


def _usual(values: Iterable[float | None]) -> UsualRange | None:
    known = [value for value in values if value is not None]
    if len(known) < FEWEST_CALLS:
        return None
    low, _, high = quantiles(known, n=4, method="inclusive")
    return UsualRange(round(low, 3), round(high, 3))
