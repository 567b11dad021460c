"""The table of decisions on whom to call; a change here needs a migration beside it."""

from sqlalchemy import Column, Index, LargeBinary, String, Table

from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import LONG, metadata

# Who must not be called, or is called all the same: rows are only ever added.
contact_decisions = Table(
    "contact_decisions",
    metadata,
    Column("decision_id", LONG, primary_key=True, autoincrement=True),
    Column("customer_id", String(256), nullable=False),
    Column("kind", String(32), nullable=False),
    # The reason, encrypted.
    Column("sealed", LargeBinary, nullable=False),
    Column("person", String(256), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("contact_decisions_by_customer", "customer_id", "decision_id"),
)
