"""Corrections of statements: what was meant by words that were understood otherwise.

A correction is a note of a call that names a statement by its turn, its place and its intent, and
says what was meant. A supervisor approves or rejects it by another note. It changes no score: what
is approved becomes rows of the company's own language, which another language version reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from callrisk.domain.call_record import Payload, StoredCall, StoredNote, StoredTurn
from callrisk.domain.language import Intent, Statement
from callrisk.domain.language.own_rows import MeantSentence
from callrisk.domain.work.note_kind import DECISIONS, NoteKind

# What is meant by words that say nothing about paying.
NOTHING = "none"
MEANT = (*map(str, Intent), NOTHING)


@dataclass(frozen=True, slots=True)
class StatementPlace:
    """A statement of a call, named by its turn, its place there, and its intent."""

    segment_id: str
    begin: int
    end: int
    intent: str

    def is_of(self, statement: Statement) -> bool:
        """Return True for the statement of the turn that is meant."""
        place = statement.begin, statement.end, str(statement.intent)
        return place == (self.begin, self.end, self.intent)


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that was not taken back, and the decision that holds, if there is one."""

    note: StoredNote
    place: StatementPlace
    meant: str
    decision: StoredNote | None = None

    @property
    def waits(self) -> bool:
        """True while nobody has decided."""
        return self.decision is None

    @property
    def is_approved(self) -> bool:
        """True once a supervisor says that it is right."""
        return self.decision is not None and self.decision.kind == NoteKind.CORRECTION_APPROVED


@dataclass(frozen=True, slots=True)
class CallCorrection:
    """A correction with its call, and the turn with what the agent said right before.

    The turn is None once its words are gone.
    """

    call: StoredCall
    correction: Correction
    turn: StoredTurn | None
    asked: str

    @property
    def sentence(self) -> MeantSentence | None:
        """Return the words with what was meant; None once they are gone, or for another intent."""
        place, meant = self.correction.place, self.correction.meant
        known = {place.intent, meant} - {NOTHING} <= set(map(str, Intent))
        if self.turn is None or not known:
            return None
        return MeantSentence(
            self.turn.turn.text, place.begin, place.end, Intent(place.intent),
            None if meant == NOTHING else Intent(meant),
        )  # fmt: skip


def corrections_in(
    notes: Iterable[StoredNote], taken_back: frozenset[int]
) -> tuple[Correction, ...]:
    """Return the corrections of a call by its notes in order; `taken_back` do not hold."""
    found: dict[int, Correction] = {}
    for note in notes:
        about = (note.facts or {}).get("about")
        if note.note_id in taken_back:
            continue
        if note.kind == NoteKind.CORRECTION:
            found[note.note_id] = _correction(note)
        elif note.kind in DECISIONS and about in found:
            found[about] = replace(found[about], decision=note)
    return tuple(found.values())


def _correction(note: StoredNote) -> Correction:
    facts = note.facts or {}
    return Correction(note, place_of(facts), facts["meant"])


def place_of(facts: Payload) -> StatementPlace:
    """Return the statement that the facts of a correction name."""
    return StatementPlace(facts["segment_id"], facts["begin"], facts["end"], facts["intent"])
