"""How many requests other services had in a day, as they allow only so many."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("app", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("requests")
