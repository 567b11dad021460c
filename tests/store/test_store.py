"""What is stored stays stored, in SQLite and in PostgreSQL alike."""

import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, delete, insert, text

from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import RowState
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.event_types import Source
from callrisk.domain.features.history import EarlierCall
from callrisk.domain.language import Intent, packaged
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.calls import Ending, NewAssessment, NewCall, Store
from callrisk.store.connect.gaps import Gaps
from callrisk.store.database import DatabaseError, open_database
from callrisk.store.earlier_calls import (
    PastCall,
    earlier_calls_csv,
    import_earlier_calls,
    read_earlier_calls,
    replace_earlier_calls,
)
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.retention import Retention
from callrisk.store.tables import earlier_calls, events, metadata
from callrisk.store.transaction import writing
from callrisk.wire.call import CallSummary
from harness.kept_assessments import SETUP, TOLD, kept
from harness.key_rings import KEYS
from harness.old_database import ROW, moved

NOON = datetime(2026, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC)
DAY = timedelta(days=1)


def new_call(call_id: str = "c1", customer_id: str | None = "1001", minute: int = 0) -> NewCall:
    """A call that begins."""
    began = NOON + timedelta(minutes=minute)
    return NewCall(call_id, customer_id, "agent-1", Source.REST, False, began)


def ending(
    engine: Engine, call_id: str, at: datetime, reason: str, totals: CallTotals, score: int = 50
) -> Ending:
    """The end of a stored call that was assessed once."""
    call = Queries(engine).call(call_id)
    assert call is not None
    return Ending(
        call_id, at, reason, CallSummary.of(call, at, totals, [(score, "medium")], []), totals
    )


def turn(segment_id: str, sequence: int, words: str = "はい") -> Segment:
    """A customer's turn."""
    return Segment(segment_id, sequence, ParticipantRole.CUSTOMER, words, 0, 1_000)


def hear(engine: Engine, *turns: Segment) -> int:
    """Deliver turns of one event; how many were new or newer."""
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, turns)
    return Contacts(engine, packaged()).take(Delivery([event], NOON)).turns


def looked_back_on(engine: Engine) -> list[EarlierCall]:
    """The earlier calls of the customer."""
    return Queries(engine).earlier_calls("1001", packaged_concerns())


def test_what_was_stored_reads_back(engine: Engine) -> None:
    """Moments with their zone, Japanese text, sequence numbers longer than any integer column."""
    store, queries = Store(engine), Queries(engine)
    store.start_call(new_call())
    heard = Segment("s1", 10**55 + 7, ParticipantRole.AGENT, "髙島屋の前、𠮷野家の角で🙇", 5, 9)
    hear(engine, heard)
    call = queries.call("c1")

    assert call is not None
    assert (call.started_at, call.customer_id, call.ended_at) == (NOON, "1001", None)
    assert [heard] == queries.segments("c1")


def test_the_later_sequence_wins_in_the_store_too(engine: Engine) -> None:
    """A newer turn replaces, an older one and a repeated one do nothing and are not told."""
    store, queries = Store(engine), Queries(engine)
    store.start_call(new_call())
    assert hear(engine, turn("a", 9, "九")) == 1
    assert hear(engine, turn("a", 10, "十")) == 1
    assert hear(engine, turn("a", 9, "九"), turn("a", 10, "十")) == 0

    assert [one.text for one in queries.segments("c1")] == ["十"]
    told = [event for event in queries.events_after(0, 99) if event.type == "transcript_segment"]
    assert [(event.payload["text"], event.row) for event in told] == [
        ("十", RowState.CORRECTED), ("十", RowState.AS_TOLD),
    ]  # fmt: skip


def test_ending_twice_is_ending_once(engine: Engine) -> None:
    """What is known later of the end and its reason replaces them; the end is told once."""
    store, queries = Store(engine), Queries(engine)
    store.start_call(new_call())
    said = CallTotals(customer_turns=7, customer_chars=50)
    store.record_assessments([], [ending(engine, "c1", NOON + DAY, "idle", said, 51)])
    store.record_assessments([], [ending(engine, "c1", NOON, "completed", said, 52)])

    call = queries.call("c1")
    assert call is not None
    assert (call.ended_at, call.over_reason) == (NOON, "completed")
    assert call.summary is not None
    assert call.summary["risk_scores"] == [52]
    assert sum(event.type == "call_ended" for event in queries.events_after(0, 99)) == 1
    assert [one.totals.customer_turns for one in looked_back_on(engine)] == [7]


def test_an_alert_is_told_once_a_call(engine: Engine) -> None:
    """Even when two answers of one batch cross into high."""
    store, queries = Store(engine), Queries(engine)
    store.start_call(new_call())
    high = NewAssessment("c1", kept(), SETUP, is_alert=True)
    (first, alert), (second, none) = store.record_assessments([high, high])

    kinds = [event.type for event in queries.events_after(0, 99)]
    assert (kinds.count("alert"), kinds.count("risk_score_update")) == (1, 2)
    latest = queries.latest_assessment("c1")
    assert latest is not None
    assert (latest.told, latest.seq) == (TOLD, second)
    assert (alert, none) == (second + 1, None)
    assert first < second


def test_an_assessment_of_an_older_version_has_no_account(engine: Engine) -> None:
    """Its lines were a list, one a feature; what was published is read as it was."""
    moved(engine, "0004")
    with engine.begin() as connection:
        connection.execute(text(ROW), {"call_id": "c-1", "record_id": None, "no": False})
        connection.execute(text(
            "insert into assessments (seq, call_id, at, elapsed_s, state, risk_score,"
            " risk_category, model_version, lines, payload) values (1, 'c-1',"
            " '2026-01-01 00:00:00', 9, 'live', 50, 'medium', 'v1', '[47, 5, -2, 0]',"
            """ '{"risk_score": 50}')"""
        ))  # fmt: skip
    opened = open_database(engine.url.render_as_string(hide_password=False), KEYS)
    latest = Queries(opened).latest_assessment("c-1")
    opened.dispose()

    assert latest is not None
    assert (latest.told, latest.payload) == (None, {"risk_score": 50})


def test_what_was_said_in_a_live_call_is_summed_from_its_turns(engine: Engine) -> None:
    """Not read from the totals of its end, which hold no word of it here."""
    store = Store(engine)
    store.start_call(new_call())
    hear(engine, turn("s1", 1, "そんな請求は払いません"), turn("s2", 2, "はい"))
    ended = CallTotals(customer_turns=2, said_concern=1)
    store.record_assessments([], [ending(engine, "c1", NOON, "completed", ended)])

    (earlier,) = looked_back_on(engine)
    refusal = packaged_concerns()[Intent.REFUSAL]
    (statement,) = packaged().understand("そんな請求は払いません")
    assert earlier.totals.said_concern == round(100 * refusal.weight * statement.strength)
    assert (earlier.totals.said_statements, earlier.totals.customer_turns) == (1, 2)


def test_calls_come_page_by_page(engine: Engine) -> None:
    """The newest first, each once, with calls that began at the same moment."""
    store, queries = Store(engine), Queries(engine)
    for n in range(7):
        store.start_call(new_call(f"c{n}", minute=n // 2))
    seen: list[str] = []
    before = None
    while page := queries.calls(None, 3, before):
        seen += [call.call_id for call in page]
        before = (page[-1].started_at, page[-1].call_id)

    assert seen == ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]


def test_earlier_calls_are_replaced_as_a_whole(engine: Engine) -> None:
    """Those of the export before are gone, and the contract date is that of the new one."""
    queries = Queries(engine)
    old = PastCall("1001", "old", NOON, None, CallTotals())
    new = PastCall("1001", "new", NOON, date(2026, 2, 1), CallTotals(customer_turns=3))
    replace_earlier_calls(engine, "hash-1", [old])
    replace_earlier_calls(engine, "hash-2", [new])

    assert [one.call_id for one in looked_back_on(engine)] == ["new"]
    assert date(2026, 2, 1) == queries.contract_date("1001")


def test_earlier_calls_are_imported_once(engine: Engine, tmp_path: Path) -> None:
    """What was written is read back; the same file is not read again, another one is."""
    path = tmp_path / "earlier_calls.csv"
    totals = CallTotals(customer_turns=3, customer_chars=40, agent_turns=2)
    calls = [
        PastCall("1001", "a", NOON, date(2026, 2, 1), totals),
        PastCall("1001", "b", NOON, None, CallTotals()),
    ]
    path.write_text(earlier_calls_csv(calls), encoding="utf-8")

    assert list(read_earlier_calls(path)) == calls
    import_earlier_calls(engine, path)
    assert {one.call_id: one.totals for one in looked_back_on(engine)}["a"] == totals
    with writing(engine) as connection:
        connection.execute(delete(earlier_calls))
    import_earlier_calls(engine, path)
    assert looked_back_on(engine) == []
    path.write_text(earlier_calls_csv(calls[:1]), encoding="utf-8")
    import_earlier_calls(engine, path)
    assert [one.call_id for one in looked_back_on(engine)] == ["a"]


def test_numbers_of_events_become_visible_in_order(engine: Engine) -> None:
    """A reader that follows the log while eight writers write misses nothing."""
    store, queries = Store(engine), Queries(engine)
    store.start_call(new_call())
    seen: list[int] = [1]
    done = threading.Event()

    def follow() -> None:
        while not done.is_set() or queries.last_seq() > seen[-1]:
            seen.extend(event.seq for event in queries.events_after(seen[-1], 50))

    def write(writer: int) -> None:
        for n in range(15):
            hear(engine, turn(f"w{writer}-{n}", 1))

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join(timeout=30)

    assert 121 == len(seen) == len(set(seen))
    assert seen == sorted(seen)


def test_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    """A change to the tables without a migration would show here."""
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert [one for one in differences if "alembic_version" not in str(one)] == []


_WRITER = """
import os
import sys
from datetime import UTC, datetime
from callrisk.domain.call import ParticipantRole, Segment
from callrisk.domain.features.history import EarlierCall
from callrisk.domain.language import Intent, packaged
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.store.ciphers.key_ring import ring_from
from callrisk.store.database import Keys, open_database
from callrisk.domain.event_types import Source
from callrisk.domain.call_record import RowState
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.store.intake import Contacts, Delivery
contacts = Contacts(
    open_database(sys.argv[1], Keys(ring_from(os.environ["KEY_RING"]))), packaged()
)
for n in range(100_000):
    now, turn = datetime.now(UTC), Segment(f"s{n}", 1, ParticipantRole.AGENT, "x")
    contacts.take(Delivery([AnalysisEvent("c1", AnalysisKind.SEGMENTS, now, (turn,))], now))
    print(n, flush=True)
"""


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """A writer killed at once has stored every turn that it said it stored."""
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    engine = open_database(url, KEYS)
    Store(engine).start_call(new_call())
    with subprocess.Popen([sys.executable, "-c", _WRITER, url], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        acknowledged = [int(writer.stdout.readline()) for _ in range(40)][-1]
        writer.kill()
        rest = writer.stdout.read().decode().split()
    acknowledged = int(rest[-1]) if rest else acknowledged

    stored = {one.segment_id for one in Queries(engine).segments("c1")}
    assert {f"s{n}" for n in range(acknowledged + 1)} <= stored
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_a_database_that_cannot_be_opened_is_named_without_its_password() -> None:
    """One clear error."""
    with pytest.raises(DatabaseError, match="cannot be opened") as refused:
        open_database("postgresql://callrisk:secret@127.0.0.1:9/none", KEYS)

    assert "secret" not in str(refused.value)


def test_provisional_pieces_leave_the_log_however_many_there_are(engine: Engine) -> None:
    """All of them go in one round, across gaps in the numbers; turns and fresh pieces stay."""
    Store(engine).start_call(new_call())
    old, fresh = NOON, NOON + timedelta(minutes=20)

    def rows(first: int, count: int, provisional: bool, at: datetime) -> list[dict[str, object]]:
        payload = {"provisional": provisional}
        return [
            {"seq": n, "call_id": "c1", "type": "transcript_segment", "at": at, "payload": payload}
            for n in range(first, first + count)
        ]

    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for part in (
            rows(10, 12_000, True, old), rows(50_000, 3, False, old),
            rows(90_000, 7_000, True, old), rows(99_000, 5, True, fresh),
        ):  # fmt: skip
            connection.execute(insert(events), part)
    removed = Retention(engine).delete_provisional(fresh)
    left = [event.seq for event in Queries(engine).events_after(1, 99)]

    assert removed == 19_000
    assert left == [50_000, 50_001, 50_002, *range(99_000, 99_005)]


def test_a_gap_is_told_when_it_is_marked_and_when_it_is_filled(engine: Engine) -> None:
    """Calls of the telephony that go on are marked, each told once; no other call is."""
    store, gaps, queries = Store(engine), Gaps(engine), Queries(engine)
    store.start_call(new_call("by-rest"))
    for call_id in ("c1", "c2", "over"):
        begun = AnalysisEvent(call_id, AnalysisKind.STARTED, NOON)
        Contacts(engine, packaged()).take(Delivery([begun], NOON))
    store.record_assessments([], [ending(engine, "over", NOON, "idle", CallTotals())])
    before = queries.last_seq()
    marked = [gaps.mark(NOON), gaps.mark(NOON)]
    for _ in range(2):
        gaps.filled("c1", NOON)
    told = [(one.type, one.payload) for one in queries.events_after(before, 99)]

    assert marked == [2, 0]
    assert sorted(told[:2], key=str) == [
        ("gap_changed", {"call_id": one, "has_gap": True}) for one in ("c1", "c2")
    ]
    assert told[2:] == [("gap_changed", {"call_id": "c1", "has_gap": False})]
    assert gaps.open(NOON) == ["c2"]
