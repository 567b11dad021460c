"""Who talks to whom, from when to when: EventBridge through SQS, and what Connect is asked."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from callrisk.background.clock import Clock
from callrisk.background.retry_rounds import UnansweredError
from callrisk.domain.call_record import StoredCall
from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.ingest.contact_follower import ContactFollower
from callrisk.ingest.contact_people import PeopleFinder
from callrisk.ingest.risk_attribute_sender import RiskAttributeSender, UnwrittenError
from callrisk.integrations.amazon.connect_api import ConnectError
from callrisk.integrations.amazon.connect_records import ConnectRecords
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.amazon.eventbridge import ContactEvents
from callrisk.integrations.amazon.rate_limit import RateLimit
from callrisk.store import tables
from callrisk.store.connect.lookups import Lookups
from callrisk.store.connect.quarantine import Quarantine, Seal
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.sending.outbox import Outbox, OutboxMessage, enqueue
from callrisk.store.transaction import writing
from harness.amazon.connect_stub import ConnectStub, api
from harness.amazon.kinesis_local import CREDENTIALS
from harness.amazon.spoken import record, transcript
from harness.waiting import ticking

NOON = datetime(2026, 11, 20, 5, 12, 31, tzinfo=UTC)
ARN = "arn:aws:connect:ap-northeast-1:111122223333:instance/0f3c/agent/user-7"


def envelope(kind: str, contact_id: str = "c1", **detail: Any) -> dict[str, Any]:
    """A contact event as EventBridge delivers it."""
    return {
        "version": "0", "id": "9a1c", "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect", "account": "111122223333", "time": "2026-11-20T05:12:31Z",
        "region": "ap-northeast-1", "resources": [],
        "detail": {"eventType": kind, "contactId": contact_id, "channel": "VOICE"} | detail,
    }  # fmt: skip


CONNECTED = {"agentInfo": {"agentArn": ARN, "connectedToAgentTimestamp": "2026-11-20T05:12:30Z"}}


def test_an_event_is_read_in_any_casing() -> None:
    """Upper camel case, lower camel case, and a channel in lower case all mean the same."""
    upper = envelope("CONNECTED_TO_AGENT")
    upper["detail"] = {
        "EventType": "CONNECTED_TO_AGENT", "ContactId": "c1", "Channel": "Voice",
        "InitialContactId": "c0",
        "AgentInfo": {"AgentArn": ARN, "ConnectedToAgentTimestamp": "2026-11-20T05:12:30Z"},
    }  # fmt: skip
    lower = envelope("CONNECTED_TO_AGENT", initialContactId="c0", **CONNECTED)
    read = [ContactEvents().event_of(one, NOON) for one in (upper, lower)]

    assert read[0] == read[1]
    assert read[0] is not None
    assert read[0].creates
    assert (read[0].agent_user_id, read[0].initial_contact_id) == ("user-7", "c0")
    assert read[0].connected_at == datetime(2026, 11, 20, 5, 12, 30, tzinfo=UTC)


def test_a_moment_of_1970_is_not_set_and_what_is_not_ours_is_counted() -> None:
    """AWS writes the beginning of time for nothing; chats and new types are no errors."""
    parser = ContactEvents()
    cut = envelope("DISCONNECTED", disconnectTimestamp="1970-01-01T00:00:00.001Z")
    found = parser.event_of(cut, NOON)
    for foreign in (envelope("TELEPORTED"), envelope("QUEUED", channel="CHAT")):
        assert parser.event_of(foreign, NOON) is None

    assert found is not None
    assert found.disconnected_at == datetime(2026, 11, 20, 5, 12, 31, tzinfo=UTC)
    assert dict(parser.unknown) == {"event TELEPORTED": 1, "channel CHAT": 1}


@given(st.binary() | st.text().map(lambda text: json.dumps(text).encode()) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(("detail", "detail-type", "contactId", "agentInfo", "eventType", "x")),
        inner,
    ),
).map(lambda one: json.dumps(one).encode()))  # fmt: skip
def test_no_error_comes_out_of_any_message(body: bytes) -> None:
    """Whatever lies in the queue, reading it raises nothing, and no event is odd."""
    inside = ConnectRecords().read(body, Arrival(1, NOON))

    assert all(0 < len(event.contact_id) <= 256 for event in inside.events)


@pytest.fixture
def queue(moto_url: str) -> Iterator[tuple[Callable[[dict[str, Any]], None], ContactEventQueue]]:
    """A rule of EventBridge into a queue of SQS: how to raise an event, and the queue's end."""
    bridge = boto3.client("events", endpoint_url=moto_url, **CREDENTIALS)
    sqs = boto3.client("sqs", endpoint_url=moto_url, **CREDENTIALS)
    url = sqs.create_queue(QueueName="contact-events")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = attributes["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.connect"], "detail-type": ["Amazon Connect Contact Event"]}
    bridge.put_rule(Name="contacts", EventPattern=json.dumps(pattern))
    bridge.put_targets(Rule="contacts", Targets=[{"Id": "1", "Arn": arn}])

    def happen(event: dict[str, Any]) -> None:
        bridge.put_events(Entries=[{
            "Source": "aws.connect", "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
        }])  # fmt: skip

    yield happen, ContactEventQueue(sqs, url)
    sqs.delete_queue(QueueUrl=url)


def call(engine: Engine, call_id: str = "c1") -> StoredCall:
    """One stored call."""
    found = Queries(engine).call(call_id)
    assert found is not None
    return found


def messages_taken(follower: ContactFollower, expected: int) -> int:
    """Let the follower read until it has that many messages; an empty queue makes it wait long."""
    taken = 0
    for _ in range(expected):
        if taken < expected:
            taken += follower.step()
    return taken


def test_events_of_the_queue_begin_and_cut_a_call(
    queue: tuple[Callable[[dict[str, Any]], None], ContactEventQueue], engine: Engine
) -> None:
    """Stored once though delivered twice; a message that is no event goes to quarantine."""
    happen, end = queue
    follower = ContactFollower(end, Contacts(engine, packaged()), Seal(engine))
    cut = envelope("DISCONNECTED", disconnectTimestamp="2026-11-20T05:20:00Z", **CONNECTED)
    for event in (envelope("CONNECTED_TO_AGENT", **CONNECTED), cut, cut):
        happen(event)
    happen(envelope("QUEUED", "never-answered"))
    end._client.send_message(QueueUrl=end._url, MessageBody="{broken")

    assert messages_taken(follower, 5) == 5
    assert call(engine).disconnected_at == datetime(2026, 11, 20, 5, 20, tzinfo=UTC)
    assert Queries(engine).call("never-answered") is None
    assert Quarantine(engine).count() == 1
    assert end.receive(wait_s=0) == []


def test_calls_of_another_instance_do_not_begin(
    queue: tuple[Callable[[dict[str, Any]], None], ContactEventQueue], engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Their events leave the queue without a call and without quarantine, and one line says so."""
    happen, end = queue
    contacts = Contacts(engine, packaged())
    follower = ContactFollower(end, contacts, Seal(engine), "0f3c")
    ours = {"instanceArn": ARN.partition("/agent")[0]}
    for name in ("c1", "c2"):
        foreign = {"instanceArn": ours["instanceArn"].replace("0f3c", "9b1d")}
        happen(envelope("CONNECTED_TO_AGENT", f"foreign-{name}", **foreign, **CONNECTED))
        happen(envelope("CONNECTED_TO_AGENT", name, **ours, **CONNECTED))

    assert messages_taken(follower, 4) == 4
    assert {one.call_id for one in Queries(engine).calls("active", 9, None)} == {"c1", "c2"}
    assert Quarantine(engine).count() == 0
    assert [one for one in caplog.messages if "passing over" in one] == [
        "contact-events: passing over instance 9b1d"
    ]


def test_people_are_found_within_the_quotas(connect: ConnectStub, engine: Engine) -> None:
    """Phone, customer, first leg and agent of a call of the stream; the agent is asked for once."""
    contacts, lookups = Contacts(engine, packaged()), Lookups(engine)
    connect.users["user-7"] = {
        "Id": "user-7", "Username": "sato",
        "IdentityInfo": {"FirstName": "花子", "LastName": "佐藤"},
    }  # fmt: skip
    for number in range(3):
        connect.contacts[f"c{number}"] = {
            "Id": f"c{number}", "InitialContactId": f"c{number}", "Channel": "VOICE",
            "AgentInfo": {"Id": "user-7", "ConnectedToAgentTimestamp": 1_790_000_000},
            "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+819011112222"},
            "Attributes": {"customer_id": "1001"},
        }  # fmt: skip
        event = ContactLens().event_of(
            json.loads(record(f"c{number}", "STARTED")), Arrival(1, utc_now())
        )
        assert event is not None
        contacts.take(Delivery([event], utc_now()))
    connect.faults += [(429, "ThrottlingException"), (500, "InternalServiceException")]
    finder = PeopleFinder(api(connect), lookups, contacts, {"sato": "agent-42"})
    finder.step()

    for number in range(3):
        found = call(engine, f"c{number}")
        assert (found.agent_id, found.customer_id) == ("agent-42", "1001")
        assert found.phone == "+819011112222"
        assert found.conversation_id is None
    assert lookups.open(utc_now()) == []
    assert sum("/users/" in one for one in connect.asked) == 1


def test_a_contact_that_connect_does_not_know_is_not_asked_for_for_ever(
    connect: ConnectStub, engine: Engine
) -> None:
    """The call goes on without its people, and after some tries nobody asks any more."""
    contacts, lookups = Contacts(engine, packaged()), Lookups(engine)
    event = ContactLens().event_of(json.loads(record("c1", "STARTED")), Arrival(1, utc_now()))
    assert event is not None
    contacts.take(Delivery([event], utc_now()))
    clock = [utc_now()]
    finder = PeopleFinder(api(connect), lookups, contacts, {}, ticking(clock))
    for _ in range(8):
        finder.step()
        clock[0] = datetime.fromtimestamp(clock[0].timestamp() + 61, UTC)

    assert len(connect.asked) == 5
    assert lookups.open(utc_now()) == []
    assert call(engine).agent_id == ""


def test_an_agent_who_answers_late_is_asked_for_until_known(
    connect: ConnectStub, engine: Engine
) -> None:
    """A caller may wait for half an hour; once the call is over, asking ends at last."""
    contacts, lookups, clock = Contacts(engine, packaged()), Lookups(engine), [utc_now()]
    for contact in ("c1", "c2"):
        connect.contacts[contact] = {"Id": contact, "Channel": "VOICE"}
        event = ContactLens().event_of(json.loads(record(contact, "STARTED")), Arrival(1, clock[0]))
        assert event is not None
        contacts.take(Delivery([event], clock[0]))
    finder = PeopleFinder(api(connect), lookups, contacts, {}, ticking(clock))

    def ask(minutes: int) -> None:
        for _ in range(minutes):
            clock[0] += timedelta(seconds=61)
            finder.step()

    ask(30)
    connect.users["user-7"] = {"Id": "user-7", "Username": "sato"}
    connect.contacts["c1"]["AgentInfo"] = {"Id": "user-7"}
    ask(1)
    assert call(engine).agent_id == "sato"
    assert [one.call_id for one in lookups.open(clock[0])] == ["c2"]
    with writing(engine) as connection:
        connection.execute(update(tables.calls).values(ended_at=clock[0]))
    ask(5)

    assert lookups.open(clock[0]) == []


def test_the_category_is_written_once_the_newest_first(
    connect: ConnectStub, engine: Engine
) -> None:
    """A fault delays it, what was overtaken is never sent, a refusal is not tried again."""
    outbox = Outbox(engine)
    with writing(engine) as connection:
        for number, category in enumerate(("medium", "high")):
            payload = {"contact_id": "c1", "risk_category": category}
            enqueue(connection, OutboxMessage("risk_category", "c1", f"k{number}", payload), NOON)
    teller = RiskAttributeSender(api(connect), outbox, "risk_level")
    connect.faults += [(503, "ServiceUnavailable")] * 5
    with pytest.raises(UnwrittenError, match="2 risk categories wait"):
        teller.step()
    assert (connect.written, outbox.pending()[0]) == ([], 2)
    connect.faults.clear()
    until = time.monotonic() + 10
    while outbox.pending()[0] and time.monotonic() < until:
        with suppress(UnwrittenError):
            teller.step()
        time.sleep(0.2)

    assert connect.written == [("c1", {"risk_level": "high"})]
    assert outbox.pending() == (0, None)
    with writing(engine) as connection:
        enqueue(
            connection,
            OutboxMessage("risk_category", "c2", "k9", payload | {"contact_id": "x"}),
            NOON,
        )
    connect.faults.append((404, "ResourceNotFoundException"))
    teller.step()
    assert outbox.pending()[0] == 0
    assert len(connect.written) == 1


def test_a_clock_that_was_set_back_delays_no_look_up(connect: ConnectStub, engine: Engine) -> None:
    """Whoever was not known, or not told, is asked for again after its wait and no hour later."""
    contacts, now, seconds = Contacts(engine, packaged()), [utc_now()], [0.0]
    for contact in ("c1", "c2"):
        event = ContactLens().event_of(json.loads(record(contact, "STARTED")), Arrival(1, now[0]))
        assert event is not None
        contacts.take(Delivery([event], now[0]))
    connect.contacts["c1"] = {"Id": "c1", "Channel": "VOICE"}
    connect.faults.append((403, "ExpiredTokenException"))
    clock = Clock(lambda: seconds[0], now=lambda: now[0])
    finder = PeopleFinder(api(connect), Lookups(engine), contacts, {}, clock)
    with pytest.raises(UnansweredError):
        finder.step()
    asked = len(connect.asked)
    now[0] -= timedelta(hours=1)
    seconds[0] += 3
    with suppress(UnansweredError):
        finder.step()

    assert len(connect.asked) == 2 * asked


def test_a_retried_letter_does_not_overwrite_a_later_leg(
    connect: ConnectStub, engine: Engine
) -> None:
    """Both legs of a transferred call write to the first contact; what is newer stays there."""
    outbox, due = Outbox(engine), utc_now()

    def happen(leg: str, category: str, contact_id: str = "leg1") -> None:
        payload = {"contact_id": contact_id, "risk_category": category}
        with writing(engine) as connection:
            enqueue(connection, OutboxMessage("risk_category", leg, leg + category, payload), NOON)

    happen("leg1", "low")
    [first] = outbox.due("risk_category", due)
    outbox.failed(first, "503", due - timedelta(minutes=1), 2.0)
    happen("leg2", "high")
    happen("other", "low", "other")
    RiskAttributeSender(api(connect), outbox, "risk_level").step()

    assert connect.written == [("leg1", {"risk_level": "high"}), ("other", {"risk_level": "low"})]
    assert outbox.pending() == (0, None)
    happen("leg1", "medium")
    RiskAttributeSender(api(connect), outbox, "risk_level").step()
    assert connect.written[-1] == ("leg1", {"risk_level": "medium"})


def test_a_missing_permission_keeps_the_category_waiting_and_says_so(
    connect: ConnectStub, engine: Engine
) -> None:
    """The letter is not dropped, and the problem stays until it is sent."""
    outbox, payload = Outbox(engine), {"contact_id": "c1", "risk_category": "high"}
    with writing(engine) as connection:
        enqueue(connection, OutboxMessage("risk_category", "c1", "k", payload), NOON)
    teller = RiskAttributeSender(api(connect), outbox, "risk_level")
    connect.faults.append((403, "AccessDeniedException"))
    for _ in range(2):
        with pytest.raises(UnwrittenError, match="AccessDeniedException"):
            teller.step()

    assert (connect.written, outbox.pending()[0]) == ([], 1)


def test_a_missing_permission_settles_no_call(connect: ConnectStub, engine: Engine) -> None:
    """Neither the call nor its agent counts as looked up; what is known is stored at once."""
    contacts, lookups = Contacts(engine, packaged()), Lookups(engine)
    connect.contacts["c1"] = {
        "Id": "c1", "AgentInfo": {"Id": "user-7"}, "Attributes": {"customer_id": "1001"},
    }  # fmt: skip
    event = ContactLens().event_of(json.loads(record("c1", "STARTED")), Arrival(1, utc_now()))
    assert event is not None
    contacts.take(Delivery([event], utc_now()))
    clock = [utc_now()]
    finder = PeopleFinder(api(connect), lookups, contacts, {}, ticking(clock))
    connect.faults.append((403, "ExpiredTokenException"))
    with pytest.raises(UnansweredError, match="ExpiredToken"):
        finder.step()
    clock[0] += timedelta(minutes=2)
    assert [one.lacks_details for one in lookups.open(utc_now())] == [True]
    answer = connect.answer
    connect.answer = lambda method, path, body: (  # type: ignore[method-assign]
        (403, {"__type": "AccessDeniedException", "Message": "DescribeUser"})
        if "/users/" in path
        else answer(method, path, body)
    )
    with pytest.raises(UnansweredError, match="DescribeUser"):
        finder.step()

    assert [one.call_id for one in lookups.open(utc_now())] == ["c1"]
    assert (call(engine).customer_id, call(engine).agent_id) == ("1001", "")


def test_errors_of_connect_say_whether_to_ask_again(connect: ConnectStub) -> None:
    """Quotas, faults, keys and permissions mend; an unknown contact does not."""
    for fault, permanent in (
        ((429, "ThrottlingException"), False), ((500, "InternalServiceException"), False),
        ((400, "Throttling"), False), ((400, "RequestLimitExceeded"), False),
        ((403, "AccessDeniedException"), False), ((403, "ExpiredTokenException"), False),
        ((403, "UnrecognizedClientException"), False), ((403, "InvalidSignatureException"), False),
        ((404, "ResourceNotFoundException"), True), ((400, "InvalidRequestException"), True),
        ((400, "InvalidParameterException"), True),
    ):  # fmt: skip
        connect.faults[:] = [fault] * 6
        with pytest.raises(ConnectError) as raised:
            api(connect).contact("c1", NOON)
        assert raised.value.permanent is permanent
    connect.stop()
    with pytest.raises(ConnectError) as raised:
        api(connect).contact("c1", NOON)
    assert not raised.value.permanent


def test_what_contact_lens_still_has_is_read_page_by_page(connect: ConnectStub) -> None:
    """All pages, one request a second, segments that nobody knows among them."""
    turns = [
        {"Transcript": {"Id": f"t{n}", "ParticipantId": "AGENT", "ParticipantRole": "AGENT",
                        "Content": "はい", "BeginOffsetMillis": n, "EndOffsetMillis": n + 1}}
        for n in range(150)
    ]  # fmt: skip
    connect.segments["c1"] = [*turns, {"Novelty": {"Id": "x"}}]
    pages = list(api(connect).segments("c1"))
    lens = ContactLens()
    events = [lens.segments_of("c1", page, Arrival(0, NOON)) for page in pages]

    assert [len(page) for page in pages] == [100, 51]
    assert sum(len(event.turns) for event in events) == 150


def test_an_odd_segment_costs_itself_only() -> None:
    """What was asked for and cannot be read is counted; its neighbours are heard."""
    good = transcript("t1", "AGENT", "はい", 0, "NEUTRAL")
    odd = [
        {"Transcript": {"Id": "t2"}}, {"Transcript": 5}, "x", {"Categories": {}},
        transcript("t3", "AGENT", "はい", -1, "NEUTRAL"),
    ]  # fmt: skip
    lens = ContactLens()
    event = lens.segments_of("c1", [*odd, good, *odd], Arrival(0, NOON))

    assert [turn.segment_id for turn in event.turns] == ["t1"]
    assert lens.unknown["answers with unreadable segments"] == 1


def test_calls_of_one_kind_keep_their_distance() -> None:
    """Ten calls at eight a second take more than a second, however fast they come."""
    now = [0.0]
    limit = RateLimit(8.0, lambda: now[0], lambda pause: now.__setitem__(0, now[0] + pause))
    for _ in range(10):
        limit.wait()

    assert now[0] == pytest.approx(9 / 8)
