"""Opening the database: SQLite, or PostgreSQL by DATABASE_URL; migrated before first use."""

import logging
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

_MIGRATIONS = Path(__file__).parent / "migrations"
_POOL = 16
# How long a writer waits for another, in seconds.
_LOCK_TIMEOUT_S = 30
# Two processes that start together must not migrate at once; any number serves as the lock's name.
_MIGRATION_LOCK = 7_230_001


class DatabaseError(RuntimeError):
    """The database cannot be opened; the message says which and why."""


def open_database(url: str) -> Engine:
    """Return an engine on a migrated database; DatabaseError when it cannot be opened."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    # Errors reach logs and screens; the values of a statement are what customers said.
    engine = create_engine(parsed, pool_size=_POOL, max_overflow=_POOL, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _make_sqlite_durable(engine)
    try:
        _migrate(engine)
    except SQLAlchemyError as error:
        shown = parsed.render_as_string(hide_password=True)
        raise DatabaseError(f"{shown}: cannot be opened: {error.__cause__ or error}") from error
    return engine


def _make_sqlite_durable(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # pysqlite's own transaction handling would begin too late for BEGIN IMMEDIATE.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        # FULL costs 0.2 ms a commit and keeps what was acknowledged through a power cut.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is overwritten because it must not be known is gone from the file too.
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"PRAGMA busy_timeout={_LOCK_TIMEOUT_S * 1000}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    # Alembic would otherwise log every start at INFO.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
