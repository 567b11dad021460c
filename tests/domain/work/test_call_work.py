"""The state of the work on a call, reduced from its notes."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from callrisk.domain.call_record import StoredNote
from callrisk.domain.work.call_work import call_work, refusal, written_notes
from callrisk.domain.work.note_kind import NoteKind

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)


def note(note_id: int, kind: NoteKind, agent_id: str = "agent-1", **facts: Any) -> StoredNote:
    at = NOON + timedelta(minutes=note_id)
    return StoredNote(note_id, str(kind), agent_id, "", at, facts or None)


def test_the_last_of_each_kind_counts() -> None:
    """Of outcomes, promises and call-backs; a promise may lack its amount and channel."""
    work = call_work(
        [
            note(1, NoteKind.OUTCOME, outcome="refused"),
            note(2, NoteKind.PROMISE, due_on="2026-12-05", amount_yen=5_000, channel="card"),
            note(3, NoteKind.OUTCOME, outcome="promised"),
            note(4, NoteKind.PROMISE, due_on="2026-12-10"),
            note(5, NoteKind.CALL_BACK, call_back_at="2026-12-02T06:00:00.000Z"),
        ]
    )

    assert work.outcome == "promised"
    assert work.promise is not None
    assert (work.promise.note_id, work.promise.due_on) == (4, date(2026, 12, 10))
    assert (work.promise.amount_yen, work.promise.channel) == (None, None)
    assert work.call_back_at == datetime(2026, 12, 2, 6, tzinfo=UTC)


def test_what_is_taken_back_gives_way_to_what_was_before() -> None:
    """And to nothing where there was nothing before."""
    notes = [
        note(1, NoteKind.OUTCOME, outcome="refused"),
        note(2, NoteKind.OUTCOME, outcome="promised"),
        note(3, NoteKind.UNDO, about=2),
    ]

    assert (call_work(notes).outcome, call_work(notes).taken_back) == ("refused", frozenset({2}))
    assert call_work([*notes, note(4, NoteKind.UNDO, about=1)]).outcome is None


def test_an_escalation_is_open_until_it_is_answered() -> None:
    """Who looked first is kept; a second escalation opens the call again."""
    notes = [
        note(1, NoteKind.ESCALATION),
        note(2, NoteKind.ESCALATION_SEEN, "leader-1", about=1),
        note(3, NoteKind.ESCALATION_SEEN, "leader-2", about=1),
    ]
    waiting = call_work(notes)
    answered = call_work([*notes, note(4, NoteKind.ESCALATION_ANSWER, "leader-1", about=1)])
    again = call_work([*notes, note(4, NoteKind.ESCALATION_ANSWER, about=1),
                       note(5, NoteKind.ESCALATION)])  # fmt: skip

    (state,) = waiting.escalations
    assert waiting.has_open_escalation
    assert state.seen is not None
    assert state.seen.agent_id == "leader-1"
    assert not answered.has_open_escalation
    assert answered.was_escalated
    assert [one.is_open for one in again.escalations] == [False, True]


def test_a_withdrawn_escalation_was_none() -> None:
    """Also after an answer; what is said of it later changes nothing."""
    notes = [
        note(1, NoteKind.ESCALATION),
        note(2, NoteKind.ESCALATION_ANSWER, "leader-1", about=1),
        note(3, NoteKind.ESCALATION_WITHDRAWN, about=1),
    ]
    work = call_work(notes)

    assert (work.has_open_escalation, work.was_escalated) == (False, False)
    assert len(work.escalations[0].answers) == 1


def test_the_order_of_arrival_changes_nothing() -> None:
    """Nor does a note that comes twice: a page catches up while it is told."""
    notes = [
        note(1, NoteKind.ESCALATION),
        note(2, NoteKind.OUTCOME, outcome="refused"),
        note(3, NoteKind.OUTCOME, outcome="promised"),
        note(4, NoteKind.ESCALATION_ANSWER, "leader-1", about=1),
        note(5, NoteKind.UNDO, about=3),
    ]
    wanted = call_work(notes)

    assert all(call_work(order) == wanted for order in permutations(notes))
    assert call_work([*notes, *notes]) == wanted


@pytest.mark.parametrize(
    ("kind", "about", "reason"),
    [
        (NoteKind.UNDO, 1, None),
        (NoteKind.UNDO, 2, "over"),
        (NoteKind.UNDO, 3, "unknown"),
        (NoteKind.UNDO, 99, "unknown"),
        (NoteKind.ESCALATION_ANSWER, 4, None),
        (NoteKind.ESCALATION_ANSWER, 1, "unknown"),
    ],
)
def test_a_note_can_be_about_what_is_there(kind: NoteKind, about: int, reason: str | None) -> None:
    """Nothing is taken back twice, and what takes back cannot be taken back."""
    notes = [
        note(1, NoteKind.NOTE), note(2, NoteKind.PROMISE, due_on="2026-12-05"),
        note(3, NoteKind.UNDO, about=2), note(4, NoteKind.ESCALATION),
    ]  # fmt: skip

    assert refusal(notes, kind, about) == reason


def test_written_notes_are_counted_without_feedback() -> None:
    """Nor an escalation, a promise, or what was taken back."""
    notes = [
        note(1, NoteKind.NOTE), note(2, NoteKind.QUICK_ACTION), note(3, NoteKind.FEEDBACK),
        note(4, NoteKind.ESCALATION), note(5, NoteKind.NOTE), note(6, NoteKind.UNDO, about=5),
    ]  # fmt: skip

    assert written_notes(notes) == 2
