"""The job that writes the facts of calls that ended, and brings the sums of their days up to date.

It follows the log: an end, or whatever is told of a call after it, has its row written anew from
everything that is kept of the call, and then the sums of the agent's day from the rows of that day.
So a batch may repeat, and calls that ended before there were facts get theirs in the same way. Rows
and cursor are stored in one transaction; of two servers that do the same one finds the cursor
moved, and drops its work.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import StoredAssessment
from callrisk.domain.event_types import EventType
from callrisk.domain.kept.call_facts import CallFacts, call_facts
from callrisk.store import tables
from callrisk.store.facts import fact_tables
from callrisk.store.facts.daily_sums import days_of, sum_days
from callrisk.store.log.cursors import cursor_of, move_cursor
from callrisk.store.store_away import store_away_reported
from callrisk.store.stored_calls import (
    ASSESSMENT_COLUMNS,
    CALL_COLUMNS,
    NOTE_COLUMNS,
    calls_from,
    notes_from,
    statements_from,
)
from callrisk.store.transaction import writing

_CURSOR = "call_facts"
_EVENTS_AT_ONCE = 100
_TELLING = (
    EventType.CALL_ENDED, EventType.SUMMARY_CHANGED, EventType.NOTE_ADDED, EventType.ESCALATION,
    EventType.CUSTOMER_CHANGED, EventType.CALL_STARTED,
)  # fmt: skip


class FactsJob:
    """Writes call facts; `step` is repeated by a loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def step(self) -> int:
        """Follow the log by one batch; return how many calls were written.

        StoreAwayError while the database does not answer.
        """
        with store_away_reported():
            with self._engine.connect() as connection:
                reached = cursor_of(connection, _CURSOR)
                call_ids, last = _told_after(connection, reached)
                facts = _facts_of(connection, call_ids)
            if last == reached:
                return 0
            with writing(self._engine) as connection:
                if cursor_of(connection, _CURSOR) != reached:
                    return 0
                _write(connection, _still_kept(connection, facts))
                move_cursor(connection, _CURSOR, last)
        return len(facts)


def _told_after(connection: Connection, seq: int) -> tuple[list[str], int]:
    """Return calls of which something was told after an event, and the last event looked at."""
    e = tables.events.c
    newest = connection.execute(select(func.max(e.seq))).scalar() or seq
    telling = select(e.seq, e.call_id).where(e.seq > seq, e.seq <= newest, e.type.in_(_TELLING))
    rows = connection.execute(telling.order_by(e.seq).limit(_EVENTS_AT_ONCE)).all()
    last = rows[-1].seq if len(rows) == _EVENTS_AT_ONCE else max(newest, seq)
    return list(dict.fromkeys(row.call_id for row in rows)), last


def _facts_of(connection: Connection, call_ids: Sequence[str]) -> list[CallFacts]:
    """Return the facts of those of these calls that have ended."""
    c = tables.calls.c
    ended = select(*CALL_COLUMNS, c.totals).where(c.call_id.in_(call_ids), c.ended_at.is_not(None))
    rows = connection.execute(ended).all() if call_ids else []
    return [_facts(connection, row) for row in rows]


def _facts(connection: Connection, row: Any) -> CallFacts:
    call_id = row.call_id
    a, s, n = tables.assessments.c, tables.segments.c, tables.notes.c
    assessed = select(*ASSESSMENT_COLUMNS).where(a.call_id == call_id).order_by(a.seq)
    said = select(s.statements).where(s.call_id == call_id, s.statements.is_not(None))
    noted = select(*NOTE_COLUMNS).where(n.call_id == call_id).order_by(n.note_id)
    (call,) = calls_from(connection, [row])
    return call_facts(
        call,
        row.ended_at,
        CallTotals.of_stored(row.totals or {}),
        [StoredAssessment(*one) for one in connection.execute(assessed)],
        [one for found in connection.execute(said).scalars() for one in statements_from(found)],
        notes_from(connection, connection.execute(noted).all()),
    )


def _still_kept(connection: Connection, facts: Sequence[CallFacts]) -> list[CallFacts]:
    """Return the facts of calls that were not removed meanwhile."""
    c = tables.calls.c
    these = select(c.call_id).where(c.call_id.in_([one.call_id for one in facts]))
    kept = set(connection.execute(these).scalars())
    return [one for one in facts if one.call_id in kept]


def _write(connection: Connection, facts: Sequence[CallFacts]) -> None:
    f = fact_tables.call_facts.c
    ids = [one.call_id for one in facts]
    # A call that is another agent's by now leaves the sums of the one before.
    days = days_of(connection, f.call_id.in_(ids))
    days |= {(one.day, one.agent_id, one.demo) for one in facts}
    connection.execute(delete(fact_tables.call_facts).where(f.call_id.in_(ids)))
    if facts:
        connection.execute(insert(fact_tables.call_facts), [asdict(one) for one in facts])
    sum_days(connection, days)
