"""Events that refer to rows, and assessments as lines: neither holds words that anybody said.

What older versions stored is read as it is; a job narrows it while the server runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_COLUMNS = (
    ("segments", "revision", sa.Integer, "0"),
    ("segments", "corrected_seq", _LONG, None),
    ("events", "ref", sa.String(256), None),
    ("events", "facts", sa.JSON, None),
    ("assessments", "shown", sa.JSON, None),
    ("assessments", "setup_id", _LONG, None),
)


def upgrade() -> None:
    for table, name, kind, default in _COLUMNS:
        column = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column(table, column)
    op.create_table(
        "shared_facts",
        sa.Column("facts_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("shared_facts")
    for table, name, _, _ in reversed(_COLUMNS):
        op.drop_column(table, name)
