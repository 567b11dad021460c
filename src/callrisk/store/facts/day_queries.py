"""Sums of the calls of a day up to a moment, of that day and of the same weekday before."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, func, or_, select

from callrisk.domain.customer import JST
from callrisk.domain.operation.day_so_far import WEEKS, DaySoFar
from callrisk.store.facts import fact_tables

_F = fact_tables.call_facts.c
_WEEK = timedelta(days=7)


class DayQueries:
    """Reads from one database; days are those of Japan.

    `agent_ids` narrows to the calls of some agents, and `demo` to those of a demonstration or to
    all others; None asks for all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def so_far(
        self, now: datetime, *, demo: bool | None, agent_ids: Collection[str] | None
    ) -> DaySoFar:
        """Return the ended calls of the day until now; those in progress are not among them."""
        found = self._sums([now], demo, agent_ids)
        return found[0] if found else DaySoFar(_day(now), 0, 0, 0, 0, 0, 0)

    def weekdays(
        self, now: datetime, *, demo: bool | None, agent_ids: Collection[str] | None
    ) -> list[DaySoFar]:
        """Return the same weekday of the weeks before until the same time, the oldest first.

        Days without a call are left out.
        """
        moments = [now - _WEEK * week for week in range(WEEKS, 0, -1)]
        return self._sums(moments, demo, agent_ids)

    def _sums(
        self, moments: Sequence[datetime], demo: bool | None, agent_ids: Collection[str] | None
    ) -> list[DaySoFar]:
        until = {_day(moment): moment.astimezone(UTC) for moment in moments}
        # A day is counted though its calls all began later than at the same time.
        asked = select(_F.day, *_counts(until)).where(_F.day.in_(sorted(until)))
        if demo is not None:
            asked = asked.where(_F.demo == demo)
        if agent_ids is not None:
            asked = asked.where(_F.agent_id.in_(sorted(agent_ids)))
        with self._engine.connect() as connection:
            rows = connection.execute(asked.group_by(_F.day).order_by(_F.day))
            return [DaySoFar(*row) for row in rows]


def _day(moment: datetime) -> date:
    return moment.astimezone(JST).date()


def _counts(until: dict[date, datetime]) -> list[Any]:
    """Return the counts in the order of the fields of `DaySoFar`."""

    def by(column: Any) -> ColumnElement[bool]:
        return or_(*((_F.day == day) & (column <= moment) for day, moment in until.items()))

    begun, ended = by(_F.started_at), by(_F.ended_at)
    conditions = (
        begun, begun & ~ended, ended, ended & _F.final_score.is_not(None),
        ended & (_F.final_category == "high"), ended & _F.escalated,
    )  # fmt: skip
    return [func.sum(case((condition, 1), else_=0)) for condition in conditions]
