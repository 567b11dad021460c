"""Transactions that write one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text, update
from sqlalchemy.dialects import postgresql, sqlite

from callrisk.store import tables

# All writers of events queue here in PostgreSQL, so that numbers become visible in their order;
# otherwise a reader could see event 8, go on from there, and never see 7, committed later.
_EVENT_LOCK = 7_230_002


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction during which nobody else writes."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _EVENT_LOCK})
        yield connection


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
