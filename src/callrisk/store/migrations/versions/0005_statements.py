"""Store what each turn says about paying, and the version of the language that read it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_HAS_WORDS = sa.text("text <> ''")


def upgrade() -> None:
    # Turns that were stored before are read by the server after its start.
    op.add_column("segments", sa.Column("statements", sa.JSON()))
    op.add_column("segments", sa.Column("language", sa.String(64)))
    op.create_index(
        "segments_by_language", "segments", ["language", "call_id"],
        sqlite_where=_HAS_WORDS, postgresql_where=_HAS_WORDS,
    )  # fmt: skip
    op.create_table(
        "language_in_use",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("since", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("language_in_use")
    op.drop_index("segments_by_language", "segments")
    for name in ("language", "statements"):
        op.drop_column("segments", name)
