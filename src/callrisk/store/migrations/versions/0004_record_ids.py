"""Store the id of a CRM's record as text, as not every CRM numbers its records."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _retype(sa.String(256))


def downgrade() -> None:
    _retype(sa.BigInteger())


def _retype(kind: sa.types.TypeEngine[Any]) -> None:
    """Change the type by a new column: SQLite changes none in place, and calls are referred to."""
    op.add_column("calls", sa.Column("record_id_new", kind))
    calls = sa.table("calls", sa.column("record_id"), sa.column("record_id_new"))
    op.execute(calls.update().values(record_id_new=sa.cast(calls.c.record_id, kind)))
    op.drop_column("calls", "record_id")
    op.alter_column("calls", "record_id_new", new_column_name="record_id")
