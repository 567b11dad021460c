"""Transactions that write one after the other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Pool, event, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from callrisk.store import tables

# All writers of events queue here in PostgreSQL, so that numbers become visible in their order;
# otherwise a reader could see event 8, go on from there, and never see 7, committed later.
_EVENT_LOCK = 7_230_002


# How long a writer waits for others, in seconds.
LOCK_TIMEOUT_S = 30
# How long writers wait for readers of old pages, in milliseconds, before it is tried again later.
_SOON_MS = 100
# SQLite lets a writer that finds another one sleep, longer each time, up to a tenth of a second. So
# those of one process queue here; among processes it stays as it is.
_QUEUES: WeakKeyDictionary[Pool, threading.Lock] = WeakKeyDictionary()
_QUEUES_LOCK = threading.Lock()


@contextmanager
def _queued(engine: Engine) -> Iterator[None]:
    """Let one writer of this process after the other write to SQLite."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with _QUEUES_LOCK:
        queue = _QUEUES.setdefault(engine.pool, threading.Lock())
    if not queue.acquire(timeout=LOCK_TIMEOUT_S):
        raise PoolTimeoutError("another thread writes to the database for too long")
    try:
        yield
    finally:
        queue.release()


def make_sqlite_durable(engine: Engine) -> None:
    """Have a SQLite keep what was committed through a power cut, and let writers begin at once."""

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
        connection.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_S * 1000}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction during which nobody else writes.

    TimeoutError or OperationalError, both of SQLAlchemy, where others write for too long.
    """
    with (
        _queued(engine),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _EVENT_LOCK})
        yield connection


def write_over_old_pages(engine: Engine) -> bool:
    """Empty the journal of SQLite, which has rows as they were before; return True once it is.

    It is not while somebody reads them. PostgreSQL writes its journal over by itself.
    """
    if engine.dialect.name != "sqlite":
        return True
    with _queued(engine), engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_SOON_MS}")
        is_busy = bool(cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        cursor.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_S * 1000}")
    return not is_busy


def insert_into(connection: Connection, table: Any) -> Any:
    """Return an insert statement of the database's own dialect, which knows ON CONFLICT."""
    return insert_of(connection.dialect.name, table)


def insert_of(dialect: str, table: Any) -> Any:
    """Return an insert statement of a dialect, which knows ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def wrote(connection: Connection, statement: Any) -> bool:
    """Run a statement; return True if it gave a row, as not every driver counts rows."""
    return connection.execute(statement).first() is not None


def mark_once(connection: Connection, call_id: str, flag: str) -> bool:
    """Set a flag of a call; return False if it was set before."""
    column = tables.calls.c[flag]
    unmarked = (tables.calls.c.call_id == call_id) & column.is_(False)
    statement = update(tables.calls).where(unmarked).values({flag: True})
    return bool(connection.execute(statement).rowcount)
