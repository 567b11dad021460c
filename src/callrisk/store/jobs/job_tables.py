"""The table of long jobs; a change here needs a migration beside it."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import LONG, metadata

# Long jobs: those that wait, the one of each kind that runs, and what came of the others.
jobs = Table(
    "jobs",
    metadata,
    Column("job_id", LONG, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", String(256)),
    # Of the newest try, and how many there were.
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    # The runner that does it, and until when unless it says so again.
    Column("claimed_by", String(256)),
    Column("claimed_until", UtcDateTime),
    Column("progress", JSON, nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("problem", Text),
    # Of the request that asked for it, as of those in `answered_requests`.
    Column("key_sha256", String(64)),
    Column("body_hmac", String(64)),
    Index("jobs_key", "key_sha256"),
    sqlite_autoincrement=True,
)
