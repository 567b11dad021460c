"""The tables of what comes from Amazon Connect; a change here needs a migration beside it."""

from sqlalchemy import JSON, Boolean, Column, LargeBinary, String, Table, Text, UniqueConstraint

from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import LONG, SEQUENCE_DIGITS, metadata

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("stream", String(256), primary_key=True),
    Column("shard_id", String(128), primary_key=True),
    # Up to where everything is stored; None before the first record.
    Column("sequence", String(SEQUENCE_DIGITS)),
    # Whether the shard was read to its end.
    Column("finished", Boolean, nullable=False),
    # The creation of the stream that was read; created again under its name it is another one.
    Column("stream_created_at", UtcDateTime),
    # Who reads the stream: a reader whose name no longer stands here must stop.
    Column("owner", String(64), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)


# Which process reads a stream, until when unless it renews that.
stream_readers = Table(
    "stream_readers",
    metadata,
    Column("stream", String(256), primary_key=True),
    Column("owner", String(256), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)


sources = Table(
    "sources",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("behind_ms", LONG),
    Column("problem", Text),
    Column("counts", JSON, nullable=False),
)


quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", LONG, primary_key=True, autoincrement=True),
    Column("source", String(256), nullable=False),
    Column("position", String(256), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    # The record whole, encrypted; nothing of it is readable here.
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("source", "position"),
)


# What contact events told of contacts of which no call has begun yet.
early_contacts = Table(
    "early_contacts",
    metadata,
    Column("contact_id", String(256), primary_key=True),
    Column("initial_contact_id", String(256)),
    Column("agent_user_id", String(256)),
    Column("disconnected_at", UtcDateTime),
    Column("at", UtcDateTime, nullable=False, index=True),
)


connect_users = Table(
    "connect_users",
    metadata,
    Column("user_id", String(256), primary_key=True),
    Column("username", String(256), nullable=False),
    Column("name", String(256), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
