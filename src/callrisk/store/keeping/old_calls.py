"""Removal of the words of calls, and later of the calls themselves; in short transactions."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    String,
    bindparam,
    cast,
    delete,
    exists,
    select,
    update,
)

from callrisk.domain.call_record import Payload
from callrisk.domain.kept.keeping_days import KeepingDays
from callrisk.store import tables
from callrisk.store.assessments.assessment_reading import whole_assessment
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.facts import fact_tables
from callrisk.store.people.audit_subjects import AuditSubjects
from callrisk.store.planning.contact_versions import RAISED
from callrisk.store.search.word_segments import forget_words
from callrisk.store.stored_calls import NOTE_COLUMNS, cipher_for, notes_from
from callrisk.store.transaction import writing
from callrisk.store.webhooks.webhook_tables import webhook_deliveries
from callrisk.wire.call import FEEDBACK

# Others wait while the rows of so many calls are written, some ten milliseconds.
_CALLS_AT_ONCE = 20
_C = tables.calls.c
# Everything that belongs to a call, before the call itself. The sums of its day stay.
_OF_CALLS = (
    tables.events, tables.assessments, tables.notes, tables.drafts, tables.segments, tables.outbox,
    fact_tables.call_facts, webhook_deliveries,
)  # fmt: skip


class OldCalls:
    """Removes what is kept no longer; `step` does one batch of it."""

    def __init__(self, engine: Engine, kept: KeepingDays) -> None:
        self._engine = engine
        self._kept = kept
        with engine.connect() as connection:
            self._keys = cipher_of(connection).keys
        self._subjects = AuditSubjects(self._keys)

    def step(self, now: datetime) -> int:
        """Remove the words of some calls, or some whole calls; return of how many calls."""
        with self._engine.connect() as connection:
            silent = connection.execute(self._to_silence(now)).scalars().all()
            old = connection.execute(self._to_remove(now)).scalars().all()
        if silent or old:
            # Before the words go: a key is destroyed hours later, and only if nothing needs it.
            self._keys.retire([*silent, *old], now)
            # Before the calls go, as nobody finds those again whose removal was cut off here.
            self._subjects.unlink(old)
            with writing(self._engine) as connection:
                _silence(connection, silent, now)
                remove_calls(connection, old)
            # Somebody may have seen one meanwhile.
            self._subjects.unlink(old)
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


def keep_words_again(connection: Connection, ids: Collection[str]) -> None:
    """Have words that come late to calls removed in their turn, however old the calls are."""
    late = _C.call_id.in_(ids) & _C.words_removed_at.is_not(None)
    connection.execute(update(tables.calls).where(late).values(words_removed_at=None))


def _silence(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    """Remove what was said, written down and dialled; what it meant stays as statements."""
    if not ids:
        return
    s, n, e = tables.segments, tables.notes, tables.events
    forget_words(connection, ids)
    connection.execute(update(s).where(s.c.call_id.in_(ids)).values(text="", sealed=None))
    noted = n.c.call_id.in_(ids)
    connection.execute(update(n).where(noted, n.c.kind != FEEDBACK).values(text="", sealed=None))
    _cut_feedback(connection, ids)
    connection.execute(delete(tables.drafts).where(tables.drafts.c.call_id.in_(ids)))
    # Messages quote what was said, and so does what an older version stored whole.
    connection.execute(delete(tables.outbox).where(tables.outbox.c.call_id.in_(ids)))
    whole = cast(e.c.payload, String) != "{}"
    connection.execute(delete(e).where(e.c.call_id.in_(ids), whole))
    _quote_nothing(connection, ids)
    gone = {
        "words_removed_at": now, "contact_summary": None, "phone": None, "sealed_phone": None,
        "sealed_summary": None, **RAISED,
    }  # fmt: skip
    connection.execute(update(tables.calls).where(_C.call_id.in_(ids)).values(gone))


def _cut_feedback(connection: Connection, ids: Sequence[str]) -> None:
    """Leave of feedback the play and the verdict; the reason is words."""
    n = tables.notes
    feedback = n.c.call_id.in_(ids) & (n.c.kind == FEEDBACK)
    notes = notes_from(connection, connection.execute(select(*NOTE_COLUMNS).where(feedback)).all())
    # The name of the play and the verdict tell nothing of anybody.
    cut = [
        {"of_note": note.note_id, "text": " ".join(note.text.split(" ")[:2]), "sealed": None}
        for note in notes
    ]
    if cut:
        connection.execute(update(n).where(n.c.note_id == bindparam("of_note")), cut)


def _quote_nothing(connection: Connection, ids: Sequence[str]) -> None:
    """Remove the quotes from assessments that an older version stored whole."""
    a = tables.assessments
    old = a.c.call_id.in_(ids) & a.c.setup_id.is_(None)
    columns = (a.c.seq, a.c.call_id, a.c.payload, a.c.sealed)
    rows = connection.execute(select(*columns).where(old)).all()
    cipher = cipher_for(connection, rows)
    bare = [
        {"of_seq": row.seq, "payload": _unquoted(whole_assessment(row, cipher)), "sealed": None}
        for row in rows
    ]
    if bare:
        connection.execute(update(a).where(a.c.seq == bindparam("of_seq")), bare)


def _unquoted(payload: Payload) -> Payload:
    lines = [line for line in payload.get("contributions", []) if line.get("part") != "said"]
    change = payload.get("change", {})
    because = [{**line, "phrase": None} for line in change.get("because", [])]
    statements = [{**one, "phrase": ""} for one in payload.get("statements", [])]
    return payload | {
        "contributions": lines, "factors": [], "factors_en": [], "statements": statements,
        "change": {**change, "because": because},
    }  # fmt: skip


def remove_calls(connection: Connection, ids: Sequence[str]) -> None:
    """Remove calls with everything that belongs to them but the sums of their days."""
    if not ids:
        return
    forget_words(connection, ids)
    for table in _OF_CALLS:
        connection.execute(delete(table).where(table.c.call_id.in_(ids)))
    connection.execute(delete(tables.calls).where(_C.call_id.in_(ids)))
