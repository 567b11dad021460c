"""Removal of the words of calls, and later of the calls themselves; in short transactions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, exists, select, update

from callrisk.domain.kept.keeping_days import KeepingDays
from callrisk.store import tables
from callrisk.store.transaction import writing

# Others wait while the rows of so many calls are written, some ten milliseconds.
_CALLS_AT_ONCE = 20
_C = tables.calls.c
# Everything that belongs to a call, before the call itself. The sums of its day stay.
_OF_CALLS = (
    tables.events, tables.assessments, tables.notes, tables.drafts, tables.segments, tables.outbox,
    tables.call_facts,
)  # fmt: skip


class OldCalls:
    """Removes what is kept no longer; `step` does one batch of it."""

    def __init__(self, engine: Engine, kept: KeepingDays) -> None:
        self._engine = engine
        self._kept = kept

    def step(self, now: datetime) -> int:
        """Remove the words of some calls, or some whole calls; return of how many calls."""
        with self._engine.connect() as connection:
            silent = connection.execute(self._to_silence(now)).scalars().all()
            old = connection.execute(self._to_remove(now)).scalars().all()
        if silent or old:
            with writing(self._engine) as connection:
                _silence(connection, silent, now)
                _remove(connection, old)
        return len({*silent, *old})

    def _to_silence(self, now: datetime) -> Select[Any]:
        """Return the query for calls with words whose customer has not called since long."""
        since = now - timedelta(days=self._kept.words)
        later = tables.calls.alias()
        called_again = exists().where(
            later.c.customer_id == _C.customer_id, later.c.started_at >= since
        )
        old = (_C.ended_at < since) & _C.words_removed_at.is_(None)
        return select(_C.call_id).where(old, ~called_again).limit(_CALLS_AT_ONCE)

    def _to_remove(self, now: datetime) -> Select[Any]:
        since = now - timedelta(days=self._kept.scores)
        return select(_C.call_id).where(_C.ended_at < since).limit(_CALLS_AT_ONCE)


def _silence(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    """Remove what was said, written down and dialled; what it meant stays as statements."""
    if not ids:
        return
    s, n = tables.segments, tables.notes
    connection.execute(update(s).where(s.c.call_id.in_(ids)).values(text=""))
    connection.execute(update(n).where(n.c.call_id.in_(ids)).values(text=""))
    connection.execute(delete(tables.drafts).where(tables.drafts.c.call_id.in_(ids)))
    gone = {"words_removed_at": now, "contact_summary": None, "phone": None}
    connection.execute(update(tables.calls).where(_C.call_id.in_(ids)).values(**gone))


def _remove(connection: Connection, ids: Sequence[str]) -> None:
    if not ids:
        return
    for table in _OF_CALLS:
        connection.execute(delete(table).where(table.c.call_id.in_(ids)))
    connection.execute(delete(tables.calls).where(_C.call_id.in_(ids)))
