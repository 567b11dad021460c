"""Who said whose call it is, and how many requests the CRM had in a day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("assigned_by", sa.String(256)))
    op.add_column("calls", sa.Column("record_id", sa.BigInteger()))
    op.create_table(
        "requests",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("app", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("requests")
    for name in ("record_id", "assigned_by"):
        op.drop_column("calls", name)
