"""Requests that were answered, so that one sent twice has one effect."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "answered_requests",
        sa.Column("key_sha256", sa.String(64), primary_key=True),
        sa.Column("body_hmac", sa.String(64), nullable=False),
        sa.Column("note_id", _LONG, nullable=False),
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("answered_requests")
