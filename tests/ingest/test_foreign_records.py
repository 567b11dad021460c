"""What comes wrapped, what is another's, and what cannot be stored, from stream and queue alike."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from sqlalchemy import Engine

from callrisk.domain.language import packaged
from callrisk.domain.segment import OtherRole, ParticipantRole
from callrisk.domain.time import utc_now
from callrisk.ingest.contact_follower import EVENTS_QUEUE, ContactFollower
from callrisk.ingest.quarantine_replay import replay_quarantine
from callrisk.ingest.record_taker import RecordTaker
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.integrations.amazon.shards import StreamRecord
from callrisk.store.connect.quarantine import Quarantine, Seal
from callrisk.store.intake import Contacts, Delivery, Taken
from callrisk.store.queries import Queries
from harness.amazon.kinesis_local import CREDENTIALS
from harness.amazon.spoken import record, transcript
from harness.amazon.stream_reading import NOW, taker
from harness.amazon.wrapped import aggregate, sns

ARN = "arn:aws:connect:ap-northeast-1:111122223333:instance/0f3c/agent/user-7"
CONNECTED = {"agentArn": ARN, "connectedToAgentTimestamp": "2026-11-20T05:12:30Z"}
SAID = record("c1", "SEGMENTS", [transcript("t1", "CUSTOMER", "はい", 1_000, "NEUTRAL")])
AGENT_EVENT = b'{"AgentARN": "a", "EventId": "1", "EventType": "LOGIN", "CurrentAgentSnapshot": {}}'


def connected(contact_id: str) -> bytes:
    """A contact event of a call with an agent."""
    detail = {"eventType": "CONNECTED_TO_AGENT", "contactId": contact_id, "agentInfo": CONNECTED}
    return json.dumps({
        "detail-type": "Connect Customer Contact Event", "time": "2026-11-20T05:12:31Z",
        "detail": detail | {"channel": "VOICE", "instanceArn": ARN.partition("/agent")[0]},
    }).encode()  # fmt: skip


@pytest.fixture
def queue(moto_url: str) -> Iterator[ContactEventQueue]:
    """An empty queue of SQS."""
    sqs: Any = boto3.client("sqs", endpoint_url=moto_url, **CREDENTIALS)
    url = sqs.create_queue(QueueName="foreign")["QueueUrl"]
    yield ContactEventQueue(sqs, url)
    sqs.delete_queue(QueueUrl=url)


def send(queue: ContactEventQueue, *bodies: bytes) -> None:
    """Put messages into the queue."""
    for body in bodies:
        queue._client.send_message(QueueUrl=queue._url, MessageBody=body.decode())


class Picky(Contacts):
    """A store that refuses one contact, as a database might for a reason that nobody foresaw."""

    def take(self, delivery: Delivery) -> Taken:
        """Store, but for the refused contact."""
        if any(event.contact_id == "refused" for event in delivery.events):
            raise LookupError("value too long")
        return super().take(delivery)


def test_one_event_that_cannot_be_stored_keeps_none_of_its_neighbours(
    queue: ContactEventQueue, engine: Engine
) -> None:
    """It is set aside by itself, and the queue is empty."""
    follower = ContactFollower(queue, Picky(engine, packaged()), Seal(engine))
    send(queue, *(connected(f"c{n}") for n in range(4)), connected("refused"), connected("c9"))
    taken = 0
    while taken < 6:
        taken += follower.step()
    [kept] = Quarantine(engine).entries()

    assert {one.call_id for one in Queries(engine).active_calls()} == {"c0", "c1", "c2", "c3", "c9"}
    assert (kept.source, kept.reason) == (EVENTS_QUEUE, "cannot be stored: LookupError")
    assert queue.receive(wait_s=0) == []
    # What refused it is mended.
    contacts = Contacts(engine, packaged())
    assert replay_quarantine(Quarantine(engine), Seal(engine), contacts) == (1, 0)


def test_a_queue_may_bring_what_a_stream_brings_and_the_other_way_round(
    queue: ContactEventQueue, engine: Engine
) -> None:
    """Through SNS or not: what a record is, is seen by what is in it."""
    send(queue, sns(connected("c1")), sns(SAID))
    follower = ContactFollower(queue, Contacts(engine, packaged()), Seal(engine))
    while follower.step():
        if queue.receive(wait_s=0) == []:
            break
    taker(engine).take("shard", [StreamRecord("7", NOW, aggregate([connected("c2"), AGENT_EVENT]))])
    calls = {one.call_id: one for one in Queries(engine).active_calls()}

    assert set(calls) == {"c1", "c2"}
    assert [turn.text for turn in Queries(engine).segments("c1")] == ["はい"]
    assert calls["c2"].started_at == datetime(2026, 11, 20, 5, 12, 30, tzinfo=UTC)
    assert Quarantine(engine).count() == 0


def test_an_analysis_event_is_known_by_what_it_holds_where_its_envelope_lost_its_name(
    engine: Engine,
) -> None:
    """A template of EventBridge may keep `detail` alone; a contact event in it is one as before."""
    contact = json.loads(connected("c2"))["detail"]
    bodies = ({"detail": json.loads(SAID)}, {"detail": contact})
    records = [StreamRecord(str(n), NOW, json.dumps(one).encode()) for n, one in enumerate(bodies)]
    taker(engine).take("shard", records)

    assert [turn.text for turn in Queries(engine).segments("c1")] == ["はい"]
    assert {one.call_id for one in Queries(engine).active_calls()} == {"c1", "c2"}
    assert Quarantine(engine).count() == 0


@pytest.mark.parametrize("odd", ["a/b", "..", "a\nb", "a\\b"])
def test_a_contact_that_no_address_leads_to_is_set_aside(engine: Engine, odd: str) -> None:
    """No call begins that could never be opened, whichever kind of event tells of it."""
    analysis = json.dumps(json.loads(SAID) | {"ContactId": odd}).encode()
    bodies = enumerate((analysis, connected(odd), connected("c2")))
    taker(engine).take("shard", [StreamRecord(str(n), NOW, body) for n, body in bodies])

    assert {one.call_id for one in Queries(engine).active_calls()} == {"c2"}
    assert Quarantine(engine).count() == 2


def test_what_an_earlier_version_set_aside_is_taken_in(engine: Engine) -> None:
    """Wrapped turns become turns, what is another's leaves, and what is noise stays."""
    seal, contacts = Seal(engine), Contacts(engine, packaged())
    bodies = (gzip.compress(SAID), AGENT_EVENT, b"noise")
    poison = [seal.poison("s", f"shard-0:{n}", "?", body) for n, body in enumerate(bodies)]
    contacts.take(Delivery([], utc_now(), poison=poison))

    assert replay_quarantine(Quarantine(engine), seal, contacts) == (2, 1)
    assert [turn.text for turn in Queries(engine).segments("c1")] == ["はい"]


def test_a_wrong_instance_is_a_problem_and_not_silence(engine: Engine) -> None:
    """Where nothing but other instances' events come, the setting is named; one of ours ends it."""
    taker = RecordTaker("s", Contacts(engine, packaged()), Seal(engine), "9b1d")
    ours = json.dumps(json.loads(SAID) | {"InstanceId": "9B1D", "ContactId": "ours"}).encode()
    taker.take("shard", [StreamRecord(str(n), NOW, SAID) for n in range(49)])
    early = taker.problem
    taker.take("shard", [StreamRecord("50", NOW, SAID)])
    late = taker.problem
    taker.take("shard", [StreamRecord("51", NOW, ours)])

    assert early is None
    assert late is not None
    assert "CONNECT_INSTANCE_ID" in late
    assert taker.problem is None
    assert {one.call_id for one in Queries(engine).active_calls()} == {"ours"}


def test_everybody_who_speaks_is_kept_and_only_the_parties_are_scored(engine: Engine) -> None:
    """Supervisors, bots and announcements are turns of their own; two agents are two speakers."""
    turns = [
        transcript(f"t{n}", role, f"発話{n}", n * 4_000, "NEGATIVE")
        for n, role in enumerate(("SYSTEM", "AGENT", "AGENT", "SUPERVISOR", "CUSTOM_BOT", "ROBOT"))
    ]
    turns[2]["Transcript"]["ParticipantId"] = "8d1f"
    taker(engine).take("shard", [StreamRecord("7", NOW, record("c1", "SEGMENTS", turns))])
    stored = Queries(engine).segments("c1")

    assert [one.role for one in stored] == [
        OtherRole.SYSTEM, ParticipantRole.AGENT, ParticipantRole.AGENT, OtherRole.SUPERVISOR,
        OtherRole.CUSTOM_BOT, OtherRole.OTHER,
    ]  # fmt: skip
    assert [one.participant_id for one in stored] == [None, None, "8d1f", None, None, None]
    assert Quarantine(engine).count() == 0
