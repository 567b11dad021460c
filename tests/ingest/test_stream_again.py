"""A stream that was deleted and created again under its name is another one: it is read whole."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from callrisk.domain.time import utc_now
from callrisk.ingest.stream import StreamIngest
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.integrations.amazon.shards import Position, Shard, foreign_shards, idle_shards
from callrisk.store.connect import connect_tables
from callrisk.store.connect.checkpoints import Checkpoint, Checkpoints, FencedError
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.transaction import writing
from harness.amazon.faulty import DENIED, Faulty
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls
from harness.amazon.stream_reading import put, reader_of, stored, taker
from harness.waiting import eventually


@contextmanager
def reading(url: str, stream: str, engine: Engine) -> Iterator[StreamReader]:
    """Read a stream; calls in progress are marked when some of it is lost."""
    endpoint = KinesisLocal()
    endpoint.url = url
    reader = reader_of(endpoint, stream, engine)
    reader.lost = lambda: Gaps(engine).mark(utc_now())
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        yield reader
    finally:
        reader.stop()
        thread.join(timeout=20)


def created_again(kinesis: KinesisLocal, stream: str) -> None:
    """Delete a stream and create it under the same name, with one shard."""
    client = kinesis.client()
    client.delete_stream(StreamName=stream)
    assert eventually(lambda: stream not in client.list_streams()["StreamNames"])
    kinesis.create_stream(stream, 1)


def begun(kinesis: KinesisLocal, stream: str, engine: Engine) -> tuple[Ledger, Ledger]:
    """Put half of some calls into a stream whose shard is split; the calls, and the other half."""
    ledger = calls(3, 6, seed=61)
    half = len(ledger.records) // 2
    kinesis.create_stream(stream, 1)
    put(kinesis, stream, Ledger({}, ledger.records[:half]))
    kinesis.split(stream)
    return ledger, Ledger({}, ledger.records[half:])


def is_read_to_its_split(engine: Engine, stream: str) -> bool:
    """True once the first shard is finished and its children are being read."""
    finished = [one.finished for one, _ in Checkpoints(engine).of(stream).values()]
    return sorted(finished) == [False, False, True]


@pytest.mark.parametrize("may_describe", [True, False])
def test_a_stream_created_again_while_nobody_read_is_read_whole(
    kinesis: KinesisLocal, engine: Engine, may_describe: bool
) -> None:
    """Its first shard bears the name of one that is finished; calls in progress have a gap."""
    stream = f"again-{may_describe}"
    ledger, rest = begun(kinesis, stream, engine)
    proxy = Faulty(kinesis.port, "DescribeStreamSummary").start()
    proxy.lasting = None if may_describe else DENIED
    with reading(proxy.url, stream, engine):
        assert eventually(lambda: is_read_to_its_split(engine, stream))
    created_again(kinesis, stream)
    put(kinesis, stream, rest)
    with reading(proxy.url, stream, engine) as reader:
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
        assert eventually(lambda: reader.problem is None)
    proxy.stop()

    assert set(Gaps(engine).open(utc_now())) == set(ledger.turns)
    assert [one.finished for one, _ in Checkpoints(engine).of(stream).values()] == [False]


def test_a_stream_created_again_under_a_running_reader_is_read_whole(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """The reader notices by itself, and begins anew."""
    ledger, rest = begun(kinesis, "again-running", engine)
    with reading(kinesis.url, "again-running", engine):
        assert eventually(lambda: is_read_to_its_split(engine, "again-running"))
        created_again(kinesis, "again-running")
        put(kinesis, "again-running", rest)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)

    assert set(Gaps(engine).open(utc_now())) == set(ledger.turns)


def test_a_stream_created_again_within_a_second_is_another(
    kinesis: KinesisLocal, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the moment of creation says nothing, its shards do; also what was listed in between."""
    monkeypatch.setattr("callrisk.ingest.stream._SAME_CREATION", timedelta(hours=1))
    ledger, rest = begun(kinesis, "again-at-once", engine)
    with reading(kinesis.url, "again-at-once", engine) as reader:
        assert eventually(lambda: is_read_to_its_split(engine, "again-at-once"))
        looks: list[None] = []
        with monkeypatch.context() as between:
            # What a stream that is being created lists.
            between.setattr(reader, "_shards", lambda: looks.append(None) or [])
            created_again(kinesis, "again-at-once")
            looks.clear()
            assert eventually(lambda: len(looks) > 2)
        put(kinesis, "again-at-once", rest)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
        assert eventually(lambda: reader.problem is None)

    assert set(Gaps(engine).open(utc_now())) == set(ledger.turns)


def test_a_loss_is_told_although_the_database_was_away(
    kinesis: KinesisLocal, engine: Engine
) -> None:
    """Positions of the new stream are kept only once the loss of the old one is told."""
    ledger, rest = begun(kinesis, "again-away", engine)
    with reading(kinesis.url, "again-away", engine) as reader:
        assert eventually(lambda: is_read_to_its_split(engine, "again-away"))
        away = iter([True])

        def lost() -> None:
            if next(away, False):
                raise ConnectionError
            Gaps(engine).mark(utc_now())

        reader.lost = lost
        created_again(kinesis, "again-away")
        put(kinesis, "again-away", rest)
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)

    assert set(Gaps(engine).open(utc_now())) == set(ledger.turns)


def test_a_clock_that_was_set_back_loses_nothing(kinesis: KinesisLocal, engine: Engine) -> None:
    """Positions that say they were moved before the stream was created are still its own."""
    ledger, rest = begun(kinesis, "clock-back", engine)
    with reading(kinesis.url, "clock-back", engine):
        assert eventually(lambda: is_read_to_its_split(engine, "clock-back"))
    with writing(engine) as connection:
        yesterday = utc_now() - timedelta(hours=20)
        connection.execute(update(connect_tables.checkpoints).values(updated_at=yesterday))
    put(kinesis, "clock-back", rest)
    with reading(kinesis.url, "clock-back", engine):
        assert eventually(lambda: stored(engine, ledger) == ledger.turns)

    assert Gaps(engine).open(utc_now()) == []


NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ingest_of(engine: Engine) -> StreamIngest:
    """The positions of a stream, owned."""
    ingest = StreamIngest("s", taker(engine), Checkpoints(engine), SourceReports(engine))
    ingest.claim()
    return ingest


def test_positions_that_do_not_say_are_judged_by_their_age(engine: Engine) -> None:
    """Those of an earlier version are of a stream that was created before they moved."""
    assert ingest_of(engine).are_of(NOON)
    Checkpoints(engine).add(Checkpoint("s", "shard-0", "me", "7"), NOON)
    young, old = ingest_of(engine).are_of(NOON + HOUR), ingest_of(engine).are_of(NOON - HOUR)

    assert (young, old) == (False, True)
    # From now on they say.
    assert not ingest_of(engine).are_of(NOON - 2 * HOUR)
    assert ingest_of(engine).are_of(NOON - HOUR + timedelta(milliseconds=1))


def test_only_the_owner_puts_fresh_positions(engine: Engine) -> None:
    """A reader that was superseded leaves the positions of the other alone."""
    first, second = ingest_of(engine), ingest_of(engine)
    second.begin("shard-0", NOON)
    with pytest.raises(FencedError):
        first.renew(["shard-0"], NOON, NOON)
    second.renew(["shard-0", "shard-1"], NOON, NOON)

    assert set(second.known()) == {"shard-0", "shard-1"}


def test_an_open_shard_that_nobody_reads_is_named() -> None:
    """What it came from may still be read; a closed shard needs nobody."""
    closed, orphan = Shard("0", (), is_open=False), Shard("3", ("gone",))
    shards = [closed, Shard("1", ("0",)), Shard("2", ("0",)), orphan]

    assert idle_shards(shards, ["0", "3"]) == []
    assert idle_shards(shards, ["1"]) == ["2", "3"]


def test_shards_tell_another_stream() -> None:
    """One open again, one gone unread, or none that was begun; what is trimmed once read is not."""
    read, unread = Position("1", NOON, finished=True), Position("1", NOON)
    closed, child = Shard("0", (), is_open=False), Shard("1", ("0",))

    assert foreign_shards([closed, child], {}) == set()
    assert foreign_shards([closed, child], {"0": read, "1": unread}) == set()
    assert foreign_shards([child], {"0": read, "1": unread}) == set()
    assert foreign_shards([Shard("0", ())], {"0": read}) == {"0"}
    assert foreign_shards([Shard("0", ())], {"0": unread, "1": unread}) == {"1"}
    assert foreign_shards([Shard("0", ())], {"4": read, "5": read}) == {"4", "5"}
    assert foreign_shards([], {"4": unread}) == set()
