"""Long jobs, such as trainings, and how far each is."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("asked_by", sa.String(256)),
        sa.Column("started_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String(256)),
        sa.Column("claimed_until", sa.DateTime),
        sa.Column("progress", sa.JSON, nullable=False),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("result", sa.JSON),
        sa.Column("problem", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])


def downgrade() -> None:
    op.drop_table("jobs")
