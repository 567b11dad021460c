"""The ear: what was said at the stream is what is stored, whatever happens in between."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.store.connect.checkpoints import Checkpoint, Checkpoints, FencedError
from callrisk.store.connect.quarantine import Quarantine, Seal
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls, disturbed, record, transcript, utterance
from harness.amazon.stream_reading import put, reader_of, reading, stored
from harness.ports import free_port
from harness.waiting import eventually


def test_duplicates_shuffling_and_poison_leave_what_was_said(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """Stored turns equal sent ones, each told once; every bad record is in quarantine, readable."""
    kinesis.create_stream("mixed", 2)
    ledger = disturbed(calls(30, 12, seed=1), seed=2, poison=0.03)
    with reading(kinesis, "mixed", engine):
        put(kinesis, "mixed", ledger)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
        assert eventually(lambda: Quarantine(engine).count() == ledger.poison)
    told = [
        event.payload["segment_id"]
        for event in Queries(engine).events_after(0, 100_000)
        if event.type == "transcript_segment" and not event.payload["provisional"]
    ]
    sealed, seal = Quarantine(engine).entries(), Seal(engine)

    assert len(told) == len(set(told)) == 30 * 12
    assert all(call.completed_at for call in Queries(engine).active_calls())
    assert {seal.open(one) for one in sealed} <= {body for _, body in ledger.records}
    assert not any(b"ContactId" in one.sealed for one in sealed)


def test_a_stream_that_is_split_and_merged_under_load_keeps_its_order(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """Calls that run across a split and a merge are stored whole; finished shards stay finished."""
    kinesis.create_stream("resharded", 1)
    ledger = calls(20, 12, seed=3)
    third = len(ledger.records) // 3
    with reading(kinesis, "resharded", engine):
        put(kinesis, "resharded", Ledger(ledger.turns, ledger.records[:third]))
        kinesis.split("resharded")
        put(kinesis, "resharded", Ledger(ledger.turns, ledger.records[third : 2 * third]))
        kinesis.merge("resharded")
        put(kinesis, "resharded", Ledger(ledger.turns, ledger.records[2 * third :]))

        assert eventually(lambda: stored(engine, ledger) == ledger.turns, 60)
    finished = [one.finished for one, _ in Checkpoints(engine).of("resharded").values()]
    assert sorted(finished) == [False, True, True, True]


def test_a_reader_goes_on_where_the_one_before_stopped(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """What was written while nobody read is read by the next one, and nothing twice."""
    kinesis.create_stream("paused", 1)
    ledger = calls(6, 8, seed=4)
    half = len(ledger.records) // 2
    with reading(kinesis, "paused", engine):
        put(kinesis, "paused", Ledger(ledger.turns, ledger.records[:half]))
        assert eventually(lambda: sum(map(len, stored(engine, ledger).values())) > 10)
    put(kinesis, "paused", Ledger(ledger.turns, ledger.records[half:]))
    with reading(kinesis, "paused", engine):
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)


@contextmanager
def running(reader: StreamReader) -> Iterator[tuple[threading.Thread, list[BaseException]]]:
    """Run a reader until the block ends, however it ends; its thread and the end it came to."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            reader.run()
        except FencedError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield thread, raised
    finally:
        reader.stop()
        thread.join(timeout=20)


def test_a_second_reader_takes_over_and_the_first_stops(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """Two readers would both be right, but only one may move the checkpoint."""
    kinesis.create_stream("fenced", 1)
    with running(reader_of(kinesis, "fenced", engine)) as (thread, raised):
        assert eventually(lambda: bool(Checkpoints(engine).of("fenced")))
        ledger = calls(3, 4, seed=5)
        with reading(kinesis, "fenced", engine):
            put(kinesis, "fenced", ledger)
            assert eventually(lambda: stored(engine, ledger) == ledger.turns)
            thread.join(timeout=20)

        assert not thread.is_alive()
        assert len(raised) == 1


def test_a_reader_that_was_superseded_begins_no_shard(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """An idle reader that first sees a split stops; the one that took over reads on."""
    kinesis.create_stream("superseded", 1)
    with running(reader_of(kinesis, "superseded", engine)) as (thread, raised):
        assert eventually(lambda: bool(Checkpoints(engine).of("superseded")))
        successor = reader_of(kinesis, "superseded", engine)
        kinesis.split("superseded")
        thread.join(timeout=20)
        assert len(raised) == 1
    ledger = calls(3, 4, seed=7)
    with running(successor):
        put(kinesis, "superseded", ledger)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
    owners = {one.owner for one, _ in Checkpoints(engine).of("superseded").values()}
    assert len(owners) == 1


def test_only_the_owner_of_a_stream_begins_its_shards(engine: Engine) -> None:
    """Nothing is written for the one before; other streams are nobody's concern."""
    checkpoints = Checkpoints(engine)
    checkpoints.add(Checkpoint("s", "1", "before", None), utc_now())
    checkpoints.claim("s", "after")
    with pytest.raises(FencedError):
        checkpoints.add(Checkpoint("s", "2", "before", None), utc_now())
    checkpoints.add(Checkpoint("other", "2", "before", None), utc_now())
    checkpoints.add(Checkpoint("s", "2", "after", None), utc_now())

    assert {one.owner for one, _ in checkpoints.of("s").values()} == {"after"}


def test_a_stream_that_does_not_answer_is_said_within_five_seconds(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """While the endpoint is frozen the lag grows and is named; afterwards nothing is missing."""
    kinesis.create_stream("frozen", 1)
    ledger = calls(4, 6, seed=6)
    half = len(ledger.records) // 2
    with reading(kinesis, "frozen", engine) as reader:
        put(kinesis, "frozen", Ledger(ledger.turns, ledger.records[:half]))
        assert eventually(lambda: sum(map(len, stored(engine, ledger).values())) > 5)
        kinesis.pause()
        assert eventually(lambda: reader.behind_ms > 3_000, 5)
        kinesis.pause(resume=True)
        put(kinesis, "frozen", Ledger(ledger.turns, ledger.records[half:]))

        assert eventually(lambda: stored(engine, ledger) == ledger.turns, 60)
        assert eventually(lambda: reader.problem is None, 30)


def test_nobody_at_the_stream_is_a_problem_with_a_name(engine: Engine) -> None:
    """A reader that cannot reach its stream says so and goes on trying."""
    nowhere = KinesisLocal()
    nowhere.url = f"http://127.0.0.1:{free_port()}"
    with reading(nowhere, "none", engine) as reader:
        assert eventually(lambda: reader.problem is not None, 10)
        assert "EndpointConnectionError" in str(reader.problem)


def test_numbers_are_masked_before_they_are_stored(engine: Engine, tmp_path: Path) -> None:
    """No turn, draft, event or file holds a number, even one told over several turns."""
    contacts, lens = Contacts(engine, packaged()), ContactLens()
    said = (
        ("CUSTOMER", "カード番号は、4929の"), ("AGENT", "はい"), ("CUSTOMER", "えっと、7713の"),
        ("CUSTOMER", "8856の0042です"), ("CUSTOMER", "taro.yamada@example.com です"),
    )  # fmt: skip
    for n, (role, text) in enumerate(said):
        for place in (
            utterance(f"t{n}", role, text[:9], n * 4_000),
            utterance(f"t{n}", role, text[9:] or "。", n * 4_000 + 1_000),
            transcript(f"t{n}", role, text, n * 4_000, "NEUTRAL"),
        ):
            body = json.loads(record("c", "SEGMENTS", [place]))
            event = lens.event_of(body, Arrival(n, datetime.now(UTC)))
            contacts.take(Delivery([event] if event else [], datetime.now(UTC)))
    texts = [turn.text for turn in Queries(engine).segments("c")]
    engine.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert [len(text) for text in texts] == [len(text) for _, text in said]
    assert not any(number in "".join(texts) for number in ("4929", "7713", "8856", "yamada"))
    assert texts[1] == "はい"
    for number in ("7713", "8856", "0042", "yamada"):
        assert number.encode() not in kept
