"""The one door for what AWS services wrap: whatever comes, the events inside are the same."""

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callrisk.domain.contact_events import AnalysisEvent
from callrisk.integrations.amazon.connect_records import ConnectRecords
from callrisk.integrations.amazon.contact_lens import Arrival
from callrisk.integrations.amazon.passed_over import OTHERS
from callrisk.integrations.amazon.wrappers import unwrapped
from harness.amazon.spoken import record, transcript
from harness.amazon.wrapped import OF_BYTES, OF_JSON, OF_TEXT, aggregate, sns

NOON = datetime(2026, 11, 20, 5, 12, 31, tzinfo=UTC)
INSTANCE = "00000000-0000-4000-8000-000000000000"
ARN = f"arn:aws:connect:ap-northeast-1:111122223333:instance/{INSTANCE}"
SAID = record(
    "c1", "SEGMENTS", [transcript("t1", "CUSTOMER", "払えません ー〜", 1_000, "NEGATIVE")]
)


def contact_event(kind: str = "DISCONNECTED", **detail: Any) -> dict[str, Any]:
    """The detail of a contact event."""
    return {
        "eventType": kind, "contactId": "c1", "channel": "VOICE", "instanceArn": ARN,
        "initiationMethod": "INBOUND", "disconnectTimestamp": "2026-11-20T05:20:00.000Z",
    } | detail  # fmt: skip


def envelope(detail: dict[str, Any], name: str = "Amazon Connect Contact Event") -> bytes:
    """An event of EventBridge."""
    return json.dumps({
        "id": "9a1c", "detail-type": name, "source": "aws.connect", "time": "2026-11-20T05:12:31Z",
        "detail": detail,
    }).encode()  # fmt: skip


def read(body: bytes, reader: ConnectRecords | None = None) -> list[Any]:
    """The events in a record; nothing of it is unreadable."""
    inside = (reader or ConnectRecords(INSTANCE)).read(body, Arrival(7, NOON))
    assert inside.unreadable is None
    return list(inside.events)


@pytest.mark.parametrize("name", [*OF_TEXT, *OF_BYTES, *OF_JSON])
def test_what_is_said_comes_out_of_every_wrapper(name: str) -> None:
    """Of one, and of one inside SNS, as many services hand on what they got from it."""
    wrap = {**OF_TEXT, **OF_BYTES, **OF_JSON}[name]

    assert read(wrap(SAID)) == read(SAID)
    assert read(wrap(envelope(contact_event()))) == read(envelope(contact_event()))
    assert read(wrap(sns(SAID))) == read(SAID)


@given(st.lists(st.sampled_from([*OF_BYTES, *OF_TEXT, *OF_JSON]), max_size=4))
@settings(deadline=None)  # beside others it may wait for the processor
@example(["base64 of a mail", "bom", "sns"])
@example(["base64 of a mail", "bom", "rfc 7464"])
def test_wrappers_may_be_wrapped(names: list[str]) -> None:
    """In any order, as far as a service can hold what another makes."""
    body, is_text, is_object = SAID, True, True
    for name in names:
        if (name in OF_TEXT and not is_text) or (name in OF_JSON and not is_object):
            continue
        body = {**OF_TEXT, **OF_BYTES, **OF_JSON}[name](body)
        is_text = _is(lambda held=body: held.decode())
        is_object = is_text and _is(lambda held=body: json.loads(held.decode()).keys())

    assert read(body) == read(SAID)


def _is(made: Any) -> bool:
    try:
        made()
    except (ValueError, AttributeError):
        return False
    return True


SEVERAL = [
    record(f"c{n}", "SEGMENTS", [transcript(f"t{n}", "AGENT", "はい", n * 1_000, "NEUTRAL")])
    for n in range(3)
]


@pytest.mark.parametrize(
    "body",
    [
        b"\n".join(SEVERAL), b"".join(SEVERAL), b",\r\n".join(SEVERAL),
        b"[" + b",".join(SEVERAL) + b"]", aggregate(SEVERAL), gzip.compress(b"\n".join(SEVERAL)),
        aggregate([gzip.compress(one) for one in SEVERAL]),
        b"\n".join(map(base64.b64encode, SEVERAL)),
    ],
    ids=range(8),
)  # fmt: skip
def test_many_records_in_one_are_all_read(body: bytes) -> None:
    """One a line, one after the other, in a list, packed by a producer."""
    assert [event.contact_id for event in read(body)] == ["c0", "c1", "c2"]


def test_one_bad_line_costs_no_other() -> None:
    """The record is set aside as well, so that nothing of it is lost."""
    inside = ConnectRecords().read(
        b"\n".join([SEVERAL[0], b'{"half', SEVERAL[2]]), Arrival(7, NOON)
    )

    assert [event.contact_id for event in inside.events] == ["c0", "c2"]
    assert inside.unreadable == "not JSON in UTF-8: JSONDecodeError"


@pytest.mark.parametrize("bad", [SAID[:60], gzip.compress(SAID)[:60]], ids=["json", "gzip"])
def test_a_damaged_record_beside_others_is_set_aside(bad: bytes) -> None:
    """In a wrapper that nobody knows, too; what is plain text there is no trouble."""
    values = [{"value": base64.b64encode(one).decode(), "note": "[VIP] 1"} for one in (SAID, bad)]
    inside = ConnectRecords().read(json.dumps({"t-0": values[:1]}).encode(), Arrival(7, NOON))
    damaged = ConnectRecords().read(json.dumps({"t-0": values}).encode(), Arrival(7, NOON))

    assert inside.events == damaged.events == tuple(read(SAID))
    assert damaged.unreadable


def test_a_channel_that_is_null_is_the_voice() -> None:
    """As where it is absent: a turn is not passed over for it."""
    event = json.loads(SAID) | {"Channel": None}

    assert read(json.dumps(event).encode()) == read(SAID)
    assert read(envelope(contact_event(channel=None))) == read(envelope(contact_event()))


@pytest.mark.parametrize(
    ("begin", "end", "read_as"),
    [
        (1000.0, 2000.0, (1000, 2000)), ("1000", "2000.0", (1000, 2000)),
        (999.6, 2e3, (1000, 2000)),
        (True, 2000, None), (float("nan"), 2000, None), (0, float("inf"), None), ("x", 5, None),
        (-1.0, 5, None), (5, 4, None), (None, 5, None),
        (86_400_000, 86_400_000, (86_400_000, 86_400_000)), (0, 86_400_001, None),
    ],
)  # fmt: skip
def test_offsets_may_be_written_in_other_ways(
    begin: Any, end: Any, read_as: tuple[int, int] | None
) -> None:
    """As what lies between writes numbers; what is none, or later than a day, is unreadable."""
    event = json.loads(SAID)
    turn = event["Segments"][0]["Transcript"]
    turn["BeginOffsetMillis"], turn["EndOffsetMillis"] = begin, end
    inside = ConnectRecords().read(json.dumps(event).encode(), Arrival(7, NOON))
    events = [one for one in inside.events if isinstance(one, AnalysisEvent)]
    found = [(turn.begin_ms, turn.end_ms) for one in events for turn in one.turns]

    assert found == ([] if read_as is None else [read_as])
    assert (inside.unreadable is None) == (read_as is not None)


AGENT_EVENT = {
    "AgentARN": f"{ARN}/agent/user-7", "AWSAccountId": "111122223333", "EventId": "d0d0",
    "EventTimestamp": "2026-11-20T05:12:31.000Z", "EventType": "HEART_BEAT", "InstanceARN": ARN,
    "Version": "2017-10-01", "CurrentAgentSnapshot": {"Contacts": [{"ContactId": "c1"}]},
}  # fmt: skip
CONTACT_RECORD = {
    "AWSAccountId": "111122223333", "AWSContactTraceRecordFormatVersion": "2017-03-10",
    "ContactId": "c1", "Channel": "VOICE", "InstanceARN": ARN, "InitiationMethod": "INBOUND",
    "InitiationTimestamp": "2026-11-20T05:12:31Z", "DisconnectTimestamp": "2026-11-20T05:20:00Z",
}  # fmt: skip
SUBSCRIPTION = {
    "Type": "SubscriptionConfirmation", "MessageId": "1", "TopicArn": "arn:aws:sns:x:1:calls",
    "Message": "You have chosen to subscribe", "SubscribeURL": "https://sns.example/",
}  # fmt: skip
CHAT = {
    "Channel": "CHAT", "ContactId": "c1", "StreamingEventType": "SEGMENTS", "Version": "2.0.0",
}  # fmt: skip
RULES = "Contact Lens Realtime Rules Matched"
ELSEWHERE = json.loads(SAID) | {"InstanceId": "9B1D"}


@pytest.mark.parametrize(
    ("foreign", "name"),
    [
        (AGENT_EVENT, "agent event"), (CONTACT_RECORD, "contact record"),
        (ELSEWHERE, "instance 9b1d"), (SUBSCRIPTION, "SNS subscription: confirm it"),
        (contact_event(instanceArn=ARN.replace(INSTANCE, "9b1d")), "instance 9b1d"),
        ({"Records": [{"eventSource": "aws:s3", "s3": {}}]}, "event of another service"),
        (CHAT, "chat analysis"),
        ({"JobStatus": "COMPLETED", "ConversationCharacteristics": {}}, "post-call analysis"),
        ({"detail-type": RULES, "detail": {"contactArn": "x"}}, f"detail-type {RULES}"),
    ],
)  # fmt: skip
def test_what_is_not_ours_is_passed_over_and_counted(foreign: dict[str, Any], name: str) -> None:
    """Neither a call nor quarantine, whatever shares the stream; its neighbours are read."""
    reader = ConnectRecords(f"arn:aws:connect:x:1:instance/{INSTANCE.upper()}")
    body = json.dumps(foreign).encode()

    assert read(aggregate([body, SAID]), reader) == read(SAID)
    assert dict(reader.unknown) == {name: 1}


def test_a_segment_that_is_new_is_counted_and_makes_no_trouble() -> None:
    """AWS adds kinds of segments; the turns beside them are read."""
    extracted = {"ExtractedInformation": {"ExtractionDefinitionId": "x", "ExtractedValues": []}}
    reader, event = ConnectRecords(INSTANCE), json.loads(SAID)
    event["Segments"].insert(0, extracted)

    assert read(json.dumps(event).encode(), reader) == read(SAID)
    assert dict(reader.unknown) == {"segment extractedinformation": 1}


@pytest.mark.parametrize(
    "name", ["Amazon Connect Contact Event", "Connect Customer Contact Event", "contact event"]
)
def test_a_contact_event_has_more_than_one_name(name: str) -> None:
    """As AWS calls the service one way or another; without its envelope it is one as well."""
    [event] = read(envelope(contact_event(), name))
    [bare] = read(json.dumps(contact_event()).encode())

    assert event == bare
    assert event.disconnected_at == datetime(2026, 11, 20, 5, 20, tzinfo=UTC)


def test_completed_is_an_event_of_both() -> None:
    """The end of after-call work is not the end of the analysis."""
    [work] = read(json.dumps(contact_event("COMPLETED")).encode())
    [analysis] = read(record("c1", "COMPLETED"))

    assert (type(work).__name__, type(analysis).__name__) == ("ContactEvent", "AnalysisEvent")


def test_names_that_are_counted_are_bounded() -> None:
    """Whoever sends may invent names; beyond some they are counted together."""
    reader = ConnectRecords()
    for n in range(5_000):
        event = json.loads(SAID)
        event["Segments"] = [{f"Odd{n}": {}}]
        read(json.dumps(event).encode(), reader)

    assert len(reader.unknown) <= 41
    assert reader.unknown[OTHERS] >= 4_900
    assert sum(reader.unknown.values()) == 5_000


@pytest.mark.parametrize(
    "body",
    [
        b"", b" \n", b"\xff\xfe\x00", b"[[[[" * 50_000, b"123456789", b"null", b'"x"', b"{}",
        b"[1]", b"[]", b"aGVsbG8gdGhlcmU=", gzip.compress(b"{}")[:-4],
        gzip.compress(b" " * 80_000_000), b"\x78\x9cxx",
        aggregate([b"x"])[:-20], aggregate([b"\xff\xff"]), b"\xf3\x89\x9a\xc2",
    ],
    ids=range(17),
)  # fmt: skip
def test_what_holds_nothing_is_unreadable_and_raises_nothing(body: bytes) -> None:
    """Bombs, halves and noise: one reason, and no event."""
    inside = ConnectRecords().read(body, Arrival(7, NOON))

    assert inside.events == ()
    assert inside.unreadable


@given(st.binary() | st.text().map(str.encode) | st.binary().map(gzip.compress))
def test_nothing_comes_out_of_noise_but_a_reason(body: bytes) -> None:
    """No error of any library, whatever lies in a stream."""
    inside = ConnectRecords().read(body, Arrival(7, NOON))

    assert inside.events or inside.unreadable or unwrapped(body).objects
