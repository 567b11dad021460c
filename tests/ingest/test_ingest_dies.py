"""The reader of the stream and the sender of categories die at each point; the next one goes on."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from callrisk.ingest.risk_attribute_sender import RiskAttributeSender
from callrisk.ingest.stream import StreamIngest
from callrisk.integrations.amazon.shards import Batch, StreamRecord
from callrisk.store.connect.checkpoints import Checkpoints
from callrisk.store.connect.quarantine import Quarantine
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.queries import Queries
from callrisk.store.sending.outbox import Outbox, OutboxMessage, enqueue
from callrisk.store.transaction import writing
from harness.amazon.connect_stub import ConnectStub, api
from harness.amazon.spoken import Ledger, calls, disturbed
from harness.amazon.stream_reading import stored, taker
from harness.crashes import dying_at

NOON = datetime(2026, 11, 20, 5, 12, 31, tzinfo=UTC)
SHARD, AT_ONCE = "shardId-000000000000", 9


def read(engine: Engine, ledger: Ledger) -> None:
    """Read a shard from where the last reader's checkpoint stands to its end."""
    ingest = StreamIngest("s", taker(engine), Checkpoints(engine), SourceReports(engine))
    ingest.claim()
    if SHARD not in ingest.known():
        ingest.begin(SHARD, NOON)
    last = ingest.known()[SHARD].sequence
    start = 0 if last is None else int(last)
    for begin in range(start, len(ledger.records), AT_ONCE):
        part = ledger.records[begin : begin + AT_ONCE]
        records = [StreamRecord(str(begin + n), NOON, body) for n, (_, body) in enumerate(part, 1)]
        ingest.take(Batch(SHARD, records, finished=False))


@pytest.mark.parametrize("point", ["after_read", "before_commit", "after_commit"])
def test_a_reader_that_dies_is_followed_by_one_that_loses_and_doubles_nothing(
    engine: Engine, point: str
) -> None:
    """Stored turns equal sent ones, each told once, whichever side of the commit it died on."""
    plain = calls(6, 8, seed=7)
    sent = disturbed(plain, seed=8, poison=0.03)
    for _ in range(3):
        with dying_at(point, passes=3):
            read(engine, sent)
    read(engine, sent)
    told = [
        event.payload["segment_id"]
        for event in Queries(engine).events_after(0, 100_000)
        if event.type == "transcript_segment" and not event.payload["provisional"]
    ]

    assert stored(engine, sent) == plain.turns
    assert len(told) == len(set(told)) == 6 * 8
    assert Quarantine(engine).count() == sent.poison


@pytest.mark.parametrize(
    ("point", "written"),
    [("before_send", ["c1", "c2", "c3"]), ("between_send_and_mark", ["c1", "c2", "c2", "c3"])],
)
def test_a_sender_that_dies_sends_once_or_once_more(
    connect: ConnectStub, engine: Engine, point: str, written: list[str]
) -> None:
    """Dead before it sends, a category is sent once; dead before it marks, once more, no more."""
    for number in (1, 2, 3):
        payload = {"contact_id": f"c{number}", "risk_category": "high"}
        with writing(engine) as connection:
            message = OutboxMessage("risk_category", f"c{number}", f"k{number}", payload)
            enqueue(connection, message, NOON)
    with dying_at(point, passes=2):
        RiskAttributeSender(api(connect), Outbox(engine), "risk_level").step()
    RiskAttributeSender(api(connect), Outbox(engine), "risk_level").step()

    assert connect.written == [(one, {"risk_level": "high"}) for one in written]
    assert Outbox(engine).pending() == (0, None)
