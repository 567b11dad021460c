"""Decisions on whom to call, each with its reason, encrypted."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "contact_decisions",
        sa.Column("decision_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("customer_id", sa.String(256), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("person", sa.String(256), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index(
        "contact_decisions_by_customer", "contact_decisions", ["customer_id", "decision_id"]
    )


def downgrade() -> None:
    op.drop_table("contact_decisions")
