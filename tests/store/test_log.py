"""The log refers to rows: it holds no words, and says what its rows say."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert, select, text, update

from callrisk.domain.call_record import LoggedEvent, RowState
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Utterance
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.language import packaged
from callrisk.domain.score.score_changes import strongest_changes
from callrisk.domain.score.shown_assessment import AssessedCall, shown
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.calls import NewAdvice, NewAssessment, NewCall, Store
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.log.narrowing import Narrowing
from callrisk.store.queries import Queries
from callrisk.store.transaction import writing
from callrisk.store.working.note_writing import NewNote
from callrisk.wire.assessment import Alert, AssessmentAnswer
from callrisk.wire.events import PAYLOADS
from harness.kept_assessments import ADVISED, BEFORE, SETUP, kept

NOON = datetime(2026, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC)
WORDS = "絶対に払いません"
CUSTOMER = ParticipantRole.CUSTOMER


@pytest.fixture
def store(engine: Engine) -> Store:
    """A store with one call, which has a record."""
    store = Store(engine)
    store.start_call(NewCall("c1", "1001", "agent-1", Source.REST, False, NOON))
    return store


def hear(engine: Engine, words: str, sequence: int = 1) -> None:
    """Take one turn of the call."""
    turn = Segment("s1", sequence, CUSTOMER, words, 0, 900)
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, (turn,))
    Contacts(engine, packaged()).take(Delivery([event], NOON))


def logged(engine: Engine, kind: EventType) -> list[LoggedEvent]:
    """The events of a type."""
    return [event for event in Queries(engine).events_after(0, 999) if event.type == kind]


def test_what_is_read_is_what_was_pushed(engine: Engine, store: Store) -> None:
    """An assessment, its alert, and the newest of the call; digit by digit."""
    hear(engine, WORDS)
    pushed = shown(
        kept(), SETUP, AssessedCall("c1", "1001", "agent-1", False),
        {("s1", 3, 7, "refusal"): WORDS[3:7]},
    )  # fmt: skip
    store.record_assessments([NewAssessment("c1", kept(), SETUP, is_alert=True)])
    queries = Queries(engine)

    (scored,) = logged(engine, EventType.RISK_SCORE_UPDATE)
    (alert,) = logged(engine, EventType.ALERT)
    assert scored.payload == AssessmentAnswer.of(pushed).rendered()
    assert alert.payload == Alert.of(pushed).rendered()
    newest = queries.latest_assessment("c1")
    assert newest is not None
    assert newest.payload == scored.payload
    assert queries.latest_payloads(["c1"])["c1"] == scored.payload | {"seq": scored.seq}
    assert (pushed.factors[0], pushed.change.points) == ("支払いの拒否：「払いませ」", 22)
    assert pushed.start_points + sum(one.points for one in pushed.contributions) == 80


def test_neither_log_nor_assessment_holds_words(engine: Engine, store: Store) -> None:
    """Of the turn, of its draft, of a note: they stand in one column each."""
    piece = Utterance("u1", "s2", CUSTOMER, "ひみつの言葉", 2_000, 2_900)
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, pieces=(piece,))
    Contacts(engine, packaged()).take(Delivery([event], NOON))
    hear(engine, WORDS)
    store.add_note(NewNote("c1", "note", "agent-1", "ひみつのメモ", NOON))
    store.record_assessments([NewAssessment("c1", kept(), SETUP, is_alert=True)])

    for table in (tables.events, tables.assessments, tables.shared_facts):
        with engine.connect() as connection:
            rows = json.dumps(
                [tuple(row) for row in connection.execute(select(table))], default=str,
                ensure_ascii=False,
            )  # fmt: skip
        assert not any(words in rows for words in ("払いませ", "ひみつ")), table.name


def test_an_event_of_every_type_is_read_in_the_form_of_the_wire(
    engine: Engine, store: Store
) -> None:
    """Each that the server itself writes."""
    hear(engine, WORDS)
    store.add_note(NewNote("c1", "note", "agent-1", "メモ", NOON))
    store.add_note(NewNote("c1", "escalation", "agent-1", "お願いします", NOON))
    store.assign_customer("c1", "1002", NOON, by="agent-1")
    store.record_advice([NewAdvice("c1", ADVISED)], NOON)
    store.record_assessments([NewAssessment("c1", kept(), SETUP, is_alert=True)])
    found = Queries(engine).events_after(0, 99)

    for event in found:
        read = PAYLOADS[event.type].model_validate(event.payload)
        assert read.rendered() == event.payload
    assert len({event.type for event in found}) == 8
    (advice,) = logged(engine, EventType.ADVICE_CHANGED)
    assert [one["action"] for one in advice.payload["recommendations"]] == ["calm", "date"]
    (began,) = logged(engine, EventType.CALL_STARTED)
    assert (began.payload["customer_id"], began.payload["status"]) == ("1001", "active")
    assert not began.payload["escalated"]


def test_a_corrected_turn_and_one_whose_words_are_gone_say_so(engine: Engine, store: Store) -> None:
    """Masking the same words is no correction; an old score quotes no words of a later turn."""
    hear(engine, WORDS)
    store.record_assessments([NewAssessment("c1", kept(), SETUP)])
    hear(engine, "来週には払えます、はい", 2)
    first, second = logged(engine, EventType.TRANSCRIPT_SEGMENT)
    (scored,) = logged(engine, EventType.RISK_SCORE_UPDATE)
    assert (first.row, second.row) == (RowState.CORRECTED, RowState.AS_TOLD)
    assert scored.payload["statements"][0]["phrase"] == ""

    with engine.begin() as connection:
        connection.execute(update(tables.segments).values(sealed=None, statements=None))
    assert [one.row for one in logged(engine, EventType.TRANSCRIPT_SEGMENT)] == ["removed"] * 2


def test_a_score_quotes_no_words_that_it_did_not_know(engine: Engine, store: Store) -> None:
    """The turn was corrected between what the assessor read and what it stored."""
    hear(engine, WORDS)
    followed = Queries(engine).last_seq()
    hear(engine, "来週には払えます、はい", 2)
    assessment = NewAssessment("c1", kept(), SETUP, followed_seq=followed)
    store.record_assessments([assessment])

    (scored,) = logged(engine, EventType.RISK_SCORE_UPDATE)
    assert scored.payload["statements"][0]["phrase"] == ""


def test_numbers_of_the_log_are_never_given_twice(engine: Engine, store: Store) -> None:
    """Not even when the last event was deleted, or a transaction was undone."""
    before = Queries(engine).last_seq()
    store.add_note(NewNote("c1", "note", "agent-1", "一", NOON))
    with writing(engine) as connection:
        connection.execute(text("delete from events where seq > :last"), {"last": before})
    note = store.add_note(NewNote("c1", "note", "agent-1", "二", NOON))

    assert note.seq > before + 1
    assert [event.seq for event in logged(engine, EventType.NOTE_ADDED)] == [note.seq]


def test_an_event_whose_row_is_gone_is_passed_over(engine: Engine, store: Store) -> None:
    """However many such events there are before the next one that can be read."""
    for _ in range(7):
        store.add_note(NewNote("c1", "note", "agent-1", "メモ", NOON))
    with writing(engine) as connection:
        connection.execute(text("delete from notes"))
    store.assign_customer("c1", "1002", NOON, by="agent-1")

    kinds = [event.type for event in Queries(engine).events_after(1, 2)]
    assert kinds == ["customer_changed"]


def test_events_of_an_older_version_are_narrowed(engine: Engine, store: Store) -> None:
    """Turns, notes, beginnings and scores say the same after as before; pieces are dropped."""
    hear(engine, WORDS)
    note = store.add_note(NewNote("c1", "note", "agent-1", "メモ", NOON))
    store.record_assessments([NewAssessment("c1", kept(), SETUP, is_alert=True)])
    before = Queries(engine).events_after(0, 99)
    e = tables.events
    with writing(engine) as connection:
        for event in before:
            whole = {"payload": event.payload, "ref": None, "facts": None}
            connection.execute(update(e).where(e.c.seq == event.seq).values(**whole))
        piece = before[1].payload | {"provisional": True}
        values = {"call_id": "c1", "type": "transcript_segment", "at": NOON, "payload": piece}
        connection.execute(insert(e).values(seq=note.seq + 90, **values))
    job = Narrowing(engine)
    steps = [job.step(), job.step(), Narrowing(engine).step()]

    assert steps == [len(before) + 1, 0, 0]
    assert Queries(engine).events_after(0, 99) == before
    with engine.connect() as connection:
        assert {json.dumps(one) for one in connection.execute(select(e.c.payload)).scalars()} == {
            "{}"
        }


def test_a_later_assessment_tells_its_change_from_the_one_before(
    engine: Engine, store: Store
) -> None:
    """Read back in full: also the account of the one before."""
    first = replace(kept(), told=BEFORE, moods=(), change=())
    store.record_assessments([NewAssessment("c1", first, SETUP)])
    store.record_assessments([NewAssessment("c1", kept(), SETUP)])
    queries = Queries(engine)
    one, two = queries.assessment_at("c1", None, first=True), queries.latest_assessment("c1")

    assert one is not None
    assert two is not None
    assert (one.told, two.told) == (BEFORE, kept().told)
    assert strongest_changes(BEFORE, kept().told) == kept().change
