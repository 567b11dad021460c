"""Since when a webhook is off, from when on it is told of jobs; those told, by an index."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhooks", sa.Column("off_since", UtcDateTime))
    op.add_column("webhooks", sa.Column("told_from", UtcDateTime))
    op.create_index("webhook_deliveries_job", "webhook_deliveries", ["webhook_id", "job_id"])


def downgrade() -> None:
    op.drop_index("webhook_deliveries_job", "webhook_deliveries")
    op.drop_column("webhooks", "told_from")
    op.drop_column("webhooks", "off_since")
