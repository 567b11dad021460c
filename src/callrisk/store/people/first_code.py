"""The code with which the first administrator is made: used once, for a day."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from callrisk.store.people import people_tables as tables
from callrisk.store.people.kept_sessions import hashed
from callrisk.store.transaction import writing

VALID_FOR = timedelta(hours=24)


def store_first_code(engine: Engine, code: str, now: datetime) -> None:
    """Store a code; one that was made before is worth nothing any more."""
    with writing(engine) as connection:
        connection.execute(delete(tables.first_codes))
        values = {"code_sha256": hashed(code), "ends_at": now + VALID_FOR}
        connection.execute(insert(tables.first_codes).values(values))


def take_first_code(engine: Engine, code: str, now: datetime) -> bool:
    """Return True once for the code that is valid."""
    c = tables.first_codes.c
    with writing(engine) as connection:
        valid = (c.code_sha256 == hashed(code)) & (c.ends_at > now)
        return connection.execute(delete(tables.first_codes).where(valid)).rowcount == 1


def is_first_code(engine: Engine, code: str, now: datetime) -> bool:
    """Return True for the code that is valid, which stays so."""
    c = tables.first_codes.c
    valid = (c.code_sha256 == hashed(code)) & (c.ends_at > now)
    with engine.connect() as connection:
        return connection.execute(select(c.ends_at).where(valid)).first() is not None
