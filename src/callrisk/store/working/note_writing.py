"""Writing a note about a call, with the events that tell of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from callrisk.domain.call_record import Payload, StoredNote
from callrisk.domain.event_types import EventType
from callrisk.domain.work.call_work import Refusal, call_work, refusal, waiting_correction
from callrisk.domain.work.note_kind import DECISIONS, OF_ESCALATIONS, NoteKind
from callrisk.store import tables
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.keeping.old_calls import keep_words_again
from callrisk.store.log.appending import NewEvent, append
from callrisk.store.stored_calls import NOTE

_N, _C = tables.notes.c, tables.calls.c
_CHANGE_CORRECTIONS = DECISIONS | {NoteKind.CORRECTION, NoteKind.UNDO}


class NoteRefusedError(ValueError):
    """A note cannot be about another one, for a reason."""

    def __init__(self, about: int, reason: Refusal) -> None:
        super().__init__(f"no note can be about note {about}: {reason}")
        self.about, self.reason = about, reason


@dataclass(frozen=True, slots=True)
class NewNote:
    """Something to note about a call.

    `codes` are stored before the words; they are no language, so the rules of the masking alone
    look at them. `facts` are codes, dates and whole numbers, stored as they are.
    """

    call_id: str
    kind: str
    agent_id: str
    words: str
    at: datetime
    codes: Sequence[str] = ()
    facts: Payload = field(default_factory=dict)


def write_note(connection: Connection, new: NewNote, words: str) -> tuple[StoredNote, int]:
    """Store a note with its masked words and its events; return it with the number of the first.

    NoteRefusedError if it is about a note that is not there, or was taken back; or if it corrects
    what the same agent has corrected already, and nobody decided about that.
    """
    kind = _kind_of(connection, new)
    note_id = _insert(connection, new, kind, words)
    keep_words_again(connection, [new.call_id])
    if kind in _CHANGE_CORRECTIONS:
        _mark_corrections(connection, new.call_id)
    event = EventType.ESCALATION if kind is NoteKind.ESCALATION else EventType.NOTE_ADDED
    events = [NewEvent(new.call_id, event, new.at, str(note_id))]
    if kind is NoteKind.ESCALATION or kind in OF_ESCALATIONS:
        is_open = _mark_escalated(connection, new.call_id)
        if kind in OF_ESCALATIONS:
            facts = {"open": is_open}
            changed = EventType.ESCALATION_CHANGED
            events.append(NewEvent(new.call_id, changed, new.at, str(note_id), facts))
    seq = append(connection, events)[0]
    stored = StoredNote(note_id, str(kind), new.agent_id, words, new.at, new.facts or None)
    return stored, seq


def _kind_of(connection: Connection, new: NewNote) -> NoteKind:
    """Return the kind under which a note is stored: what takes an escalation back withdraws it."""
    kind, about = NoteKind(new.kind), new.facts.get("about")
    if about is None and kind is not NoteKind.CORRECTION:
        return kind
    notes = notes_by_call(connection, [new.call_id]).get(new.call_id, [])
    if about is None:
        waiting = waiting_correction(notes, new.agent_id, new.facts)
        if waiting is not None:
            raise NoteRefusedError(waiting, Refusal.WAITS)
        return kind
    reason = refusal(notes, kind, about)
    if reason is not None:
        raise NoteRefusedError(about, reason)
    is_escalation = any(one.note_id == about and one.kind == NoteKind.ESCALATION for one in notes)
    return NoteKind.ESCALATION_WITHDRAWN if kind is NoteKind.UNDO and is_escalation else kind


def notes_by_call(connection: Connection, call_ids: Sequence[str]) -> dict[str, list[StoredNote]]:
    """Return the notes of calls without their words, in the order in which they were added."""
    columns = (_N.call_id, _N.note_id, _N.kind, _N.agent_id, _N.at, _N.facts)
    statement = select(*columns).where(_N.call_id.in_(call_ids)).order_by(_N.note_id)
    notes: dict[str, list[StoredNote]] = {}
    for row in connection.execute(statement):
        note = StoredNote(row.note_id, row.kind, row.agent_id, "", row.at, row.facts)
        notes.setdefault(row.call_id, []).append(note)
    return notes


def _mark_escalated(connection: Connection, call_id: str) -> bool:
    """Have the row of a call say whether an escalation of it is open; return that."""
    notes = notes_by_call(connection, [call_id])[call_id]
    is_open = call_work(notes).has_open_escalation
    values = {"escalated": is_open}
    connection.execute(update(tables.calls).where(_C.call_id == call_id).values(values))
    return is_open


def _mark_corrections(connection: Connection, call_id: str) -> None:
    """Have the row of a call say whether a correction of it waits for a decision."""
    notes = notes_by_call(connection, [call_id])[call_id]
    waits = call_work(notes).has_waiting_correction
    changed = (_C.call_id == call_id) & (_C.correction_waits != waits)
    connection.execute(update(tables.calls).where(changed).values(correction_waits=waits))


def _insert(connection: Connection, new: NewNote, kind: NoteKind, words: str) -> int:
    """Store a note, its words sealed under its number; return that."""
    values = {
        "call_id": new.call_id, "kind": str(kind), "agent_id": new.agent_id, "text": "",
        "at": new.at, "facts": new.facts or None,
    }  # fmt: skip
    note_id: int = connection.execute(
        insert(tables.notes).values(values).returning(_N.note_id)
    ).scalar_one()
    sealed = cipher_of(connection).seal(NOTE, new.call_id, str(note_id), words)
    connection.execute(update(tables.notes).where(_N.note_id == note_id).values(sealed=sealed))
    return note_id
