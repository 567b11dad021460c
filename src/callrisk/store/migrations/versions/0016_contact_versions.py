"""Each call has a version, which rises with every change of what a delivery is planned from."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("calls", sa.Column("version", _LONG, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("calls", "version")
