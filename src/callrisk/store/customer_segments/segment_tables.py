"""The table of customer segments; a change here needs a migration beside it."""

from sqlalchemy import Boolean, Column, LargeBinary, String, Table

from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import LONG, metadata

customer_segments = Table(
    "customer_segments",
    metadata,
    Column("segment_id", LONG, primary_key=True, autoincrement=True),
    Column("owner", String(256), nullable=False, index=True),
    Column("shared", Boolean, nullable=False),
    # Name and rules, encrypted: people write names of customers anywhere.
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    # No number is given again.
    sqlite_autoincrement=True,
)
