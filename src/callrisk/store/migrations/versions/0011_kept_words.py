"""Note since when the words of a call are kept no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("words_removed_at", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("calls", "words_removed_at")
