"""Reads that fail: whatever the endpoint answers, records come in their order, each once."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.integrations.amazon.shards import Batch
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness.amazon.faulty import CUT, EXPIRED, FAULTS, RESET, THROTTLED, Faulty
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls
from harness.amazon.stream_reading import put, reader_of, stored
from harness.key_rings import KEYS
from harness.waiting import eventually


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh database."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    yield engine
    engine.dispose()


@pytest.fixture
def faulty(kinesis: KinesisLocal) -> Iterator[Faulty]:
    """The endpoint behind a proxy that does as it is told."""
    proxy = Faulty(kinesis.port).start()
    yield proxy
    proxy.stop()


@contextmanager
def reading(
    faulty: Faulty, stream: str, engine: Engine
) -> Iterator[tuple[StreamReader, list[bytes]]]:
    """Read a stream through the proxy; the reader, and every record in the order it was stored."""
    through = KinesisLocal()
    through.url = faulty.url
    reader = reader_of(through, stream, engine)
    taken, take = list[bytes](), reader._reading.take

    def note(batch: Batch) -> None:
        take(batch)
        taken.extend(record.body for record in batch.records)

    reader._reading = replace(reader._reading, take=note)
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        yield reader, taken
    finally:
        reader.stop()
        thread.join(timeout=20)


def told(engine: Engine) -> list[str]:
    """The id of every turn that was told, as often as it was."""
    return [
        event.payload["segment_id"]
        for event in Queries(engine).events_after(0, 100_000)
        if event.type == "transcript_segment" and not event.payload["provisional"]
    ]


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (EXPIRED, EXPIRED),
        (THROTTLED, THROTTLED),
        (RESET, "ConnectionClosedError"),
        (CUT, "ConnectionClosedError"),
    ],
)
def test_a_fault_that_lasts_is_named_and_costs_no_record(
    kinesis: KinesisLocal, faulty: Faulty, engine: Engine, fault: str, name: str
) -> None:
    """Before, during and after it: all records, in order, once; meanwhile the lag grows."""
    stream = f"lasting-{fault}"
    kinesis.create_stream(stream, 1)
    ledger = calls(6, 6, seed=41)
    third = len(ledger.records) // 3
    parts = [Ledger({}, ledger.records[begin : begin + third]) for begin in (0, third)]
    with reading(faulty, stream, engine) as (reader, taken):
        put(kinesis, stream, parts[0])
        assert eventually(lambda: len(taken) == third)
        assert reader.problem is None
        faulty.lasting = fault
        put(kinesis, stream, parts[1])
        assert eventually(lambda: reader.problem is not None and reader.behind_ms > 2_000, 10)
        assert reader.problem == name
        assert len(taken) == third
        faulty.lasting = None
        put(kinesis, stream, Ledger({}, ledger.records[2 * third :]))

        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
        assert eventually(lambda: reader.problem is None and reader.behind_ms == 0, 10)
    assert faulty.struck >= 2
    assert taken == [body for _, body in ledger.records]
    assert len(told(engine)) == len(set(told(engine))) == 6 * 6


def test_faults_of_all_kinds_while_records_come_cost_none(
    kinesis: KinesisLocal, faulty: Faulty, engine: Engine
) -> None:
    """A reader that fails in another way again and again stores what was said, in order."""
    kinesis.create_stream("patchy", 1)
    ledger, rng, size = calls(6, 8, seed=42), random.Random(43), 18
    with reading(faulty, "patchy", engine) as (reader, taken):
        for begin in range(0, len(ledger.records), size):
            faulty.once += rng.choices(FAULTS, k=2)
            put(kinesis, "patchy", Ledger({}, ledger.records[begin : begin + size]))
            assert eventually(lambda so_far=begin: len(taken) == so_far + size)

        assert eventually(lambda: stored(engine, ledger) == ledger.turns)
        assert eventually(lambda: reader.problem is None and reader.behind_ms == 0, 10)
    assert taken == [body for _, body in ledger.records]
    assert len(told(engine)) == len(set(told(engine))) == 6 * 8
