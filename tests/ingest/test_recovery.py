"""What failed is not lost: Lambda's batches, records that cannot be stored, gaps, quarantine."""

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from sqlalchemy import Engine, text

from callrisk.background.loop import Loop
from callrisk.background.retry_rounds import RetryRounds, UnansweredError
from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.ingest.gap_filling import GapFiller
from callrisk.ingest.housekeeping import Housekeeping
from callrisk.ingest.lambda_records import take_event
from callrisk.ingest.quarantine_replay import replay_quarantine
from callrisk.ingest.record_taker import RecordTaker
from callrisk.integrations.amazon.connect_api import ConnectApi, ConnectError
from callrisk.integrations.amazon.shards import StreamRecord
from callrisk.store.ciphers.key_ring import new_ring
from callrisk.store.ciphers.sealing import SecretCipher
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.quarantine import Poison, Quarantine, QuarantineError, Seal
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.database import Keys, open_database
from callrisk.store.intake import Contacts, Delivery, Taken
from callrisk.store.queries import Queries
from callrisk.store.retention import Retention
from callrisk.store.store_away import StoreAwayError
from harness.amazon.connect_stub import ConnectStub
from harness.amazon.kinesis_local import CREDENTIALS
from harness.amazon.spoken import POISON, Ledger, calls, disturbed, record, transcript, utterance
from harness.amazon.stream_reading import NOW, stored, taker
from harness.waiting import eventually, ticking


def batch(records: Sequence[tuple[str, bytes]], first: int = 0) -> dict[str, Any]:
    """Records as an event source mapping hands them over."""
    return {"Records": [
        {
            "eventID": f"shardId-000000000000:{first + number}",
            "eventSource": "aws:kinesis",
            "kinesis": {
                "partitionKey": key, "sequenceNumber": str(first + number),
                "data": base64.b64encode(body).decode(),
                "approximateArrivalTimestamp": NOW.timestamp(),
            },
        }
        for number, (key, body) in enumerate(records)
    ]}  # fmt: skip


def test_lambda_stores_the_same_and_names_no_failure_for_poison(engine: Engine) -> None:
    """Batches that overlap, as retries make them, leave each turn once and poison once."""
    ledger = disturbed(calls(5, 8, seed=11), seed=12, poison=0.1)
    taking = taker(engine)
    for begin in range(0, len(ledger.records), 20):
        answer = take_event(batch(ledger.records[begin : begin + 30], begin), taking)
        assert answer == {"batchItemFailures": []}

    assert stored(engine, ledger) == ledger.turns
    assert Quarantine(engine).count() == ledger.poison


def test_lambda_gets_the_batch_again_when_the_database_is_away(engine: Engine) -> None:
    """The first record is named, nothing is stored, and the same batch succeeds later."""
    ledger = calls(2, 4, seed=13)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE segments RENAME TO elsewhere"))
    first = take_event(batch(ledger.records), taker(engine))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO segments"))
    second = take_event(batch(ledger.records), taker(engine))

    assert first == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert second == {"batchItemFailures": []}
    assert stored(engine, ledger) == ledger.turns


class Allergic(Contacts):
    """A store that chokes on one contact, as a fault of ours would make it."""

    def take(self, delivery: Delivery) -> Taken:
        """Take anything else."""
        if any(event.contact_id == "bad" for event in delivery.events):
            raise LookupError("a fault of ours")
        return super().take(delivery)


def test_a_record_that_cannot_be_stored_does_not_keep_its_neighbours(engine: Engine) -> None:
    """It is set aside like poison, whole, and comes back once the fault is mended."""
    ledger = calls(2, 4, seed=14)
    said = record("bad", "SEGMENTS", [transcript("t0", "AGENT", "はい", 0, "NEUTRAL")])
    records = [*ledger.records[:5], ("bad", said), ("", b"{"), *ledger.records[5:]]
    taking = RecordTaker("s", Allergic(engine, packaged()), Seal(engine))
    taking.take("shard", [StreamRecord(str(n), NOW, body) for n, (_, body) in enumerate(records)])
    assert stored(engine, ledger) == ledger.turns
    assert Quarantine(engine).count() == taking.counts["quarantined"] == 2
    again = replay_quarantine(Quarantine(engine), Seal(engine), Contacts(engine, packaged()))

    assert again == (1, 1)
    assert [turn.segment_id for turn in Queries(engine).segments("bad")] == ["t0"]


def test_a_record_that_still_cannot_be_stored_keeps_none_behind_it(engine: Engine) -> None:
    """It stays in quarantine and is counted; the one behind it is stored and released."""
    said = [
        (one, record(one, "SEGMENTS", [transcript("t0", "AGENT", "はい", 0, "NEUTRAL")]))
        for one in ("bad", "good")
    ]
    seal, contacts = Seal(engine), Contacts(engine, packaged())
    poison = [seal.poison("s", f"shard:{n}", "?", body) for n, (_, body) in enumerate(said)]
    contacts.take(Delivery([], NOW, poison=poison))

    assert replay_quarantine(Quarantine(engine), seal, Allergic(engine, packaged())) == (1, 1)
    assert [turn.segment_id for turn in Queries(engine).segments("good")] == ["t0"]


def test_a_database_that_is_away_ends_a_replay_with_one_error(engine: Engine) -> None:
    """Nothing is released that was not stored."""
    seal, contacts = Seal(engine), Contacts(engine, packaged())
    said = record("c1", "SEGMENTS", [transcript("t0", "AGENT", "はい", 0, "NEUTRAL")])
    contacts.take(Delivery([], NOW, poison=[seal.poison("s", "shard:1", "?", said)]))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE segments RENAME TO elsewhere"))
    with pytest.raises(StoreAwayError):
        replay_quarantine(Quarantine(engine), seal, contacts)

    assert Quarantine(engine).count() == 1


def test_the_quarantine_opens_with_its_ring_only_and_forgets_after_a_week(
    engine: Engine, tmp_path: Path
) -> None:
    """What is still no event stays; another ring opens nothing; after seven days all is gone."""
    records = [StreamRecord(str(n), NOW, body) for n, body in enumerate(POISON)]
    taker(engine).take("shard", records)
    taker(engine).take("shard", records)
    quarantine, contacts = Quarantine(engine), Contacts(engine, packaged())

    assert [Seal(engine).open(one) for one in quarantine.entries()] == list(POISON)
    assert replay_quarantine(quarantine, Seal(engine), contacts) == (0, len(POISON))
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}", Keys(new_ring(NOW)))
    with pytest.raises(QuarantineError, match="key ring"):
        Seal(other).open(quarantine.entries()[0])
    moment = quarantine.entries()[0].at
    assert quarantine.expire(moment.replace(year=moment.year)) == 0
    assert quarantine.expire(datetime.fromtimestamp(moment.timestamp() + 8 * 86_400, UTC)) == len(
        POISON
    )


def test_a_record_of_an_older_version_opens_with_the_secret_of_before(engine: Engine) -> None:
    """It was sealed without the ring; with another secret, or none, it stays as it is."""
    secret, place = "a secret of thirty-two characters", sha256(b"1:sshard:1").digest()
    sealed = SecretCipher(secret, "quarantine").seal(b"{", place)
    contacts = Contacts(engine, packaged())
    contacts.take(Delivery([], NOW, poison=[Poison("s", "shard:1", "?", sealed)]))
    (entry,) = Quarantine(engine).entries()

    assert Seal(engine, secret).open(entry) == b"{"
    for other in ("", "another"):
        with pytest.raises(QuarantineError):
            Seal(engine, other).open(entry)


def test_a_gap_is_filled_from_what_contact_lens_still_has(
    connect: ConnectStub, engine: Engine
) -> None:
    """Turns that the stream lost are asked for; those that are there stay as they are."""
    turns = [
        transcript(f"t{n}", "CUSTOMER", f"はい、{n}番です", n * 4_000, "NEUTRAL") for n in range(9)
    ]
    heard = [record("c1", "SEGMENTS", [one]) for one in turns[:3]]
    taker(engine).take(
        "shard", [StreamRecord(str(9 + n), utc_now(), body) for n, body in enumerate(heard)]
    )
    connect.segments["c1"] = turns
    clients = [
        boto3.client(name, endpoint_url=connect.url, **CREDENTIALS)
        for name in ("connect", "connect-contact-lens")
    ]
    gaps = Gaps(engine)
    assert gaps.mark(utc_now()) == 1
    before = Queries(engine).last_seq()
    filler = GapFiller(ConnectApi(*clients, "i", "id"), gaps, Contacts(engine, packaged()))
    filler.step()
    events = Queries(engine).events_after(before, 99)
    told = [one.payload["segment_id"] for one in events if one.type == "transcript_segment"]

    assert stored(engine, Ledger({"c1": set()}))["c1"] == {f"t{n}" for n in range(9)}
    assert told == [f"t{n}" for n in range(3, 9)]
    assert (events[-1].type, events[-1].payload) == (
        "gap_changed", {"call_id": "c1", "has_gap": False},
    )  # fmt: skip
    assert gaps.open(utc_now()) == []


def test_a_contact_that_cannot_be_asked_for_keeps_no_other_waiting(engine: Engine) -> None:
    """Older gaps are filled in the same round; the problem stays, its contact is asked for rarely,
    and hardly ever where asking is of no use."""
    ids, asked = ("oldest", "refused", "failing", "newest"), list[str]()
    for n, one in enumerate(ids):
        body, at = record(one, "STARTED"), utc_now() - timedelta(minutes=9 - n)
        taker(engine).take(one, [StreamRecord("1", at, body)])
    gaps, clock = Gaps(engine), [utc_now()]
    assert gaps.mark(utc_now()) == 4

    class Api:
        def segments(self, contact_id: str) -> Iterator[list[dict[str, Any]]]:
            asked.append(contact_id)
            if contact_id in ("refused", "failing"):
                raise ConnectError("500", permanent=contact_id == "refused")
            yield [transcript("t0", "AGENT", "はい", 0, "NEUTRAL")]

    contacts = Contacts(engine, packaged())
    filler = GapFiller(Api(), gaps, contacts, ticking(clock))  # type: ignore[arg-type]
    for _ in range(360):
        with pytest.raises(UnansweredError, match="1 calls wait: 500"):
            filler.step()
        clock[0] += timedelta(seconds=10)

    assert gaps.open(utc_now()) == ["failing", "refused"]
    assert asked[:4] == ["newest", "failing", "refused", "oldest"]
    assert asked.count("refused") == 1
    assert 55 < asked.count("failing") < 65


def test_a_database_that_chokes_on_one_call_is_asked_for_the_next(engine: Engine) -> None:
    """Whatever storing one call raises, the others are stored; three in a row end the round."""
    rounds, asked = RetryRounds(), list[str]()

    def ask(one: str) -> None:
        asked.append(one)
        if one in "012":
            raise LookupError("value too long")

    with pytest.raises(UnansweredError, match="3 calls wait: LookupError"):
        rounds.run("012345678", ask)
    with pytest.raises(UnansweredError):
        rounds.run("012345678", ask)

    assert "".join(asked) == "012345678"


def test_chores_are_done_without_a_stream(engine: Engine) -> None:
    """Old quarantine goes, the problem of a loop is reported, what a reader once said is not."""
    reports, loop = SourceReports(engine), Loop("people", lambda: 0, 1.0)
    reports.report(SourceState("stream", NOW, 0, None, {}))
    poison = Seal(engine).poison("s", "shard:1", "?", b"{")
    contacts = Contacts(engine, packaged())
    contacts.take(Delivery([], utc_now() - timedelta(days=8), poison=[poison]))
    chores = Housekeeping(reports, Quarantine(engine), Retention(engine), [loop])
    loop.problem = "no permission"
    chores.start()
    assert eventually(lambda: Quarantine(engine).count() == 0)
    chores.stop()

    [said] = reports.all()
    assert (said.name, said.behind_ms, said.problem) == ("connect", None, "people: no permission")


@pytest.mark.parametrize(("begin_ms", "kind", "has_gap"), [
    (0, "said", False), (60_000, "said", False), (60_001, "said", True), (60_001, "piece", True),
    (60_001, "started", False),
])  # fmt: skip
def test_a_call_that_is_first_heard_of_late_has_a_gap(
    engine: Engine, begin_ms: int, kind: str, has_gap: bool
) -> None:
    """It began before anybody read, unless its start was told: then nobody spoke."""
    make = utterance("t0", "AGENT", "はい", begin_ms)
    if kind != "piece":
        make = transcript("t0", "AGENT", "はい", begin_ms, "NEUTRAL")
    bodies = [record("c1", "STARTED")] if kind == "started" else []
    bodies.append(record("c1", "SEGMENTS", [make]))
    records = [StreamRecord(str(n), utc_now(), body) for n, body in enumerate(bodies)]
    taker(engine).take("shard", records)
    [begun, *_] = Queries(engine).events_after(0, 99)

    assert Gaps(engine).open(utc_now()) == (["c1"] if has_gap else [])
    assert (begun.type, begun.payload["has_gap"]) == ("call_started", has_gap)
