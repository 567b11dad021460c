"""Retention: what is deleted after minutes, a day or months, because nobody needs it any more."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, or_, select

from callrisk.domain.event_types import EventType
from callrisk.domain.kept.keeping_days import KeepingDays
from callrisk.store import tables
from callrisk.store.connect import connect_tables
from callrisk.store.idempotency.answered_requests import ANSWERS_KEPT
from callrisk.store.planning.contact_versions import raise_versions
from callrisk.store.transaction import writing

# A page that was away for longer reads the calls anew instead of catching up piece by piece.
_KEPT = timedelta(minutes=10)
# A piece that comes late still finds the pieces before it.
_DRAFTS_KEPT = timedelta(days=1)
# Long before that the events of a contact have all come.
_EARLY_KEPT = timedelta(days=1)
_AT_ONCE = 5_000


class Retention:
    """Deletes provisional segments, as the finished one holds the whole text, and old messages."""

    def __init__(self, engine: Engine, kept: KeepingDays = KeepingDays()) -> None:  # noqa: B008
        self._engine = engine
        self._kept = kept
        self._reached = 0

    def delete_provisional(self, now: datetime) -> int:
        """Delete the old ones in short transactions; return their number."""
        removed = 0
        while (last := self._step_end(now)) is not None:
            removed += self._delete_until(last)
        return removed

    def delete_drafts(self, now: datetime) -> int:
        """Delete the drafts of calls that ended long ago; what they held is kept as turns."""
        c, d = tables.calls.c, tables.drafts.c
        over = select(c.call_id).where(c.ended_at < now - _DRAFTS_KEPT)
        with writing(self._engine) as connection:
            old = d.call_id.in_(over.scalar_subquery())
            calls = connection.execute(select(d.call_id).where(old).distinct()).scalars().all()
            raise_versions(connection, calls)
            these = delete(tables.drafts).where(d.call_id.in_(calls))
            return int(connection.execute(these).rowcount) if calls else 0

    def delete_early_contacts(self, now: datetime) -> int:
        """Delete what was told of contacts that never became calls."""
        old = connect_tables.early_contacts.c.at < now - _EARLY_KEPT
        with writing(self._engine) as connection:
            return int(
                connection.execute(delete(connect_tables.early_contacts).where(old)).rowcount
            )

    def delete_sent(self, now: datetime) -> int:
        """Delete the messages of the outbox that were done with long ago; return their number."""
        since = now - timedelta(days=self._kept.sent)
        old = delete(tables.outbox).where(tables.outbox.c.done_at < since)
        with writing(self._engine) as connection:
            return int(connection.execute(old).rowcount)

    def delete_answered_requests(self, now: datetime) -> int:
        """Delete what is kept of requests that nobody repeats any more; return their number."""
        old = tables.answered_requests.c.at < now - ANSWERS_KEPT
        with self._engine.connect() as connection:
            some = select(tables.answered_requests.c.seq).where(old).limit(1)
            if connection.execute(some).first() is None:
                return 0
        with writing(self._engine) as connection:
            return int(connection.execute(delete(tables.answered_requests).where(old)).rowcount)

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
        provisional = or_(
            *(column["provisional"].as_boolean().is_(True) for column in (e.facts, e.payload))
        )
        pieces = e.seq.between(self._reached + 1, last) & (e.type == EventType.TRANSCRIPT_SEGMENT)
        with writing(self._engine) as connection:
            removed = connection.execute(delete(tables.events).where(pieces & provisional)).rowcount
        self._reached = last
        return int(removed)
