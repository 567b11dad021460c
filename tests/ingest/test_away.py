"""A reader that was away for longer than its stream keeps records says that some are lost."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, update

from callrisk.integrations.amazon import shard_reader
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.integrations.amazon.stream_description import StreamDescription
from callrisk.store.connect import connect_tables
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.transaction import writing
from harness.amazon.faulty import DENIED, RESET, THROTTLED, Faulty
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls
from harness.amazon.stream_reading import put, reader_of, stored
from harness.ports import free_port
from harness.waiting import eventually


@contextmanager
def reading(url: str, stream: str, engine: Engine) -> Iterator[tuple[StreamReader, list[int]]]:
    """Read a stream; the reader, and how many calls were marked each time that it told a loss."""
    endpoint = KinesisLocal()
    endpoint.url = url
    reader, marked = reader_of(endpoint, stream, engine), list[int]()
    reader.lost = lambda: marked.append(Gaps(engine).mark(datetime.now(UTC)))
    # What reports beside it may be earlier than its first look at the stream.
    reader._positions.report(0, None)
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        yield reader, marked
    finally:
        reader.stop()
        thread.join(timeout=20)


def read_once(kinesis: KinesisLocal, stream: str, engine: Engine) -> tuple[Ledger, Ledger]:
    """Read the beginning of calls; all of them, and what of them was not written yet."""
    kinesis.create_stream(stream, 1)
    ledger = calls(3, 6, seed=51)
    half = len(ledger.records) // 2
    with reading(kinesis.url, stream, engine) as (_, marked):
        put(kinesis, stream, Ledger({}, ledger.records[:half]))
        assert eventually(lambda: all(stored(engine, ledger).values()))
    assert marked == []
    return ledger, Ledger({}, ledger.records[half:])


def reported(engine: Engine, ago: timedelta, behind: timedelta = timedelta()) -> None:
    """Let the last report of a reader be so old, and so far behind even then."""
    behind_ms = int(behind.total_seconds() * 1000)
    SourceReports(engine).report(
        SourceState("stream", datetime.now(UTC) - ago, behind_ms, None, {})
    )


@pytest.mark.parametrize(
    ("ago", "behind", "kept", "lost"),
    [
        (23, 0, 24, False),
        (25, 0, 24, True),
        (25, 0, 48, False),
        (2, 23, 24, True),
    ],
)
def test_calls_in_progress_have_a_gap_after_too_long_a_time(
    kinesis: KinesisLocal, engine: Engine, ago: int, behind: int, kept: int, lost: bool
) -> None:
    """What counts is until when was read, and how long the stream keeps; it is told once."""
    stream = f"away-{ago}-{behind}-{kept}"
    ledger, rest = read_once(kinesis, stream, engine)
    if kept > 24:
        kinesis.client().increase_stream_retention_period(
            StreamName=stream, RetentionPeriodHours=kept
        )
    reported(engine, timedelta(hours=ago), timedelta(hours=behind))
    with reading(kinesis.url, stream, engine) as (_, marked):
        put(kinesis, stream, rest)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)

    assert marked == ([3] if lost else [])
    assert set(Gaps(engine).open(datetime.now(UTC))) == (set(ledger.turns) if lost else set())


@pytest.mark.parametrize("looked", [True, False])
def test_a_quiet_stream_has_no_gap_as_long_as_somebody_looks(
    kinesis: KinesisLocal, engine: Engine, looked: bool
) -> None:
    """A position that has not moved for days counts only where no reader ever reported."""
    stream = f"quiet-{looked}"
    ledger, rest = read_once(kinesis, stream, engine)
    with writing(engine) as connection:
        long_ago = datetime.now(UTC) - timedelta(days=3)
        connection.execute(update(connect_tables.checkpoints).values(updated_at=long_ago))
        connection.execute(delete(connect_tables.sources))
    if looked:
        reported(engine, timedelta(minutes=1))
    with reading(kinesis.url, stream, engine) as (_, marked):
        put(kinesis, stream, rest)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)

    assert marked == ([] if looked else [3])


def test_who_may_not_ask_is_warned_and_reads_on(
    kinesis: KinesisLocal, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the permission nothing is marked, and everything that is there is read."""
    ledger, rest = read_once(kinesis, "denied", engine)
    reported(engine, timedelta(days=3))
    proxy = Faulty(kinesis.port, "DescribeStreamSummary", lasting=DENIED).start()
    with (
        caplog.at_level(logging.WARNING),
        reading(proxy.url, "denied", engine) as (reader, marked),
    ):
        put(kinesis, "denied", rest)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
        assert reader.problem is None
    proxy.stop()

    assert marked == []
    assert proxy.struck == 1
    assert "allow kinesis:DescribeStreamSummary" in caplog.text


def test_a_question_that_fails_is_asked_again_before_anything_is_read(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """A throttled description delays the mark, and then it is made."""
    ledger, rest = read_once(kinesis, "asked-again", engine)
    reported(engine, timedelta(days=3))
    proxy = Faulty(kinesis.port, "DescribeStreamSummary", once=[THROTTLED, THROTTLED]).start()
    with reading(proxy.url, "asked-again", engine) as (_, marked):
        put(kinesis, "asked-again", rest)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
    proxy.stop()

    assert proxy.struck == 2
    assert marked == [3]


def test_a_running_reader_that_was_cut_off_for_too_long_says_so(
    kinesis: KinesisLocal, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It need not be started again for the calls in progress to have a gap."""
    monkeypatch.setattr(shard_reader, "_KEPT_AT_LEAST", timedelta(seconds=2))
    monkeypatch.setattr(StreamDescription, "retention", lambda _: timedelta(seconds=2))
    kinesis.create_stream("cut-off", 1)
    ledger, proxy = calls(3, 6, seed=52), Faulty(kinesis.port).start()
    half = len(ledger.records) // 2
    with reading(proxy.url, "cut-off", engine) as (_, marked):
        put(kinesis, "cut-off", Ledger({}, ledger.records[:half]))
        assert eventually(lambda: all(stored(engine, ledger).values()))
        assert marked == []
        proxy.lasting = RESET
        time.sleep(3)
        proxy.lasting = None
        put(kinesis, "cut-off", Ledger({}, ledger.records[half:]))
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
    proxy.stop()

    assert set(Gaps(engine).open(datetime.now(UTC))) == set(ledger.turns)


def test_time_away_is_lag_until_the_stream_is_there_again(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """A start that never reached the stream reports how long it was away, for the next start."""
    read_once(kinesis, "unreached", engine)
    reported(engine, timedelta(hours=30))
    nowhere = f"http://127.0.0.1:{free_port()}"
    with reading(nowhere, "unreached", engine) as (reader, marked):
        assert eventually(lambda: reader.problem is not None, 10)
        assert reader.behind_ms >= timedelta(hours=30).total_seconds() * 1000

    assert marked == []
