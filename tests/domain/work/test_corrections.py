"""Corrections of statements, reduced from the notes of a call."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callrisk.domain.call_record import StoredNote
from callrisk.domain.work.call_work import CallWork, Refusal, call_work, refusal
from callrisk.domain.work.note_kind import NoteKind

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
PLACE = {"segment_id": "s1", "begin": 5, "end": 13, "intent": "hardship"}


def note(note_id: int, kind: NoteKind, **facts: Any) -> StoredNote:
    return StoredNote(note_id, str(kind), "agent-1", "", NOON, facts or None)


def corrected(note_id: int, meant: str) -> StoredNote:
    return note(note_id, NoteKind.CORRECTION, **PLACE, meant=meant)


def work(*notes: StoredNote) -> CallWork:
    return call_work(notes)


def test_a_correction_waits_until_somebody_decides() -> None:
    """Approved or rejected; of another one nothing is said."""
    asked = corrected(1, "none")
    approved = note(2, NoteKind.CORRECTION_APPROVED, about=1)
    rejected = note(2, NoteKind.CORRECTION_REJECTED, about=1)

    assert work(asked).has_waiting_correction
    assert [one.is_approved for one in work(asked, approved).corrections] == [True]
    assert [one.is_approved for one in work(asked, rejected).corrections] == [False]
    assert not work(asked, rejected).has_waiting_correction
    assert work(asked, corrected(3, "promise"), approved).has_waiting_correction


def test_what_is_taken_back_does_not_hold() -> None:
    """A correction is gone; a decision leaves it waiting again."""
    asked, approved = corrected(1, "none"), note(2, NoteKind.CORRECTION_APPROVED, about=1)

    assert work(asked, note(2, NoteKind.UNDO, about=1)).corrections == ()
    assert work(asked, approved, note(3, NoteKind.UNDO, about=2)).has_waiting_correction


@pytest.mark.parametrize(
    ("kind", "about", "expected"),
    [
        (NoteKind.CORRECTION_APPROVED, 1, None),
        (NoteKind.CORRECTION_APPROVED, 2, Refusal.DECIDED),
        (NoteKind.CORRECTION_REJECTED, 4, Refusal.OVER),
        (NoteKind.CORRECTION_REJECTED, 3, Refusal.UNKNOWN),
        (NoteKind.ESCALATION_SEEN, 1, Refusal.UNKNOWN),
        (NoteKind.UNDO, 1, None),
        (NoteKind.UNDO, 2, Refusal.DECIDED),
        (NoteKind.UNDO, 3, None),
        (NoteKind.UNDO, 9, Refusal.UNKNOWN),
    ],
)
def test_one_decision_holds(kind: NoteKind, about: int, expected: Refusal | None) -> None:
    """Whoever wants another one takes the first back; then the correction can be, too."""
    notes = [
        corrected(1, "none"),
        corrected(2, "promise"),
        note(3, NoteKind.CORRECTION_APPROVED, about=2),
        corrected(4, "none"),
        note(5, NoteKind.UNDO, about=4),
    ]

    assert refusal(notes, kind, about) is expected
