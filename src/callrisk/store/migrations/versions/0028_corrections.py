"""Calls of which a correction of a statement waits for a decision, found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_WAITS = sa.text("correction_waits")
_KINDS = "('correction', 'correction_approved', 'correction_rejected')"


def upgrade() -> None:
    op.add_column(
        "calls",
        sa.Column("correction_waits", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "calls_corrected", "calls", ["call_id"],
        sqlite_where=_WAITS, postgresql_where=_WAITS,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("calls_corrected", "calls")
    op.drop_column("calls", "correction_waits")
    # An older version knows no such notes, and shows no call that has one.
    op.execute(f"DELETE FROM notes WHERE kind IN {_KINDS}")  # noqa: S608 - constants
