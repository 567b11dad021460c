"""The tables of ended calls and of their days; a change here needs a migration beside it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    text,
)

from callrisk.domain.language import Intent
from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import metadata


def said_condition(dialect: str, intent: Intent) -> str:
    """Return the condition that a kind of statement was heard in a call, as its index has it.

    With a value bound in its place no database would use the index.
    """
    if dialect == "sqlite":
        return f"json_extract(said, '$.{intent}') IS NOT NULL"
    return f"(said ->> '{intent}') IS NOT NULL"


# One narrow row for each call that is over, and their sums by day: what managers compare.
call_facts = Table(
    "call_facts",
    metadata,
    Column("call_id", String(256), primary_key=True),
    Column("day", Date, nullable=False),
    Column("agent_id", String(256), nullable=False),
    Column("customer_id", String(256)),
    Column("source", String(16), nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("end_reason", String(32)),
    Column("turns", Integer, nullable=False),
    Column("first_score", Integer),
    Column("final_score", Integer),
    Column("highest_score", Integer),
    Column("final_category", String(8)),
    Column("course", JSON, nullable=False),
    Column("said", JSON, nullable=False),
    Column("agent_sentiment", Float),
    Column("customer_sentiment", Float),
    Column("agent_talk_share", Float),
    Column("longest_silence_s", Float),
    Column("notes", Integer, nullable=False),
    Column("escalated", Boolean, nullable=False),
    Column("alerted", Boolean, nullable=False),
    Column("advice_done", Integer, nullable=False),
    Column("advice_dismissed", Integer, nullable=False),
    Column("outcome", String(32)),
    Column("promised_on", Date),
    Column("promised_yen", Integer),
    Column("call_back_at", UtcDateTime),
    Index("call_facts_by_day", "day", "agent_id"),
    # In these orders calls are found, the newest first.
    Index("call_facts_by_start", "started_at", "call_id"),
    Index("call_facts_by_agent", "agent_id", "started_at", "call_id"),
    Index("call_facts_by_customer", "customer_id", "started_at", "call_id"),
    Index("call_facts_by_outcome", "outcome", "started_at", "call_id"),
    Index("call_facts_by_category", "final_category", "started_at", "call_id"),
    # Those in which a kind of statement was heard, the newest first.
    *(
        Index(
            f"call_facts_said_{intent}",
            "started_at",
            "call_id",
            sqlite_where=text(said_condition("sqlite", intent)),
            postgresql_where=text(said_condition("postgresql", intent)),
        )
        for intent in Intent
    ),
)


# The sums of an agent's calls of a day that began with alike scores, in `band`; -1 without one.
daily_facts = Table(
    "daily_facts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("agent_id", String(256), primary_key=True),
    Column("demo", Boolean, primary_key=True),
    Column("band", Integer, primary_key=True),
    *(
        Column(name, BigInteger().with_variant(Integer, "sqlite"), nullable=False)
        for name in (
            "calls", "talk_calls", "mood_calls", "scored", "high", "escalated", "promised",
            "promised_yen", "advice_done", "advice_dismissed",
        )
    ),
    *(Column(name, Float, nullable=False) for name in ("seconds", "talk_share", "mood")),
)  # fmt: skip
