"""The state of the work on a call: a reduction of its notes.

Notes are only ever added. What holds is decided by the order of their numbers: of outcomes,
promises and call-backs the last one that was not taken back counts. An escalation is open until it
is answered or withdrawn; it may be answered more than once, and withdrawn after an answer, too.
A note that says something about one that is not there, or about one of another kind, says nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from callrisk.domain.call_record import Payload, StoredNote
from callrisk.domain.work.corrections import Correction, corrections_in, place_of
from callrisk.domain.work.note_kind import (
    DECISIONS,
    OF_ESCALATIONS,
    UNDOABLE,
    WRITTEN,
    NoteKind,
)


class Refusal(StrEnum):
    """Why a note cannot be about another one."""

    # That one is not there, or of a kind that does not fit.
    UNKNOWN = "unknown"
    # It was taken back already.
    OVER = "over"
    # A correction that was approved or rejected already.
    DECIDED = "decided"
    # A correction of the same statement by the same person waits for a decision.
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to pay; an amount or a channel that was not named is None."""

    note_id: int
    due_on: date
    amount_yen: int | None
    channel: str | None


@dataclass(frozen=True, slots=True)
class EscalationState:
    """An escalation: who asked, who saw it first and when, and the notes that answer it."""

    note: StoredNote
    seen: StoredNote | None = None
    answers: tuple[StoredNote, ...] = ()
    withdrawn: StoredNote | None = None

    @property
    def is_open(self) -> bool:
        """True while somebody waits for an answer."""
        return not self.answers and self.withdrawn is None


@dataclass(frozen=True, slots=True)
class CallWork:
    """The work on a call as it stands; `taken_back` has the numbers of notes that do not hold."""

    outcome: str | None = None
    promise: Promise | None = None
    call_back_at: datetime | None = None
    escalations: tuple[EscalationState, ...] = ()
    taken_back: frozenset[int] = frozenset()
    corrections: tuple[Correction, ...] = ()

    @property
    def has_waiting_correction(self) -> bool:
        """True while a correction of a statement waits for a decision."""
        return any(one.waits for one in self.corrections)

    @property
    def has_open_escalation(self) -> bool:
        """True while an escalation of the call waits for an answer."""
        return any(one.is_open for one in self.escalations)

    @property
    def was_escalated(self) -> bool:
        """True if help was asked for, and not withdrawn."""
        return any(one.withdrawn is None for one in self.escalations)

    def escalation(self, note_id: int) -> EscalationState | None:
        """Return the escalation with this number, or None."""
        return next((one for one in self.escalations if one.note.note_id == note_id), None)


def call_work(notes: Iterable[StoredNote]) -> CallWork:
    """Return what holds by the notes of a call, whatever order they come in."""
    ordered = sorted({note.note_id: note for note in notes}.values(), key=lambda one: one.note_id)
    taken_back = _taken_back(ordered)
    holding = [note for note in ordered if note.note_id not in taken_back]
    outcome = _last(holding, NoteKind.OUTCOME)
    promise = _last(holding, NoteKind.PROMISE)
    call_back = _last(holding, NoteKind.CALL_BACK)
    return CallWork(
        outcome=None if outcome is None else str(_facts(outcome)["outcome"]),
        promise=None if promise is None else _promise(promise),
        call_back_at=None
        if call_back is None
        else datetime.fromisoformat(_facts(call_back)["call_back_at"]),
        escalations=_escalations(ordered),
        taken_back=taken_back,
        corrections=corrections_in(ordered, taken_back),
    )


def written_notes(notes: Sequence[StoredNote]) -> int:
    """Return how many notes somebody wrote, but for those taken back."""
    taken_back = _taken_back(notes)
    return sum(note.kind in WRITTEN and note.note_id not in taken_back for note in notes)


def refusal(notes: Sequence[StoredNote], kind: NoteKind, about: int) -> Refusal | None:
    """Return why a note of this kind cannot be about another one; None where it can."""
    subject = next((note for note in notes if note.note_id == about), None)
    if subject is None or subject.kind not in _fitting(kind):
        return Refusal.UNKNOWN
    work = call_work(notes)
    if about in work.taken_back:
        return Refusal.OVER
    is_decided = any(one.note.note_id == about and not one.waits for one in work.corrections)
    return Refusal.DECIDED if is_decided else None


def waiting_correction(notes: Sequence[StoredNote], agent_id: str, facts: Payload) -> int | None:
    """Return the number of the correction by an agent that waits at a statement, or None."""
    place = place_of(facts)
    waiting = (one for one in call_work(notes).corrections if one.waits and one.place == place)
    return next((one.note.note_id for one in waiting if one.note.agent_id == agent_id), None)


def _fitting(kind: NoteKind) -> Collection[NoteKind]:
    """Return the kinds of notes that a note of a kind can be about."""
    if kind is NoteKind.UNDO:
        return UNDOABLE
    return {NoteKind.CORRECTION} if kind in DECISIONS else {NoteKind.ESCALATION}


def about_of(note: StoredNote) -> int | None:
    """Return the number of the note that a note is about, None where it is about none."""
    about = (note.facts or {}).get("about")
    return about if isinstance(about, int) else None


def _facts(note: StoredNote) -> dict[str, str]:
    return note.facts or {}


def _taken_back(notes: Sequence[StoredNote]) -> frozenset[int]:
    kinds = {note.note_id: note.kind for note in notes}
    backs = (NoteKind.UNDO, NoteKind.ESCALATION_WITHDRAWN)
    found = (about_of(note) for note in notes if note.kind in backs)
    return frozenset(about for about in found if about is not None and kinds.get(about) in UNDOABLE)


def _last(notes: Sequence[StoredNote], kind: NoteKind) -> StoredNote | None:
    return next((note for note in reversed(notes) if note.kind == kind), None)


def _promise(note: StoredNote) -> Promise:
    facts = note.facts or {}
    due_on = date.fromisoformat(facts["due_on"])
    return Promise(note.note_id, due_on, facts.get("amount_yen"), facts.get("channel"))


def _escalations(notes: Sequence[StoredNote]) -> tuple[EscalationState, ...]:
    states: dict[int, EscalationState] = {}
    for note in notes:
        about = about_of(note)
        if note.kind == NoteKind.ESCALATION:
            states[note.note_id] = EscalationState(note)
        elif note.kind in OF_ESCALATIONS and about in states:
            states[about] = _followed(states[about], note)
    return tuple(states.values())


def _followed(state: EscalationState, note: StoredNote) -> EscalationState:
    """Return an escalation after what was said of it; the first look and withdrawal count."""
    if note.kind == NoteKind.ESCALATION_ANSWER:
        # Whoever answers has seen it.
        return replace(state, answers=(*state.answers, note), seen=state.seen or note)
    if note.kind == NoteKind.ESCALATION_SEEN:
        return replace(state, seen=state.seen or note)
    return replace(state, withdrawn=state.withdrawn or note)
