"""The operation of today at this moment, and what is usual of its weekday."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import WithJsonSchema

from callrisk.domain.assessment import AssessmentState
from callrisk.domain.operation.day_so_far import DaySoFar, UsualDay
from callrisk.domain.risk_category import RiskCategory
from callrisk.wire.base import Day, Moment, Wire, wire_time, wire_time_or_none
from callrisk.wire.requests import QueryParameters
from callrisk.wire.sockets.wallboard import WallboardRow

# More calls than anyone looks at first.
MOST_URGENT = 10


class TodayAsked(QueryParameters):
    """Ask for the calls of a demonstration, for all others, or for all."""

    demo: Annotated[
        Literal["true", "false"] | None,
        WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
    ] = None


class CallsNow(Wire):
    """The calls in progress: those with a verdict by category, and those without one yet.

    `listening` are too short for a verdict, and `unscored` have no model or no score yet.
    """

    calls: int
    agents: int
    high: int
    medium: int
    low: int
    listening: int
    unscored: int
    alerted: int

    @classmethod
    def of(cls, rows: Sequence[WallboardRow]) -> Self:
        """Return the counts of rows of calls in progress."""
        judged = [row.risk_category for row in rows if has_verdict(row)]
        listening = sum(row.state is AssessmentState.LISTENING for row in rows)
        return cls(
            calls=len(rows), agents=len({row.agent_id for row in rows if row.agent_id}),
            high=judged.count(RiskCategory.HIGH), medium=judged.count(RiskCategory.MEDIUM),
            low=judged.count(RiskCategory.LOW), listening=listening,
            unscored=len(rows) - len(judged) - listening,
            alerted=sum(row.alerted for row in rows),
        )  # fmt: skip


def has_verdict(row: WallboardRow) -> bool:
    """Return True for a call with a score that is a verdict by now."""
    return row.risk_score is not None and row.state is not AssessmentState.LISTENING


def most_urgent(rows: Sequence[WallboardRow]) -> list[WallboardRow]:
    """Return the calls to look at first: those that ask for help, with an alert, the riskiest."""

    def urgency(row: WallboardRow) -> tuple[bool, bool, int, str]:
        # Without a verdict a score is no reason to look; of equal ones the older goes first.
        score = -1 if row.risk_score is None or not has_verdict(row) else row.risk_score
        return not row.escalated, not row.alerted, -score, row.started_at

    return sorted(rows, key=urgency)[:MOST_URGENT]


class DaySoFarAnswer(Wire):
    """The calls of today until now.

    Of those that `ended`, `scored` had a score, `high` ended at high risk.
    """

    day: Day
    begun: int
    ended: int
    scored: int
    high: int
    escalated: int


class EscalationsWaiting(Wire):
    """The escalations that wait for an answer, also of calls that are over."""

    count: int
    since: Moment | None

    @classmethod
    def of(cls, count: int, since: datetime | None) -> Self:
        """Return the answer about so many, of which the first has waited since a moment."""
        return cls(count=count, since=wire_time_or_none(since))


class TodayAnswer(Wire):
    """The operation at `as_of`: calls in progress, the day so far, and the most urgent calls."""

    as_of: Moment
    now: CallsNow
    escalations: EscalationsWaiting
    so_far: DaySoFarAnswer
    urgent: list[WallboardRow]

    @classmethod
    def of(
        cls, as_of: datetime, rows: Sequence[WallboardRow], so_far: DaySoFar,
        waiting: EscalationsWaiting,
    ) -> Self:  # fmt: skip
        """Return the answer from the rows of all calls in progress."""
        return cls(
            as_of=wire_time(as_of), now=CallsNow.of(rows), escalations=waiting,
            so_far=DaySoFarAnswer.of_value(so_far, day=so_far.day.isoformat()),
            urgent=most_urgent(rows),
        )  # fmt: skip


class UsualFigureAnswer(Wire):
    """The range of the middle half of some days, and the figure that half of them reach."""

    low: float
    middle: float
    high: float


class UsualDayAnswer(Wire):
    """The usual figures at this time of this weekday; a figure of too few days is null.

    `days` of the eight weeks before had calls at all. `open` are calls in progress at that time.
    """

    day: Day
    days: int
    begun: UsualFigureAnswer | None
    open: UsualFigureAnswer | None
    ended: UsualFigureAnswer | None
    high_share: UsualFigureAnswer | None
    escalated: UsualFigureAnswer | None

    @classmethod
    def of(cls, day: str, usual: UsualDay) -> Self:
        """Return the answer about the weekday of a day."""
        return cls.of_value(usual, day=day)
