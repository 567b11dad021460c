"""Figures of ended calls, as they are asked for and answered."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema

from callrisk.domain.operation.call_figures import CallFigures, CallMeasure, FiguresRow
from callrisk.wire.base import Day, Wire
from callrisk.wire.request_fields import digits_only
from callrisk.wire.requests import DATE, QueryParameters
from callrisk.wire.work.work_requests import day_of

# A year and a day, so that a year can be read from any day on.
MOST_DAYS = 366
_DAY = WithJsonSchema({"type": "string", "pattern": f"^{DATE}$"})
_Day = Annotated[date, BeforeValidator(day_of)]


class StatsBy(StrEnum):
    """The key of a row: an agent, a team, a day of Japan, or a week by its Monday."""

    AGENT = "agent"
    TEAM = "team"
    DAY = "day"
    WEEK = "week"


class CallStatsAsked(QueryParameters):
    """Ask for the figures of calls that began on the last of some days of Japan, or before it.

    Without `to` the last is today. They are calls of a demonstration, or all others.
    """

    by: Annotated[
        StatsBy, WithJsonSchema({"type": "string", "enum": [str(one) for one in StatsBy]})
    ] = StatsBy.AGENT
    days: Annotated[int, Field(ge=1, le=MOST_DAYS), BeforeValidator(digits_only)] = 30
    last: Annotated[_Day | None, _DAY] = Field(default=None, alias="to")
    demo: Annotated[
        Literal["true", "false"] | None,
        WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
    ] = None

    def period(self, today: date) -> tuple[date, date]:
        """Return the first and the last day."""
        last = self.last or today
        return last - timedelta(days=self.days - 1), last


class ShareAnswer(Wire):
    """Hits among some calls, their share and its 95 % interval; null of no calls."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


class AdjustedAnswer(Wire):
    """A share as it would be with the calls that all had, with its 95 % interval.

    `differs` tells that chance alone does not explain it, though so many are compared.
    """

    share: float
    low: float
    high: float
    differs: bool


class CallStatsRow(Wire):
    """The figures of one agent, team, day or week.

    `high`, `escalated`, `promised` and `advice_followed` are shares; `adjusted` has those that are
    of enough calls to be compared. Means are null without a call that has the figure.
    """

    key: str
    calls: int
    mean_seconds: float | None
    talk_share: float | None
    customer_mood: float | None
    high: ShareAnswer
    escalated: ShareAnswer
    promised: ShareAnswer
    promised_yen: int
    advice_followed: ShareAnswer
    adjusted: dict[str, AdjustedAnswer]

    @classmethod
    def of(cls, row: FiguresRow) -> Self:
        """Return the answer about a row."""
        measures = {str(one): ShareAnswer.of_value(row.measures[one]) for one in CallMeasure}
        return cls(
            key=row.key, calls=row.calls, mean_seconds=row.mean_seconds,
            talk_share=row.talk_share, customer_mood=row.mood, promised_yen=row.promised_yen,
            advice_followed=ShareAnswer.of_value(row.advice),
            adjusted={
                str(one): AdjustedAnswer.of_value(found) for one, found in row.adjusted.items()
            },
            **measures,
        )  # fmt: skip


class CallStatsAnswer(Wire):
    """The rows in the order of their keys, and `all` calls in reach together."""

    by: StatsBy
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    rows: list[CallStatsRow]
    all: CallStatsRow

    @classmethod
    def of(cls, by: StatsBy, period: tuple[date, date], figures: CallFigures) -> Self:
        """Return the answer about a period."""
        told = {"from": period[0].isoformat(), "to": period[1].isoformat()}
        return cls(
            by=by, rows=[CallStatsRow.of(row) for row in figures.rows],
            all=CallStatsRow.of(figures.all), **told,
        )  # fmt: skip
