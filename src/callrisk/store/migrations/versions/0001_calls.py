"""Calls, what was heard in them, assessments, notes, and the log of events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(256), primary_key=True),
        sa.Column("customer_id", sa.String(256), index=True),
        sa.Column("agent_id", sa.String(256), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("alerted", sa.Boolean, nullable=False),
        sa.Column("escalated", sa.Boolean, nullable=False),
        sa.Column("summary", sa.JSON),
        sa.Column("totals", sa.JSON),
    )
    op.create_index("calls_by_start", "calls", ["started_at", "call_id"])
    op.create_table(
        "segments",
        sa.Column("call_id", sa.String(256), sa.ForeignKey("calls.call_id"), primary_key=True),
        sa.Column("segment_id", sa.String(256), primary_key=True),
        sa.Column("sequence", sa.String(129), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("begin_ms", sa.Integer),
        sa.Column("end_ms", sa.Integer),
        sa.Column("sentiment", sa.String(16)),
        sa.Column("heard_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("call_id", sa.String(256), nullable=False, index=True),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assessments",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "call_id", sa.String(256), sa.ForeignKey("calls.call_id"), nullable=False, index=True
        ),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("elapsed_s", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("risk_score", sa.Integer, nullable=False),
        sa.Column("risk_category", sa.String(8), nullable=False),
        sa.Column("model_version", sa.String(64), nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
    )
    op.create_table(
        "notes",
        sa.Column("note_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "call_id", sa.String(256), sa.ForeignKey("calls.call_id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("agent_id", sa.String(256), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "earlier_calls",
        sa.Column("customer_id", sa.String(256), primary_key=True),
        sa.Column("call_id", sa.String(256), primary_key=True),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("contract_date", sa.Date),
        sa.Column("totals", sa.JSON, nullable=False),
    )
    op.create_table(
        "imports",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    names = ("imports", "earlier_calls", "notes", "assessments", "events", "segments", "calls")
    for name in names:
        op.drop_table(name)
