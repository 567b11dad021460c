"""The request that asked for a job, by which it is known when it is sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("key_sha256", sa.String(64)))
    op.add_column("jobs", sa.Column("body_hmac", sa.String(64)))
    op.create_index("jobs_key", "jobs", ["key_sha256"])


def downgrade() -> None:
    op.drop_index("jobs_key", "jobs")
    op.drop_column("jobs", "body_hmac")
    op.drop_column("jobs", "key_sha256")
