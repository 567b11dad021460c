"""Retention: provisional segments are deleted from the log after some minutes."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select

from callrisk.domain.event_types import EventType
from callrisk.store import tables
from callrisk.store.transaction import writing

# A page that was away for longer reads the calls anew instead of catching up piece by piece.
_KEPT = timedelta(minutes=10)
_AT_ONCE = 5_000


class Retention:
    """Deletes provisional segments; the finished segment holds the whole text."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reached = 0

    def delete_provisional(self, now: datetime) -> int:
        """Delete the old ones in short transactions; return their number."""
        removed = 0
        while (last := self._step_end(now)) is not None:
            removed += self._delete_until(last)
        return removed

    def _step_end(self, now: datetime) -> int | None:
        """Return the last event number of the next step, or None when nothing old is left."""
        e = tables.events.c
        due = (e.seq > self._reached) & (e.at < now - _KEPT)
        # Rows are counted, not numbers: these have gaps where pieces were deleted before.
        step = select(e.seq).where(due).order_by(e.seq).limit(_AT_ONCE).subquery()
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(step.c.seq))).scalar_one_or_none()

    def _delete_until(self, last: int) -> int:
        e = tables.events.c
        provisional = e.payload["provisional"].as_boolean().is_(True)
        pieces = e.seq.between(self._reached + 1, last) & (e.type == EventType.TRANSCRIPT_SEGMENT)
        with writing(self._engine) as connection:
            removed = connection.execute(delete(tables.events).where(pieces & provisional)).rowcount
        self._reached = last
        return int(removed)
