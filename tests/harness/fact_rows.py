"""Rows of facts of ended calls, as a database keeps them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from callrisk.store.facts.daily_sums import sum_days
from callrisk.store.facts.fact_tables import call_facts


def fact_row(call_id: str, day: date, agent_id: str, **more: Any) -> dict[str, Any]:
    """Return the row of a call of five minutes in which nothing was noted; `more` stands in it."""
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    score = more.get("first_score")
    return {
        "call_id": call_id, "day": day, "agent_id": agent_id, "customer_id": None,
        "source": "rest", "demo": False, "started_at": at, "ended_at": at, "duration_s": 300.0,
        "end_reason": None, "turns": 4, "first_score": score, "final_score": score,
        "highest_score": score, "final_category": None, "course": [], "said": {}, "notes": 0,
        "alerted": False, "agent_sentiment": None, "customer_sentiment": None,
        "agent_talk_share": None, "longest_silence_s": None, "escalated": False, "advice_done": 0,
        "advice_dismissed": 0, "outcome": None, "promised_on": None, "promised_yen": None,
        "call_back_at": None,
    } | more  # fmt: skip


def store_facts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Store rows of facts, and the sums of their days as the job makes them."""
    connection.execute(insert(call_facts), rows)
    sum_days(connection, {(row["day"], row["agent_id"], row["demo"]) for row in rows})
