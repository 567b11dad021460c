"""Store how calls end, turns that were never confirmed, who speaks, and which stream was read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ADDED = (
    ("calls", "completed_at"),
    ("calls", "analysis_lost_at"),
    ("checkpoints", "stream_created_at"),
)


def upgrade() -> None:
    for table, name in _ADDED:
        op.add_column(table, sa.Column(name, sa.DateTime))
    false = sa.false()
    op.add_column(
        "segments", sa.Column("unconfirmed", sa.Boolean, nullable=False, server_default=false)
    )
    op.add_column("segments", sa.Column("participant_id", sa.String(256)))
    op.create_table(
        "early_contacts",
        sa.Column("contact_id", sa.String(256), primary_key=True),
        sa.Column("initial_contact_id", sa.String(256)),
        sa.Column("agent_user_id", sa.String(256)),
        sa.Column("disconnected_at", sa.DateTime),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
    )
    _move_reasons()


def _move_reasons() -> None:
    """Reasons of calls that have not ended are facts with a time of their own from now on."""
    calls = sa.table(
        "calls", sa.column("over_reason"), sa.column("started_at"), sa.column("ended_at"),
        sa.column("completed_at"), sa.column("analysis_lost_at"),
    )  # fmt: skip
    c = calls.c
    for reason, name in (("completed", "completed_at"), ("analysis_failed", "analysis_lost_at")):
        was = (c.over_reason == reason) & c.ended_at.is_(None)
        op.execute(calls.update().where(was).values({name: c.started_at, "over_reason": None}))


def downgrade() -> None:
    op.drop_table("early_contacts")
    for table, name in (*_ADDED, ("segments", "participant_id"), ("segments", "unconfirmed")):
        op.drop_column(table, name)
