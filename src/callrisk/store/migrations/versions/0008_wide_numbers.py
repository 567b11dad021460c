"""Store numbers that grow for ever in 64 bits; SQLite's whole numbers have them already."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# True where the database counts the numbers itself.
_COLUMNS = (
    ("events", "seq", True),
    ("assessments", "seq", False),
    ("notes", "note_id", True),
    ("quarantine", "quarantine_id", True),
    ("outbox", "outbox_id", True),
    ("sources", "behind_ms", False),
)


def upgrade() -> None:
    _retype(sa.BigInteger(), "bigint")


def downgrade() -> None:
    _retype(sa.Integer(), "integer")


def _retype(kind: sa.types.TypeEngine[int], name: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column, counted in _COLUMNS:
        op.alter_column(table, column, type_=kind)
        if counted:
            op.execute(f"ALTER SEQUENCE {table}_{column}_seq AS {name}")
