"""Segments of customers that persons saved and shared, encrypted."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "customer_segments",
        sa.Column("segment_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_segments_owner", "customer_segments", ["owner"])


def downgrade() -> None:
    op.drop_table("customer_segments")
