"""Note since when the words of a call are kept no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


_WITH_WORDS = sa.text("words_removed_at IS NULL")


def upgrade() -> None:
    op.add_column("calls", sa.Column("words_removed_at", sa.DateTime()))
    op.create_index(
        "calls_with_words", "calls", ["ended_at"],
        sqlite_where=_WITH_WORDS, postgresql_where=_WITH_WORDS,
    )  # fmt: skip
    op.create_index("ix_outbox_call_id", "outbox", ["call_id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_call_id", "outbox")
    op.drop_index("calls_with_words", "calls")
    op.drop_column("calls", "words_removed_at")
