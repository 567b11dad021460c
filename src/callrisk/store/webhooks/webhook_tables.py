"""The tables of webhooks; a change here needs a migration beside it."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import LONG, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", LONG, primary_key=True, autoincrement=True),
    Column("name", String(256), nullable=False),
    Column("url", Text, nullable=False),
    Column("event_types", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Encrypted under the key ring; those before sign beside it, the last of them until a moment.
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("sealed_old_secret", LargeBinary),
    Column("old_secret_until", UtcDateTime),
    # The last event of the log of which a delivery was made, if one was to be.
    Column("seq", LONG, nullable=False),
    # Failures in a row, the first of them, and until when nothing is sent because of them.
    Column("failures", Integer, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("resting_until", UtcDateTime),
    # Since when it is not on; from when on it is told of jobs, None for all since it is there.
    Column("off_since", UtcDateTime),
    Column("told_from", UtcDateTime),
    # Which process sends to it, and until when unless it says so again.
    Column("claimed_by", String(256)),
    Column("claimed_until", UtcDateTime),
    sqlite_autoincrement=True,
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("delivery_id", LONG, primary_key=True, autoincrement=True),
    Column("webhook_id", ForeignKey("webhooks.webhook_id"), nullable=False),
    # The same each time it is sent; receivers know by it what they took already.
    Column("message_id", String(64), nullable=False, unique=True),
    # The hash of what it tells of, which is told once.
    Column("source_sha256", String(64), nullable=False),
    Column("event_type", String(32), nullable=False),
    Column("call_id", String(256), index=True),
    Column("job_id", LONG),
    Column("at", UtcDateTime, nullable=False),
    # Ids, a category, a path; no words.
    Column("facts", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime, index=True),
    Column("problem", String(256)),
    UniqueConstraint("webhook_id", "source_sha256"),
    Index("webhook_deliveries_due", "webhook_id", "state", "due_at"),
    Index("webhook_deliveries_job", "webhook_id", "job_id"),
    sqlite_autoincrement=True,
)
