"""The tables of persons, sessions and keys; a change here needs a migration beside it."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import LONG, metadata

persons = Table(
    "persons",
    metadata,
    Column("person_id", LONG, primary_key=True, autoincrement=True),
    # In small letters of half width, so that each is spelled one way.
    Column("login", String(256), nullable=False, unique=True),
    Column("name", String(256), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # A local account: argon2id of its password, and the sealed secret of its one-time codes.
    Column("password_hash", Text),
    Column("must_change_password", Boolean, nullable=False),
    Column("sealed_totp", LargeBinary),
    # The step of the last one-time code that was taken; none is taken twice.
    Column("totp_step", LONG),
    # The person at an identity provider, "issuer subject".
    Column("identity", Text, unique=True),
    sqlite_autoincrement=True,
)

person_roles = Table(
    "person_roles",
    metadata,
    Column("person_id", ForeignKey("persons.person_id"), primary_key=True),
    Column("role", String(16), primary_key=True),
)

person_teams = Table(
    "person_teams",
    metadata,
    Column("person_id", ForeignKey("persons.person_id"), primary_key=True),
    Column("team", String(256), primary_key=True, index=True),
)

# An agent of the telephony is one person.
person_agents = Table(
    "person_agents",
    metadata,
    Column("agent_id", String(256), primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False, index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", LONG, primary_key=True, autoincrement=True),
    # Of the token in the cookie, which is 256 random bits; of a wallboard that is still to begin,
    # that of its link, marked as such.
    Column("token_sha256", String(64), nullable=False, unique=True),
    # None for a wallboard, which is no person and sees its teams.
    Column("person_id", ForeignKey("persons.person_id"), index=True),
    Column("means", String(16), nullable=False),
    Column("label", String(256), nullable=False),
    Column("teams", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    # The sealed ID token of a login by an identity provider, which its logout asks for.
    Column("sealed_id_token", LargeBinary),
    # Of the provider's own session, by which it ends this one.
    Column("openid_sid_sha256", String(64)),
    Index("sessions_openid_sid", "openid_sid_sha256"),
    sqlite_autoincrement=True,
)

# The logins by an identity provider that came back, by the hash of their state; each does so once.
openid_answers = Table(
    "openid_answers",
    metadata,
    Column("state_sha256", String(64), primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
)

service_keys = Table(
    "service_keys",
    metadata,
    Column("key_id", LONG, primary_key=True, autoincrement=True),
    Column("prefix", String(16), nullable=False),
    Column("key_sha256", String(64), nullable=False, unique=True),
    Column("name", String(256), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("used_at", UtcDateTime),
    sqlite_autoincrement=True,
)

# Tries to log in that failed, by account and by address; both as hashes.
login_tries = Table(
    "login_tries",
    metadata,
    Column("subject_sha256", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
    Column("closed_until", UtcDateTime),
)

# The code with which the first administrator is made; one row at most.
first_codes = Table(
    "first_codes",
    metadata,
    Column("code_sha256", String(64), primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False),
)

# Who saw and did what; only added to. Each process writes a chain of its own.
audit = Table(
    "audit",
    metadata,
    Column("audit_id", LONG, primary_key=True, autoincrement=True),
    Column("chain", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("subject", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(300), nullable=False),
    Column("address", String(64), nullable=False),
    Column("detail", JSON, nullable=False),
    # The hash of the record before it in its chain, and its own.
    Column("before_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    # What is told once, such as that a person looked at a call within an hour.
    Column("once", String(400), unique=True),
    UniqueConstraint("chain", "number"),
    Index("audit_by_subject", "subject", "at"),
    sqlite_autoincrement=True,
)
