"""Reads of corrections: which ones, in which order, how many, with which turns."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.event_types import Source
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.domain.work.note_kind import NoteKind
from callrisk.store.calls import NewCall, Store
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.stored_calls import turns_from
from callrisk.store.working.correction_queries import CorrectionQueries
from callrisk.store.working.note_writing import NewNote

BEGAN = datetime(2026, 4, 1, 1, tzinfo=UTC)
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
APPROVED, REJECTED = NoteKind.CORRECTION_APPROVED, NoteKind.CORRECTION_REJECTED


class Desk:
    """Calls of one agent, and what is noted of them, a minute after the other."""

    def __init__(self, engine: Engine) -> None:
        self.store, self.reads = Store(engine), CorrectionQueries(engine)
        self._contacts = Contacts(engine, packaged())
        self._minutes = 0

    def call(self, call_id: str, *turns: Segment, agent_id: str = "agent-1") -> None:
        """Take a call with turns."""
        self.store.start_call(NewCall(call_id, "1001", agent_id, Source.REST, False, BEGAN))
        heard = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, BEGAN, turns)
        self._contacts.take(Delivery([heard], BEGAN))

    def note(self, call_id: str, kind: NoteKind, **facts: Any) -> int:
        """Store a note with its facts; return its number."""
        self._minutes += 1
        at = BEGAN + timedelta(minutes=self._minutes)
        note = NewNote(call_id, kind, "agent-1", "", at, facts=facts)
        return int(self.store.add_note(note).note_id)

    def correct(self, call_id: str, segment_id: str = "c1", begin: int = 0) -> int:
        """Correct a statement; return the number of that."""
        place = {"segment_id": segment_id, "begin": begin, "end": begin + 4, "intent": "inability"}
        return self.note(call_id, NoteKind.CORRECTION, **place, meant="none")


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A desk with one call of three turns, of which the last one is corrected."""
    made = Desk(engine)
    made.call("c-1", *turns())
    return made


def turns() -> tuple[Segment, ...]:
    """Turns that were heard in another order than they were spoken in."""
    return (
        Segment("c1", 1, CUSTOMER, "今月は払えません", 3_000, 3_900),
        Segment("a2", 2, AGENT, "お支払いの件です", 2_000, 2_900),
        Segment("a1", 3, AGENT, "もしもし", 1_000, 1_900),
    )


def numbers(found: Any) -> list[int]:
    """The numbers of corrections."""
    return [one.correction.note.note_id for one in found]


def test_those_that_were_decided_about_come_by_the_newest_decision(desk: Desk) -> None:
    """However many wait or were taken back since."""
    first, second, third = (desk.correct("c-1", begin=n) for n in range(3))
    desk.note("c-1", APPROVED, about=second)
    desk.note("c-1", REJECTED, about=first)
    undone = desk.note("c-1", APPROVED, about=third)
    desk.note("c-1", NoteKind.UNDO, about=undone)
    for n in range(3, 6):
        back = desk.correct("c-1", begin=n)
        desk.note("c-1", NoteKind.UNDO, about=back)
    desk.correct("c-1", begin=9)

    assert numbers(desk.reads.decided(50, None)) == [first, second]
    assert numbers(desk.reads.decided(1, None)) == [first]
    assert numbers(desk.reads.decided(50, ["agent-2"])) == []


def test_those_that_wait_come_by_their_age(desk: Desk) -> None:
    """A decision that was taken back lets a correction wait again."""
    first, decided, third = (desk.correct("c-1", begin=n) for n in range(3))
    desk.note("c-1", APPROVED, about=decided)
    undone = desk.note("c-1", REJECTED, about=first)
    desk.note("c-1", NoteKind.UNDO, about=undone)

    assert numbers(desk.reads.waiting(50, None)) == [first, third]
    assert numbers(desk.reads.waiting(1, ["agent-1"])) == [first]
    assert numbers(desk.reads.newest(2, None)) == [third, decided]


def test_the_approved_ones_are_the_newest_in_the_order_of_their_approval(desk: Desk) -> None:
    """So that a table ends with what was approved last."""
    first, second, third = (desk.correct("c-1", begin=n) for n in range(3))
    for note_id in (third, first, second):
        desk.note("c-1", APPROVED, about=note_id)

    assert numbers(desk.reads.approved(None)) == [third, first, second]
    assert numbers(desk.reads.approved(None, limit=2)) == [first, second]


def test_the_turn_and_what_was_asked_right_before_are_read_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the order of speech, with times or without; of the first turn nothing was asked."""
    untimed = [
        Segment(turn_id, n, role, text) for n, (turn_id, role, text) in enumerate(
            [("z", AGENT, "もしもし"), ("y", AGENT, "ご都合は"), ("x", CUSTOMER, "払えません")], 9
        )
    ]  # fmt: skip
    desk.call("c-2", *untimed)
    for call_id, turn_id in (("c-1", "c1"), ("c-2", "x"), ("c-2", "z"), ("c-2", "gone")):
        desk.correct(call_id, turn_id)
    read: list[int] = []
    module = "callrisk.store.working.correction_queries.turns_from"
    monkeypatch.setattr(module, _counting(read))
    found = desk.reads.waiting(50, None)

    told = [(one.turn and one.turn.turn.text, one.asked) for one in found]
    assert told == [
        ("今月は払えません", "お支払いの件です"), ("払えません", "ご都合は"), ("もしもし", ""),
        (None, ""),
    ]  # fmt: skip
    assert sum(read) == 5


def _counting(read: list[int]) -> Any:
    def counted(connection: Any, rows: Any) -> Any:
        read.append(len(rows))
        return turns_from(connection, rows)

    return counted


def test_the_statements_do_not_grow_with_the_corrections(desk: Desk, engine: Engine) -> None:
    """Many calls are read together."""
    counts = []
    for n in range(2, 8):
        desk.call(f"c-{n}", *turns())
        desk.correct(f"c-{n}")
        asked: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_: Any, asked: list[str] = asked) -> None:
            asked.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        desk.reads.waiting(50, None)
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(asked))

    assert len(set(counts[1:])) == 1
