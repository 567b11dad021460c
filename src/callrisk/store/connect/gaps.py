"""Gaps: calls of which something may be missing because the stream was not read for too long."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, select, update

from callrisk.domain.event_types import EventType, Source
from callrisk.store import tables
from callrisk.store.log.appending import NewEvent, append
from callrisk.store.transaction import writing

# The telephony keeps what was said in a call for so long.
_YOUNGER_THAN = timedelta(days=1)


class Gaps:
    """Marks calls of which something may be missing; each change is an event of the log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self, at: datetime) -> int:
        """Mark every call of the telephony in progress; return how many had no mark yet."""
        c = tables.calls.c
        with writing(self._engine) as connection:
            running = (c.source == Source.CONNECT) & c.ended_at.is_(None)
            return _change(connection, running, has_gap=True, at=at)

    def open(self, now: datetime) -> list[str]:
        """Return the calls with a gap that the telephony may still fill, the newest first."""
        c = tables.calls.c
        statement = select(c.call_id).where(c.has_gap, c.started_at > now - _YOUNGER_THAN)
        with self._engine.connect() as connection:
            return list(connection.execute(statement.order_by(c.started_at.desc())).scalars())

    def filled(self, call_id: str, at: datetime) -> None:
        """Remove the mark of a call."""
        with writing(self._engine) as connection:
            _change(connection, tables.calls.c.call_id == call_id, has_gap=False, at=at)


def _change(
    connection: Connection, which: ColumnElement[bool], *, has_gap: bool, at: datetime
) -> int:
    c = tables.calls.c
    others = update(tables.calls).where(which, c.has_gap.is_not(has_gap)).values(has_gap=has_gap)
    changed = connection.execute(others.returning(c.call_id)).scalars().all()
    facts = {"has_gap": has_gap}
    append(connection, [NewEvent(call, EventType.GAP_CHANGED, at, facts=facts) for call in changed])
    return len(changed)
