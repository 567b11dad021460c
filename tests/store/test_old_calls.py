"""What is kept no longer: the words of a call first, then the call."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import RowState
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.features.history import history_before
from callrisk.domain.kept.keeping_days import KeepingDays
from callrisk.domain.language import packaged
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.calls import Ending, NewAssessment, NewCall, Store
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.facts import fact_tables
from callrisk.store.facts.facts_job import FactsJob
from callrisk.store.facts.facts_queries import FactsQueries
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.keeping.old_calls import OldCalls
from callrisk.store.keeping.sizes import stored_sizes
from callrisk.store.people.audit_subjects import AuditSubjects, Gone
from callrisk.store.queries import Queries
from callrisk.store.sending.outbox import OutboxMessage, enqueue
from callrisk.store.transaction import writing
from callrisk.store.working.note_writing import NewNote
from callrisk.wire.call import CallSummary
from harness.kept_assessments import SETUP, kept

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CUSTOMER = ParticipantRole.CUSTOMER
TOTALS = CallTotals(customer_turns=6, customer_chars=60, said_concern=500)


def a_call(engine: Engine, call_id: str, began: datetime, customer_id: str | None = "1001") -> None:
    """A call in which the customer refused, which ended at once."""
    store = Store(engine)
    store.start_call(
        NewCall(call_id, customer_id, "agent-1", Source.REST, False, began, "0312345678")
    )
    turn = Segment("s1", 1, CUSTOMER, "絶対に払いません", 0, 900)
    event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, began, (turn,))
    Contacts(engine, packaged()).take(Delivery([event], began))
    store.add_note(NewNote(call_id, "note", "agent-1", "困っている様子", began))
    call = Queries(engine).call(call_id)
    assert call is not None
    summary = CallSummary.of(call, began, TOTALS, [(80, "high")], [])
    ending = Ending(call_id, began, "completed", summary, TOTALS)
    store.record_assessments([NewAssessment(call_id, kept(began), SETUP)], [ending])
    FactsJob(engine).step()


def test_words_are_removed_after_their_days(engine: Engine) -> None:
    """Turns, notes and the number; scores, statements and facts stay, and the log says so."""
    a_call(engine, "c1", NOON)
    job, queries = OldCalls(engine, KeepingDays(words=90)), Queries(engine)

    assert job.step(NOON + 90 * DAY) == 0
    assert (job.step(NOON + 91 * DAY), job.step(NOON + 91 * DAY)) == (1, 0)
    call, (turn,) = queries.call("c1"), queries.turns("c1")
    assert call is not None
    assert (turn.turn.text, call.phone) == ("", None)
    assert [str(one.intent) for one in turn.statements] == ["refusal"]
    assert [note.text for note in queries.notes("c1")] == [""]
    assert [one.risk_score for one in queries.assessments("c1")] == [80]
    told = [one for one in queries.events_after(0, 99) if one.type == EventType.TRANSCRIPT_SEGMENT]
    assert [one.row for one in told] == [RowState.REMOVED]
    assert len(FactsQueries(engine).calls(NOON.date(), NOON.date())) == 1
    assert (stored_sizes(engine).calls, stored_sizes(engine).with_words) == (1, 0)


def test_words_stay_while_their_customer_calls_again(engine: Engine) -> None:
    """A matter that goes on; a caller whom nobody knows has none."""
    a_call(engine, "known", NOON)
    a_call(engine, "again", NOON + 60 * DAY)
    a_call(engine, "unknown", NOON, None)
    a_call(engine, "other", NOON + 60 * DAY, None)
    job, queries = OldCalls(engine, KeepingDays(words=90)), Queries(engine)
    job.step(NOON + 100 * DAY)

    texts = {one: queries.segments(one)[0].text for one in ("known", "again", "unknown", "other")}
    assert [one for one, words in texts.items() if not words] == ["unknown"]
    job.step(NOON + 151 * DAY)
    assert queries.segments("known")[0].text == ""


def test_words_that_come_late_are_removed_in_their_turn(engine: Engine) -> None:
    """A note and a turn on the hundredth day; of a feedback the verdict stays."""
    a_call(engine, "c1", NOON)
    job, queries, at = OldCalls(engine, KeepingDays(words=90)), Queries(engine), NOON + 91 * DAY
    assert job.step(at) == 1
    Store(engine).add_note(NewNote("c1", "feedback", "agent-1", "calm done よく効いた", at))
    turn = Segment("s2", 2, CUSTOMER, "あとから届いた言葉", 2_000, 2_900)
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, at, (turn,))
    Contacts(engine, packaged()).take(Delivery([event], at))

    assert (job.step(at), job.step(at)) == (1, 0)
    assert {one.text for one in queries.segments("c1")} == {""}
    assert [note.text for note in queries.notes("c1")] == ["", "calm done"]


def test_what_older_versions_stored_whole_loses_its_quotes(engine: Engine) -> None:
    """Events that were not narrowed yet, assessments, and messages to other systems."""
    a_call(engine, "c1", NOON)
    queries = Queries(engine)
    whole = {one.seq: one.payload for one in queries.events_after(0, 99)}
    scored = queries.latest_assessment("c1")
    assert scored is not None
    with writing(engine) as connection:
        for seq, payload in whole.items():
            this = tables.events.c.seq == seq
            connection.execute(update(tables.events).where(this).values(payload=payload))
        older = {"payload": scored.payload, "setup_id": None, "shown": None}
        connection.execute(update(tables.assessments).values(**older))
        quoting = OutboxMessage("result", "c1", "k", {"top_reasons": ["「払いませ」"]})
        enqueue(connection, quoting, NOON)
    assert "払いませ" in everything(engine)
    OldCalls(engine, KeepingDays(words=90)).step(NOON + 91 * DAY)

    assert "払いませ" not in everything(engine)
    latest = queries.latest_assessment("c1")
    assert latest is not None
    assert latest.payload["risk_score"] == 80


def everything(engine: Engine) -> str:
    """All that is stored of calls, as text."""
    found = []
    with engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            found += [str(tuple(row)) for row in connection.execute(select(table))]
    return "\n".join(found)


@pytest.mark.parametrize("second", [False, True])
def test_a_call_without_words_is_missing_for_history(engine: Engine, second: bool) -> None:
    """It counts as a call; what was said is that of the calls whose words are kept."""
    a_call(engine, "c1", NOON)
    OldCalls(engine, KeepingDays(words=90)).step(NOON + 91 * DAY)
    if second:
        a_call(engine, "c2", NOON + 92 * DAY)
    earlier = Queries(engine).earlier_calls("1001", packaged_concerns())
    history = history_before(NOON + 99 * DAY, earlier)

    assert (history.earlier_calls, history.reached_calls) == (1 + second, 1 + second)
    if second:
        assert (history.concern_turns, history.promising_calls) == (1, 0)
    else:
        assert (history.concern, history.concern_latest, history.promising_calls) == (None,) * 3


def test_a_call_goes_whole_after_its_years(engine: Engine) -> None:
    """Nothing of it is left but the sums of its day, also in the audit; later calls stay."""
    a_call(engine, "old", NOON)
    a_call(engine, "new", NOON + 10 * DAY)
    job = OldCalls(engine, KeepingDays())
    with engine.connect() as connection:
        audited = AuditSubjects(cipher_of(connection).keys)
    ids = audited.ids_of(["old", "new"])
    at = NOON + 1096 * DAY
    while job.step(at):
        pass

    assert audited.calls_of(ids.values()) == {ids["old"]: Gone.ERASED, ids["new"]: "new"}

    with engine.connect() as connection:
        for table in (
            tables.calls,
            tables.events,
            tables.segments,
            tables.assessments,
            tables.notes,
            fact_tables.call_facts,
        ):
            ids = connection.execute(select(table.c.call_id)).scalars().all()
            assert set(ids) == {"new"}, table.name
        days = select(func.sum(fact_tables.daily_facts.c.calls))
        assert connection.execute(days).scalar_one() == 2
