"""The tables; a change here needs a migration beside it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData()

# Sequence numbers of a stream have up to 129 digits; padded text compares like the number.
SEQUENCE_DIGITS = 129


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as naive UTC, which every database can hold and compare."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware to naive UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Naive UTC to aware."""
        return None if value is None else value.replace(tzinfo=UTC)


calls = Table(
    "calls",
    metadata,
    Column("call_id", String(256), primary_key=True),
    Column("customer_id", String(256), index=True),
    Column("agent_id", String(256), nullable=False),
    Column("source", String(16), nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("alerted", Boolean, nullable=False),
    Column("escalated", Boolean, nullable=False),
    Column("summary", JSON),
    # The sums of a call that is over: the history of the next one.
    Column("totals", JSON),
    Index("calls_by_start", "started_at", "call_id"),
)

segments = Table(
    "segments",
    metadata,
    Column("call_id", ForeignKey("calls.call_id"), primary_key=True),
    Column("segment_id", String(256), primary_key=True),
    Column("sequence", String(SEQUENCE_DIGITS), nullable=False),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("begin_ms", Integer),
    Column("end_ms", Integer),
    Column("sentiment", String(16)),
    Column("heard_at", UtcDateTime, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("call_id", String(256), nullable=False, index=True),
    Column("type", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("payload", JSON, nullable=False),
    # Without it SQLite may give a number again after the last row was deleted.
    sqlite_autoincrement=True,
)

assessments = Table(
    "assessments",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("call_id", ForeignKey("calls.call_id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("elapsed_s", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("risk_score", Integer, nullable=False),
    Column("risk_category", String(8), nullable=False),
    Column("model_version", String(64), nullable=False),
    # Every line in points, features in the order of the model: what the next change is told from.
    Column("lines", JSON, nullable=False),
    Column("payload", JSON, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("note_id", Integer, primary_key=True, autoincrement=True),
    Column("call_id", ForeignKey("calls.call_id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("agent_id", String(256), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

earlier_calls = Table(
    "earlier_calls",
    metadata,
    Column("customer_id", String(256), primary_key=True),
    Column("call_id", String(256), primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("contract_date", Date),
    Column("totals", JSON, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
)
