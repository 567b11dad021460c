"""Words, notes and numbers stand encrypted; rows of before are encrypted later."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("segments", "sealed"), ("notes", "sealed"), ("drafts", "sealed"), ("outbox", "sealed"),
    ("assessments", "sealed"), ("calls", "sealed_phone"), ("calls", "sealed_summary"),
)  # fmt: skip
_HAS_TEXT = sa.text("text <> ''")
_HAS_WORDS = sa.text("(text <> '' OR sealed IS NOT NULL)")


def upgrade() -> None:
    for table, name in _COLUMNS:
        op.add_column(table, sa.Column(name, sa.LargeBinary))
    _index(_HAS_WORDS)
    op.create_index(
        "segments_in_clear", "segments", ["call_id"],
        sqlite_where=_HAS_TEXT, postgresql_where=_HAS_TEXT,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("segments_in_clear", "segments")
    _index(_HAS_TEXT)
    for table, name in _COLUMNS:
        op.drop_column(table, name)


def _index(which: sa.TextClause) -> None:
    op.drop_index("segments_by_language", "segments")
    op.create_index(
        "segments_by_language", "segments", ["language", "call_id"],
        sqlite_where=which, postgresql_where=which,
    )  # fmt: skip
