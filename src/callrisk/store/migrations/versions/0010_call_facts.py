"""One row of facts for each call that is over, and their sums by day.

The server writes those of calls that ended before after its start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SUMS = (
    "calls", "scored", "final_scores", "high", "medium", "low", "notes", "escalated", "alerted",
    "advice_done", "advice_dismissed",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "call_facts",
        sa.Column("call_id", sa.String(256), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("agent_id", sa.String(256), nullable=False),
        sa.Column("customer_id", sa.String(256)),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime, nullable=False),
        sa.Column("duration_s", sa.Float, nullable=False),
        sa.Column("end_reason", sa.String(32)),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("first_score", sa.Integer),
        sa.Column("final_score", sa.Integer),
        sa.Column("highest_score", sa.Integer),
        sa.Column("final_category", sa.String(8)),
        sa.Column("course", sa.JSON, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.Column("agent_sentiment", sa.Float),
        sa.Column("customer_sentiment", sa.Float),
        sa.Column("agent_talk_share", sa.Float),
        sa.Column("longest_silence_s", sa.Float),
        sa.Column("notes", sa.Integer, nullable=False),
        sa.Column("escalated", sa.Boolean, nullable=False),
        sa.Column("alerted", sa.Boolean, nullable=False),
        sa.Column("advice_done", sa.Integer, nullable=False),
        sa.Column("advice_dismissed", sa.Integer, nullable=False),
    )
    op.create_index("call_facts_by_day", "call_facts", ["day", "agent_id"])
    op.create_index("ix_call_facts_customer_id", "call_facts", ["customer_id"])
    op.create_table(
        "daily_facts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("agent_id", sa.String(256), primary_key=True),
        sa.Column("source", sa.String(16), primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _SUMS),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("seq", _LONG, nullable=False),
    )


def downgrade() -> None:
    for table in ("cursors", "daily_facts", "call_facts"):
        op.drop_table(table)
