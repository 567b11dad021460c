"""Turns are found by their place in a call, by time or by number, however long it is."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_HAS_NO_TIMES = sa.text("begin_ms IS NULL")


def upgrade() -> None:
    op.create_index("segments_by_time", "segments", ["call_id", "begin_ms", "segment_id"])
    op.create_index(
        "segments_by_number", "segments", ["call_id", "sequence", "segment_id"],
        sqlite_where=_HAS_NO_TIMES, postgresql_where=_HAS_NO_TIMES,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("segments_by_number", "segments")
    op.drop_index("segments_by_time", "segments")
