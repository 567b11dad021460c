"""What the telephony tells of a contact, where a stream was read to, what must still be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CONTACT = (
    ("conversation_id", sa.String(256)),
    ("agent_user_id", sa.String(256)),
    ("phone", sa.String(32)),
    ("connected_at", sa.DateTime()),
    ("disconnected_at", sa.DateTime()),
    ("over_reason", sa.String(32)),
    ("categories", sa.JSON()),
    ("contact_summary", sa.JSON()),
)
_FLAGS = ("looked_up", "has_gap")


def upgrade() -> None:
    for name, kind in _CONTACT:
        op.add_column("calls", sa.Column(name, kind))
    for name in _FLAGS:
        op.add_column(
            "calls", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
        )
    op.create_index("ix_calls_conversation_id", "calls", ["conversation_id"])
    op.create_index("calls_open", "calls", ["ended_at"])
    op.create_table(
        "drafts",
        sa.Column("call_id", sa.String(256), sa.ForeignKey("calls.call_id"), primary_key=True),
        sa.Column("transcript_id", sa.String(256), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("pieces", sa.JSON, nullable=False),
    )
    op.create_table(
        "checkpoints",
        sa.Column("stream", sa.String(256), primary_key=True),
        sa.Column("shard_id", sa.String(128), primary_key=True),
        sa.Column("sequence", sa.String(129)),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("behind_ms", sa.Integer),
        sa.Column("problem", sa.Text),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("source", sa.String(256), nullable=False),
        sa.Column("position", sa.String(256), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("source", "position"),
    )
    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("call_id", sa.String(256), nullable=False),
        sa.Column("key", sa.String(256), nullable=False, unique=True),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("done_at", sa.DateTime),
        sa.Column("problem", sa.Text),
    )
    op.create_index("outbox_open", "outbox", ["done_at", "due_at"])
    op.create_table(
        "connect_users",
        sa.Column("user_id", sa.String(256), primary_key=True),
        sa.Column("username", sa.String(256), nullable=False),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    for name in ("connect_users", "outbox", "quarantine", "sources", "checkpoints", "drafts"):
        op.drop_table(name)
    op.drop_index("calls_open", "calls")
    op.drop_index("ix_calls_conversation_id", "calls")
    for name in (*_FLAGS, *(name for name, _ in _CONTACT)):
        op.drop_column("calls", name)
