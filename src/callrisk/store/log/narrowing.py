"""Events that an older version stored whole become references to rows, while the server runs.

What such an event says is read from its row from then on, so nothing that anybody said stays in the
log. The whole assessments of older versions are kept beside their rows, as the rows lack what later
ones have.

May repeat: a batch. Its progress is which events are still whole, so it goes on wherever it was
interrupted; once none is left that is noted, and nobody looks again.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    String,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)

from callrisk.domain.call_record import Payload
from callrisk.domain.event_types import EventType
from callrisk.store import tables
from callrisk.store.store_away import store_away_reported
from callrisk.store.transaction import insert_into, write_over_old_pages, writing

# Others wait while so many are written, some ten milliseconds.
_AT_ONCE = 500
_DONE = "narrowed_events"
_E = tables.events.c
# Advice without a model holds the words of plays only, and no row has it.
_IS_WHOLE = (cast(_E.payload, String) != "{}") & (_E.type != EventType.ADVICE_CHANGED)
Narrow = tuple[str | None, Payload | None]


class Narrowing:
    """Narrows the events of older versions; `step` is repeated by a loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reached = 0
        self._is_done = self._is_written_over = False

    def step(self) -> int:
        """Narrow one batch of events; return how many. StoreAwayError while the database is."""
        if self._is_done:
            return self._end()
        with store_away_reported():
            with self._engine.connect() as connection:
                imports = select(tables.imports).where(tables.imports.c.name == _DONE)
                self._is_done = connection.execute(imports).first() is not None
                whole = [] if self._is_done else self._batch(connection)
            if self._is_done:
                return 0
            with writing(self._engine) as connection:
                _write(connection, whole)
        self._reached = whole[-1].seq if whole else self._reached
        self._is_done = not whole
        return len(whole)

    def _end(self) -> int:
        """Have no journal tell what the events said; return 0."""
        if not self._is_written_over:
            with store_away_reported():
                self._is_written_over = write_over_old_pages(self._engine)
        return 0

    def _batch(self, connection: Connection) -> list[Any]:
        statement = select(_E.seq, _E.call_id, _E.type, _E.payload)
        whole = statement.where(_E.seq > self._reached, _IS_WHOLE)
        return list(connection.execute(whole.order_by(_E.seq).limit(_AT_ONCE)))


def _write(connection: Connection, whole: list[Any]) -> None:
    """Store events as references; without any, note that none is left."""
    if not whole:
        done = insert_into(connection, tables.imports).values(name=_DONE, sha256="")
        connection.execute(done.on_conflict_do_nothing())
        return
    pieces = [row.seq for row in whole if row.payload.get("provisional")]
    # A piece is shown for minutes, and the turn that it became is told by itself.
    connection.execute(delete(tables.events).where(_E.seq.in_(pieces)))
    rows = []
    for row in whole:
        if row.seq not in pieces:
            ref, facts = _NARROW[EventType(row.type)](connection, row)
            rows.append({"of_seq": row.seq, "ref": ref, "facts": facts, "payload": {}})
    if rows:
        connection.execute(update(tables.events).where(_E.seq == bindparam("of_seq")), rows)


def _bare(_connection: Connection, _row: Any) -> Narrow:
    return None, None


def _turn(_connection: Connection, row: Any) -> Narrow:
    repeated = row.payload.get("repeated", False)
    return row.payload["segment_id"], {"repeated": True} if repeated else None


def _alert(connection: Connection, row: Any) -> Narrow:
    """An alert was stored right after the assessment that set it off."""
    a = tables.assessments.c
    before = select(func.max(a.seq)).where(a.call_id == row.call_id, a.seq < row.seq)
    return str(connection.execute(before).scalar_one()), None


def _note(_connection: Connection, row: Any) -> Narrow:
    return str(row.payload["note_id"]), None


def _started(_connection: Connection, row: Any) -> Narrow:
    payload = row.payload
    facts = {"customer_id": payload["customer_id"]} if payload["customer_id"] else {}
    flags = {
        "alerted": payload["alerted"], "escalated": payload["escalated"],
        "ended": payload["status"] == "ended",
    }  # fmt: skip
    return None, (facts | {name: True for name, holds in flags.items() if holds}) or None


def _given(*names: str) -> Callable[[Connection, Any], Narrow]:
    def of_row(_connection: Connection, row: Any) -> Narrow:
        return None, {name: row.payload[name] for name in names}

    return of_row


_NARROW: dict[EventType, Callable[[Connection, Any], Narrow]] = {
    EventType.CALL_STARTED: _started,
    EventType.TRANSCRIPT_SEGMENT: _turn,
    EventType.RISK_SCORE_UPDATE: _bare,
    EventType.ALERT: _alert,
    EventType.NOTE_ADDED: _note,
    EventType.ESCALATION: _note,
    EventType.CALL_ENDED: _bare,
    EventType.SUMMARY_CHANGED: _bare,
    EventType.CUSTOMER_CHANGED: _bare,
    EventType.GAP_CHANGED: _given("has_gap"),
    EventType.CATEGORIES_MATCHED: _given("categories"),
    EventType.CONTACT_SUMMARY: _bare,
    EventType.CONTACT_OVER: _given("reason"),
    EventType.ANALYSIS_LOST: _bare,
}
