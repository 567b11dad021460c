"""The sums of ended calls by day and agent, made from the facts of the calls."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select

from callrisk.store.facts import fact_tables

_F, _D = fact_tables.call_facts.c, fact_tables.daily_facts.c
# Calls that began within so many points of each other are alike; those without a score are apart.
BAND_POINTS, NO_BAND = 20, -1
# The day and the agent of rows of sums, and whether they are of a demonstration.
DayKey = tuple[date, str, bool]


def days_of(connection: Connection, calls: Any) -> set[DayKey]:
    """Return the keys of the sums in which calls stand; `calls` is a condition on facts."""
    asked = select(_F.day, _F.agent_id, _F.demo).where(calls).distinct()
    return {(row.day, row.agent_id, row.demo) for row in connection.execute(asked)}


def sum_days(connection: Connection, days: Iterable[DayKey]) -> None:
    """Make the sums of these days and agents anew from the facts that there are."""
    for day, agent_id, demo in days:
        own = (_D.day == day) & (_D.agent_id == agent_id) & (_D.demo == demo)
        connection.execute(delete(fact_tables.daily_facts).where(own))
        theirs = (_F.day == day) & (_F.agent_id == agent_id) & (_F.demo == demo)
        keys = (_F.day, _F.agent_id, _F.demo, _BAND.label("band"))
        sums = select(*keys, *_SUMS.values()).where(theirs).group_by(*keys)
        names = ["day", "agent_id", "demo", "band", *_SUMS]
        connection.execute(insert(fact_tables.daily_facts).from_select(names, sums))


def _count(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


# Whole numbers divide alike on both databases.
_BAND = func.coalesce(_F.first_score - _F.first_score % BAND_POINTS, NO_BAND)
_SUMS = {
    "calls": func.count(),
    "seconds": _sum(_F.duration_s),
    "talk_share": _sum(_F.agent_talk_share),
    "talk_calls": func.count(_F.agent_talk_share),
    "mood": _sum(_F.customer_sentiment),
    "mood_calls": func.count(_F.customer_sentiment),
    "scored": func.count(_F.final_score),
    "high": _count(_F.final_category == "high"),
    "escalated": _count(_F.escalated),
    "promised": _count(_F.promised_on.is_not(None)),
    "promised_yen": _sum(_F.promised_yen),
    "advice_done": _sum(_F.advice_done),
    "advice_dismissed": _sum(_F.advice_dismissed),
}
