"""Webhooks of other systems, and what is on its way to them."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("event_types", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
        sa.Column("sealed_old_secret", sa.LargeBinary),
        sa.Column("old_secret_until", UtcDateTime),
        sa.Column("seq", _LONG, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", UtcDateTime),
        sa.Column("resting_until", UtcDateTime),
        sa.Column("claimed_by", sa.String(256)),
        sa.Column("claimed_until", UtcDateTime),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("delivery_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("webhook_id", _LONG, sa.ForeignKey("webhooks.webhook_id"), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False, unique=True),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("event_type", sa.String(32), nullable=False),
        sa.Column("call_id", sa.String(256), index=True),
        sa.Column("job_id", _LONG),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime, index=True),
        sa.Column("problem", sa.String(256)),
        sa.UniqueConstraint("webhook_id", "source_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "webhook_deliveries_due", "webhook_deliveries", ["webhook_id", "state", "due_at"]
    )


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
