"""One customer erased: gone everywhere, also from what is restored later; others as before."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, update

from callrisk.domain.call import CallTotals
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactEvent
from callrisk.domain.event_types import Source
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.calls import Ending, NewAssessment, NewCall, OtherCustomerError, Store
from callrisk.store.ciphers.clear_rows import ClearRows
from callrisk.store.ciphers.word_cipher import WordsClosedError, cipher_of
from callrisk.store.database import DatabaseError, close_database, open_database
from callrisk.store.facts import fact_tables
from callrisk.store.facts.facts_job import FactsJob
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.keeping.customer_data import CustomerData, CustomerInCallError
from callrisk.store.people.audit_subjects import AuditSubjects, Gone
from callrisk.store.queries import Queries
from callrisk.store.schema import metadata
from callrisk.store.sending.outbox import OutboxMessage, enqueue
from callrisk.store.transaction import writing
from callrisk.store.working.note_writing import NewNote
from callrisk.wire.call import CallSummary
from harness.fact_rows import fact_row, store_facts
from harness.kept_assessments import SETUP, kept
from harness.key_rings import KEYS

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOTALS = CallTotals(customer_turns=6, customer_chars=60, said_concern=500)


def a_call(engine: Engine, call_id: str, customer_id: str, *, ended: bool = True) -> None:
    """A call of a customer with everything that a call may have."""
    store, words = Store(engine), f"{customer_id}の子猫が払います"
    store.start_call(NewCall(call_id, customer_id, "a", Source.REST, False, NOON, "0312345678"))
    turn = Segment("s1", 1, ParticipantRole.CUSTOMER, words, 0, 900)
    event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, NOON, (turn,))
    Contacts(engine, packaged()).take(Delivery([event], NOON))
    store.add_note(NewNote(call_id, "note", "a", words, NOON))
    facts = {"due_on": "2026-11-30", "amount_yen": _amount(customer_id)}
    store.add_note(NewNote(call_id, "promise", "a", "", NOON, facts=facts))
    with writing(engine) as connection:
        message = OutboxMessage("call_result", call_id, f"k-{call_id}", {"reason": words})
        enqueue(connection, message, NOON)
    with engine.begin() as connection:
        connection.execute(insert(tables.earlier_calls).values(
            customer_id=customer_id, call_id=f"old-{call_id}", began_at=NOON - HOUR, totals={}
        ))  # fmt: skip
    call = Queries(engine).call(call_id)
    assert call is not None
    summary = CallSummary.of(call, NOON, TOTALS, [(80, "high")], [])
    endings = [Ending(call_id, NOON, "completed", summary, TOTALS)] if ended else []
    store.record_assessments([NewAssessment(call_id, kept(NOON), SETUP)], endings)
    FactsJob(engine).step()


def _amount(customer_id: str) -> int:
    """What a customer promised, in no other number of the database."""
    return 34_300_000 + int(customer_id[-4:])


def everything(engine: Engine) -> str:
    """All rows of the database."""
    with engine.connect() as connection:
        return repr([connection.execute(select(one)).all() for one in metadata.sorted_tables])


def of_call(engine: Engine, call_id: str) -> tuple[object, ...]:
    """What is read of a call."""
    queries = Queries(engine)
    return (
        queries.call(call_id), queries.turns(call_id), queries.notes(call_id),
        queries.latest_assessment(call_id),
    )  # fmt: skip


def test_all_of_one_customer_is_gone_and_nothing_of_others(engine: Engine) -> None:
    """Rows, events, facts, messages, earlier calls; what others said and scored stays the same."""
    a_call(engine, "c1", "K-1001")
    a_call(engine, "c2", "K-1002")
    before = of_call(engine, "c2")
    done = CustomerData(engine).erase("K-1001", NOON + HOUR)

    assert (done.calls, done.earlier_calls) == (1, 1)
    assert Queries(engine).call("c1") is None
    assert of_call(engine, "c2") == before
    assert "K-1001" not in everything(engine)
    assert str(_amount("K-1001")) not in everything(engine)
    assert str(_amount("K-1002")) in everything(engine)
    assert "'c1'" not in everything(engine)
    assert "'old-c1'" not in everything(engine)
    assert "K-1002" in everything(engine)


def test_the_sums_of_the_day_are_those_of_the_calls_that_are_left(engine: Engine) -> None:
    """Of a call whose facts alone were left, too."""
    calls = fact_tables.daily_facts.c.calls
    for call_id, customer_id in (("c1", "K-1001"), ("c2", "K-1002")):
        a_call(engine, call_id, customer_id)
    while FactsJob(engine).step():
        pass
    gone = fact_row("c3", NOON.date(), "a", customer_id="K-1001", started_at=NOON)
    with writing(engine) as connection:
        store_facts(connection, [gone])
        assert connection.execute(select(func.sum(calls))).scalar_one() == 3
    CustomerData(engine).erase("K-1001", NOON + HOUR)

    with engine.connect() as connection:
        assert connection.execute(select(calls)).scalars().all() == [1]


def test_a_customer_in_a_call_is_not_erased(engine: Engine) -> None:
    """Nothing is done until it is over."""
    a_call(engine, "c1", "K-1001", ended=False)
    before = of_call(engine, "c1")

    with pytest.raises(CustomerInCallError, match="c1"):
        CustomerData(engine).erase("K-1001", NOON + HOUR)
    assert of_call(engine, "c1") == before
    assert CustomerData(engine).erasures.all() == []


def test_nothing_of_an_erased_call_comes_back(engine: Engine) -> None:
    """Neither by a turn that comes late, nor by a contact event, nor by a start."""
    a_call(engine, "c1", "K-1001")
    CustomerData(engine).erase("K-1001", NOON + HOUR)
    turn = Segment("s9", 9, ParticipantRole.CUSTOMER, "遅れた言葉", 0, 900)
    events = [
        AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, (turn,)),
        AnalysisEvent("c9", AnalysisKind.SEGMENTS, NOON, (turn,)),
        ContactEvent("c1", "DISCONNECTED", NOON, disconnected_at=NOON),
    ]
    taken = Contacts(engine, packaged()).take(Delivery(events, NOON + HOUR))

    assert taken.began == ("c9",)
    assert Queries(engine).call("c1") is None
    with pytest.raises(OtherCustomerError, match="erased"):
        Store(engine).start_call(NewCall("c1", "K-1001", "a", Source.REST, False, NOON))


def test_what_came_after_the_erasure_stays(engine: Engine) -> None:
    """A customer who calls again is a new one."""
    a_call(engine, "c1", "K-1001")
    data = CustomerData(engine)
    data.erase("K-1001", NOON + HOUR)
    later = NOON + 2 * HOUR
    Store(engine).start_call(NewCall("c3", "K-1001", "a", Source.REST, False, later))
    again = data.erase_again()

    assert (again.calls, again.earlier_calls) == (0, 0)
    assert data.call_ids("K-1001") == ["c3"]


def test_a_customer_is_taken_out_of_calls_of_others(engine: Engine) -> None:
    """A call that an agent gave to another tells nobody whose it was first."""
    a_call(engine, "c1", "K-1001", ended=False)
    Store(engine).assign_customer("c1", "K-1002", NOON, by="a")
    done = CustomerData(engine).erase("K-1001", NOON + HOUR)

    assert (done.calls, done.events) == (0, 1)
    assert Queries(engine).events_after(0, 10)[0].payload["customer_id"] is None


def test_a_restored_copy_is_erased_again(tmp_path: Path) -> None:
    """A copy of before cannot be read, and loses its rows at the next start."""
    url, copy = f"sqlite:///{tmp_path / 'calls.db'}", tmp_path / "copy.db"
    engine = open_database(url, KEYS)
    a_call(engine, "c1", "K-1001")
    a_call(engine, "c2", "K-1002")
    source, target = sqlite3.connect(tmp_path / "calls.db"), sqlite3.connect(copy)
    source.backup(target)
    target.close()
    source.close()
    before = of_call(engine, "c2")
    CustomerData(engine).erase("K-1001", NOON + HOUR)
    close_database(engine)
    for path in tmp_path.glob("calls.db*"):
        path.unlink()
    copy.rename(tmp_path / "calls.db")
    restored = open_database(url, KEYS)

    assert [one.turn.text for one in Queries(restored).turns("c1")] == [""]
    done = CustomerData(restored).erase_again()
    assert (done.calls, done.earlier_calls) == (1, 1)
    assert "K-1001" not in everything(restored)
    assert of_call(restored, "c2") == before
    close_database(restored)


def test_a_copy_without_its_key_store_gives_no_words(tmp_path: Path) -> None:
    """A stolen database is worth nothing, and says why."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    a_call(engine, "c1", "K-1001")
    close_database(engine)
    assert "子猫".encode() not in (tmp_path / "calls.db").read_bytes()
    (tmp_path / "calls.db").rename(tmp_path / "stolen.db")
    stolen = f"sqlite:///{tmp_path / 'stolen.db'}"

    with pytest.raises(DatabaseError, match="keys restore"):
        open_database(stolen, KEYS)
    closed = open_database(stolen)
    with pytest.raises(WordsClosedError):
        Queries(closed).turns("c1")
    close_database(closed)


def test_a_process_that_has_the_key_at_hand_takes_nothing_in(engine: Engine) -> None:
    """Erasing is a program of its own; the server knows nothing of it."""
    a_call(engine, "c1", "K-1001")
    url = engine.url.render_as_string(hide_password=False)
    other = open_database(url, KEYS)
    CustomerData(other).erase("K-1001", NOON + HOUR)
    close_database(other)
    turn = Segment("s9", 9, ParticipantRole.CUSTOMER, "遅れた言葉", 0, 900)
    told = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, (turn,))

    assert Contacts(engine, packaged()).take(Delivery([told], NOON + HOUR)).began == ()
    with writing(engine) as connection:
        enqueue(connection, OutboxMessage("call_result", "c1", "k-9", {"reason": "x"}), NOON)
    assert ClearRows(engine).step() == 0
    with pytest.raises(OtherCustomerError):
        Store(engine).start_call(NewCall("c1", "K-1001", "a", Source.REST, False, NOON))


def test_parts_of_the_conversation_go_too(engine: Engine) -> None:
    """A transfer of which nobody said whose it was."""
    a_call(engine, "c1", "K-1001")
    Store(engine).start_call(NewCall("c2", None, "b", Source.REST, False, NOON))
    with engine.begin() as connection:
        ended = {"conversation_id": "c1", "ended_at": NOON}
        these = update(tables.calls).where(tables.calls.c.call_id == "c2")
        connection.execute(these.values(ended))
    done = CustomerData(engine).erase("K-1001", NOON + HOUR)

    assert done.calls == 2
    assert Queries(engine).call("c2") is None


def test_a_call_in_progress_is_not_erased_again(engine: Engine) -> None:
    """Whoever turns out to be in it."""
    data = CustomerData(engine)
    Store(engine).start_call(NewCall("c1", None, "a", Source.REST, False, NOON))
    data.erase("K-1001", NOON + HOUR)
    Store(engine).assign_customer("c1", "K-1001", NOON, by="a")

    assert data.erase_again().calls == 0
    assert Queries(engine).call("c1") is not None


def test_the_audit_loses_calls_of_an_erasure_that_was_cut_off(engine: Engine) -> None:
    """At the next start; also a call of which facts alone were left."""
    a_call(engine, "c1", "K-1001")
    a_call(engine, "c2", "K-1001")
    with engine.begin() as connection:
        facts = fact_tables.call_facts
        these = update(facts).where(facts.c.call_id == "c2")
        connection.execute(these.values(call_id="c2-facts"))
    with engine.connect() as connection:
        subjects = AuditSubjects(cipher_of(connection).keys)
    before = subjects.ids_of(["c1", "c2-facts", "c3"])
    CustomerData(engine).erase("K-1001", NOON + HOUR)
    late = subjects.ids_of(["c1", "c2-facts"])
    subjects.keys.erase(["c3"], NOON)
    CustomerData(engine).erase_again()

    told = subjects.calls_of([*before.values(), *late.values()])
    assert set(told.values()) == {Gone.ERASED}
