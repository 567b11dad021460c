"""Logins by an identity provider: each comes back once; its ID token is for the logout."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openid_answers",
        sa.Column("state_sha256", sa.String(64), primary_key=True),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )
    op.add_column("sessions", sa.Column("sealed_id_token", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("sessions", "sealed_id_token")
    op.drop_table("openid_answers")
