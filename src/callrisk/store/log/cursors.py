"""Cursors of jobs that follow the log: up to which event each has done its work."""

from sqlalchemy import Connection, select

from callrisk.store import tables
from callrisk.store.transaction import insert_into


def cursor_of(connection: Connection, name: str) -> int:
    """Return the event that a job has reached; 0 before its first."""
    c = tables.cursors.c
    return connection.execute(select(c.seq).where(c.name == name)).scalar() or 0


def move_cursor(connection: Connection, name: str, seq: int) -> None:
    """Store the event that a job has reached, in the transaction of its work."""
    statement = insert_into(connection, tables.cursors).values(name=name, seq=seq)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"seq": seq}))
