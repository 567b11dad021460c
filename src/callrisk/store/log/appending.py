"""The append to the log of events. An event says what it is about, and nothing of what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, text

from callrisk.domain.call_record import Payload
from callrisk.domain.event_types import EventType
from callrisk.store import tables

_ADD = insert(tables.events)
# SQLite keeps the last number that it gave, also of rows that are gone.
_LAST_OF_SQLITE = text("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
_NEXT_OF_POSTGRES = text("SELECT nextval('events_seq_seq') FROM generate_series(1, :count)")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append; `ref` is the id of the row that it is about, beside its call.

    `facts` are what no row tells later: short, and no words that anybody said.
    """

    call_id: str
    type: EventType
    at: datetime
    ref: str | None = None
    facts: Payload | None = None


def append(connection: Connection, events: Sequence[NewEvent]) -> list[int]:
    """Append events to the log in their order; return their numbers.

    Only in a transaction during which nobody else writes: the numbers are taken before the rows.
    """
    numbers = _numbers(connection, len(events))
    rows = [
        {
            "seq": seq, "call_id": one.call_id, "type": one.type, "at": one.at, "ref": one.ref,
            "facts": one.facts, "payload": {},
        }
        for seq, one in zip(numbers, events, strict=True)
    ]  # fmt: skip
    if rows:
        connection.execute(_ADD, rows)
    return numbers


def _numbers(connection: Connection, count: int) -> list[int]:
    if not count:
        return []
    if connection.dialect.name == "postgresql":
        return list(connection.execute(_NEXT_OF_POSTGRES, {"count": count}).scalars())
    last = connection.execute(_LAST_OF_SQLITE).scalar() or 0
    return list(range(last + 1, last + 1 + count))
