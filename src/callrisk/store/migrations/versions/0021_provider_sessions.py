"""The session at the identity provider that a session here came from, which may end it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("openid_sid_sha256", sa.String(64)))
    op.create_index("sessions_openid_sid", "sessions", ["openid_sid_sha256"])


def downgrade() -> None:
    op.drop_index("sessions_openid_sid", "sessions")
    op.drop_column("sessions", "openid_sid_sha256")
