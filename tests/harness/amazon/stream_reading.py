"""A reader of a stream, what it takes records into, and what is stored in the end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine

from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.ingest.record_taker import RecordTaker
from callrisk.ingest.stream import LOOK_BACK, StreamIngest
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.store.connect.checkpoints import Checkpoints
from callrisk.store.connect.quarantine import Seal
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.intake import Contacts
from callrisk.store.queries import Queries
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger

NOW = datetime(2026, 11, 20, 5, 12, 31, tzinfo=UTC)


def taker(engine: Engine) -> RecordTaker:
    """What takes records into a database."""
    return RecordTaker("s", Contacts(engine, packaged()), Seal(engine))


def reader_of(kinesis: KinesisLocal, stream: str, engine: Engine) -> StreamReader:
    """A reader that owns a stream from now on and takes it into a database."""
    taker = RecordTaker(stream, Contacts(engine, packaged()), Seal(engine))
    ingest = StreamIngest(stream, taker, Checkpoints(engine), SourceReports(engine))
    ingest.claim()
    reader = StreamReader(
        kinesis.client(), {"StreamName": stream}, ingest, ingest.take,
        lambda: utc_now() - LOOK_BACK,
    )  # fmt: skip
    reader.list_every_s = 0.2
    return reader


@contextmanager
def reading(kinesis: KinesisLocal, stream: str, engine: Engine) -> Iterator[StreamReader]:
    """Read a stream in a thread until the block ends."""
    reader = reader_of(kinesis, stream, engine)
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        yield reader
    finally:
        reader.stop()
        thread.join(timeout=20)


def put(kinesis: KinesisLocal, stream: str, ledger: Ledger) -> None:
    """Write records to the stream, each call under its own key."""
    client = kinesis.client()
    for begin in range(0, len(ledger.records), 100):
        rows = [
            {"Data": body, "PartitionKey": key} for key, body in ledger.records[begin : begin + 100]
        ]
        assert client.put_records(StreamName=stream, Records=rows)["FailedRecordCount"] == 0


def stored(engine: Engine, ledger: Ledger) -> dict[str, set[str]]:
    """The ids of the turns that are stored of each call."""
    queries = Queries(engine)
    return {one: {turn.segment_id for turn in queries.segments(one)} for one in ledger.turns}
