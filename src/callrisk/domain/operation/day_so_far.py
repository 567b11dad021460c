"""Figures of a day up to a moment, and what is usual at that moment of the same weekday."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles

# So many weeks back; calls of before were led by other rules.
WEEKS = 8
# Of fewer days the middle half says little about the next one.
FEWEST_DAYS = 4


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """The calls of a day up to a moment.

    `open` were in progress then. Of those that had `ended` by then, `scored` had a score, `high`
    ended at high risk, and `escalated` were escalated.
    """

    day: date
    begun: int
    open: int
    ended: int
    scored: int
    high: int
    escalated: int

    @property
    def high_share(self) -> float | None:
        """The share of scored calls that ended at high risk; None of none."""
        return self.high / self.scored if self.scored else None


@dataclass(frozen=True, slots=True)
class UsualFigure:
    """The range of the middle half of some days, and the figure that half of them reach."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class UsualDay:
    """The usual figures at a moment of a weekday, of so many days; None of too few."""

    days: int
    begun: UsualFigure | None
    open: UsualFigure | None
    ended: UsualFigure | None
    high_share: UsualFigure | None
    escalated: UsualFigure | None


def usual_day(days: Sequence[DaySoFar]) -> UsualDay:
    """Return what was usual on days that had calls at all; a day without any was a holiday."""
    return UsualDay(
        len(days),
        begun=_usual(days, lambda day: day.begun),
        open=_usual(days, lambda day: day.open),
        ended=_usual(days, lambda day: day.ended),
        high_share=_usual(days, lambda day: day.high_share),
        escalated=_usual(days, lambda day: day.escalated),
    )


def _usual(
    days: Sequence[DaySoFar], figure: Callable[[DaySoFar], float | None]
) -> UsualFigure | None:
    known = [value for value in map(figure, days) if value is not None]
    if len(known) < FEWEST_DAYS:
        return None
    low, middle, high = quantiles(known, n=4, method="inclusive")
    return UsualFigure(low, middle, high)
