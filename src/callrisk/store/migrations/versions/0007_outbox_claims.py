"""Who sends a message of the outbox, and which are known to have arrived whole."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("claimed_by", sa.String(256)))
    op.add_column("outbox", sa.Column("claimed_until", sa.DateTime()))
    settled = sa.Column("is_settled", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("outbox", settled)
    # What was sent before is taken as arrived.
    outbox = sa.table("outbox", sa.column("is_settled", sa.Boolean), sa.column("done_at"))
    op.execute(outbox.update().where(outbox.c.done_at.is_not(None)).values(is_settled=sa.true()))


def downgrade() -> None:
    for name in ("is_settled", "claimed_until", "claimed_by"):
        op.drop_column("outbox", name)
