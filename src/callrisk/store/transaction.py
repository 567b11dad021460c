"""Transactions that write one after the other, and the append to the log of events."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, text, update
from sqlalchemy.dialects import postgresql, sqlite

from callrisk.domain.call_record import Payload
from callrisk.domain.event_types import EventType
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
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def wrote(connection: Connection, statement: Any) -> bool:
    """Run a statement; return True if it gave a row, as not every driver counts rows."""
    return connection.execute(statement).first() is not None


def tell(
    connection: Connection, call_id: str, kind: EventType, at: datetime, payload: Mapping[str, Any]
) -> int:
    """Append an event to the log; return its number."""
    values = {"call_id": call_id, "type": kind, "at": at, "payload": dict(payload)}
    statement = insert(tables.events).values(values).returning(tables.events.c.seq)
    return int(connection.execute(statement).scalar_one())


def tell_all(
    connection: Connection, events: Sequence[tuple[str, EventType, datetime, Payload]]
) -> None:
    """Append many events (call, type, moment, payload) to the log, in their order."""
    rows = [
        {"call_id": call_id, "type": kind, "at": at, "payload": payload}
        for call_id, kind, at, payload in events
    ]
    if rows:
        connection.execute(insert(tables.events), rows)


def mark_once(connection: Connection, call_id: str, flag: str) -> bool:
    """Set a flag of a call; return False if it was set before."""
    column = tables.calls.c[flag]
    unmarked = (tables.calls.c.call_id == call_id) & column.is_(False)
    statement = update(tables.calls).where(unmarked).values({flag: True})
    return bool(connection.execute(statement).rowcount)
