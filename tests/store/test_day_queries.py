"""Sums of days up to a moment on both databases, beside the same sums made row by row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, insert

from callrisk.domain.customer import JST
from callrisk.domain.operation.day_so_far import WEEKS, DaySoFar
from callrisk.store.facts.day_queries import DayQueries
from callrisk.store.facts.fact_tables import call_facts
from harness.fact_rows import fact_row

# A Monday, a quarter to five in the afternoon in Japan.
NOW = datetime(2026, 11, 30, 7, 45, tzinfo=UTC)


def fill(engine: Engine, count: int = 600) -> list[dict[str, Any]]:
    """Store so many ended calls of ten weeks, also of other days and of later times of day."""
    rng = np.random.default_rng(11)
    rows = []
    for number in range(count):
        began = NOW - timedelta(
            days=int(rng.integers(80)), seconds=int(rng.integers(-30_000, 30_000))
        )
        score = int(rng.integers(101)) if rng.random() < 0.8 else None
        rows.append(fact_row(
            f"c{number}", began.astimezone(JST).date(), f"agent-{rng.integers(3)}",
            started_at=began, ended_at=began + timedelta(seconds=int(rng.integers(5, 4_000))),
            demo=bool(rng.random() < 0.2), first_score=score, escalated=bool(rng.random() < 0.2),
            final_category=None if score is None else ("high" if score >= 70 else "low"),
        ))  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(call_facts), rows)
    return rows


def by_hand(
    rows: list[dict[str, Any]], moment: datetime, demo: bool | None, agents: set[str] | None
) -> DaySoFar | None:
    """The same sums of the day of a moment, call by call; None without a call on it."""
    day = moment.astimezone(JST).date()
    of_day = [
        row for row in rows
        if row["started_at"].astimezone(JST).date() == day
        and (demo is None or row["demo"] == demo)
        and (agents is None or row["agent_id"] in agents)
    ]  # fmt: skip
    begun = [row for row in of_day if row["started_at"] <= moment]
    ended = [row for row in begun if row["ended_at"] <= moment]
    scored = [row for row in ended if row["final_score"] is not None]
    high = [row for row in scored if row["final_score"] >= 70]
    escalated = sum(row["escalated"] for row in ended)
    if not of_day:
        return None
    return DaySoFar(
        day, len(begun), len(begun) - len(ended), len(ended), len(scored), len(high), escalated
    )


@pytest.mark.parametrize("demo", [None, True, False])
@pytest.mark.parametrize("agents", [None, {"agent-1", "agent-9"}])
def test_the_sums_are_those_of_the_rows(
    engine: Engine, demo: bool | None, agents: set[str] | None
) -> None:
    """Of the same weekday of eight weeks up to the same time, and of today until now."""
    rows, queries = fill(engine), DayQueries(engine)
    found = queries.weekdays(NOW, demo=demo, agent_ids=agents)
    moments = [NOW - timedelta(days=7 * week) for week in range(WEEKS, 0, -1)]
    expected = [by_hand(rows, moment, demo, agents) for moment in moments]

    assert found == [day for day in expected if day is not None]
    assert sum(day.begun for day in found) > 0
    today = by_hand(rows, NOW, demo, agents)
    empty = DaySoFar(NOW.astimezone(JST).date(), 0, 0, 0, 0, 0, 0)
    assert queries.so_far(NOW, demo=demo, agent_ids=agents) == (today or empty)


def test_nobody_in_reach_has_no_calls(engine: Engine) -> None:
    """Also where the database is full of others'."""
    fill(engine, 60)
    queries = DayQueries(engine)

    assert queries.weekdays(NOW, demo=None, agent_ids=set()) == []
    assert queries.so_far(NOW, demo=None, agent_ids=set()).begun == 0


def test_a_day_changes_at_midnight_in_japan(engine: Engine) -> None:
    """A call of a minute before belongs to the day before."""
    midnight = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
    began = midnight - timedelta(minutes=1)
    row = fact_row(
        "late", began.astimezone(JST).date(), "agent-1", started_at=began, ended_at=midnight
    )
    with engine.begin() as connection:
        connection.execute(insert(call_facts), [row])
    queries = DayQueries(engine)

    def begun(moment: datetime) -> int:
        return queries.so_far(moment, demo=False, agent_ids=None).begun

    assert (begun(midnight - timedelta(seconds=1)), begun(midnight)) == (1, 0)
