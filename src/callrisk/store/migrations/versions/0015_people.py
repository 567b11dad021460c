"""Persons with roles, teams and agents; sessions; keys of services; tries to log in."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TABLES = (
    "first_codes", "login_tries", "service_keys", "sessions", "person_agents", "person_teams",
    "person_roles", "persons",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "persons",
        sa.Column("person_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("login", sa.String(256), nullable=False, unique=True),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("sealed_totp", sa.LargeBinary),
        sa.Column("totp_step", _LONG),
        sa.Column("identity", sa.Text, unique=True),
        sqlite_autoincrement=True,
    )
    _of_persons()
    op.create_table(
        "sessions",
        sa.Column("session_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("person_id", _LONG, sa.ForeignKey("persons.person_id"), index=True),
        sa.Column("means", sa.String(16), nullable=False),
        sa.Column("label", sa.String(256), nullable=False),
        sa.Column("teams", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "service_keys",
        sa.Column("key_id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("key_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime),
        sa.Column("used_at", UtcDateTime),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "login_tries",
        sa.Column("subject_sha256", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False, index=True),
        sa.Column("closed_until", UtcDateTime),
    )
    op.create_table(
        "first_codes",
        sa.Column("code_sha256", sa.String(64), primary_key=True),
        sa.Column("ends_at", UtcDateTime, nullable=False),
    )


def _of_persons() -> None:
    op.create_table(
        "person_roles",
        sa.Column("person_id", _LONG, sa.ForeignKey("persons.person_id"), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
    )
    op.create_table(
        "person_teams",
        sa.Column("person_id", _LONG, sa.ForeignKey("persons.person_id"), primary_key=True),
        sa.Column("team", sa.String(256), primary_key=True, index=True),
    )
    op.create_table(
        "person_agents",
        sa.Column("agent_id", sa.String(256), primary_key=True),
        sa.Column(
            "person_id", _LONG, sa.ForeignKey("persons.person_id"), nullable=False, index=True
        ),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
