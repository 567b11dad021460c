"""One number that rises whenever somebody may do less or more; processes watch it."""

from sqlalchemy import Connection, Engine, select

from callrisk.store import tables
from callrisk.store.transaction import insert_into

_NAME = "access"


def raise_version(connection: Connection) -> None:
    """Raise the number in this transaction."""
    statement = insert_into(connection, tables.cursors).values(name=_NAME, seq=1)
    raised = statement.on_conflict_do_update(
        index_elements=["name"], set_={"seq": tables.cursors.c.seq + 1}
    )
    connection.execute(raised)


def access_version(engine: Engine) -> int:
    """Return the number as it stands."""
    c = tables.cursors.c
    with engine.connect() as connection:
        return connection.execute(select(c.seq).where(c.name == _NAME)).scalar() or 0
