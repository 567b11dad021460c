"""The door for contact events, against messages that are nearly right."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrisk.integrations.amazon.connect_records import ConnectRecords
from callrisk.integrations.amazon.contact_lens import Arrival
from callrisk.integrations.amazon.eventbridge import ContactEventError, ContactEvents

NOON = datetime(2026, 11, 20, 5, 12, 31, tzinfo=UTC)
INSTANCE = "arn:aws:connect:ap-northeast-1:111122223333:instance/0f3c"


def envelope(**detail: Any) -> dict[str, Any]:
    """A contact event with every field that is read."""
    whole = {
        "eventType": "CONNECTED_TO_AGENT", "contactId": "c1", "initialContactId": "c0",
        "channel": "VOICE", "instanceArn": INSTANCE, "initiationMethod": "INBOUND",
        "disconnectTimestamp": "2026-11-20T05:20:00.000Z",
        "agentInfo": {
            "agentArn": f"{INSTANCE}/agent/user-7",
            "connectedToAgentTimestamp": "2026-11-20T05:12:30.902Z",
        },
    }  # fmt: skip
    return {
        "id": "9a1c", "detail-type": "Amazon Connect Contact Event", "source": "aws.connect",
        "time": "2026-11-20T05:12:31Z", "detail": whole | detail,
    }  # fmt: skip


ODD = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(("\ud800", "a\0b", "x" * 257, "", "9999-12-31T23:59:59-23:00", "0001-01-01"))
    | st.lists(st.integers()) | st.dictionaries(st.text(), st.text())
)  # fmt: skip
PLACES = (
    ("detail-type",), ("time",), ("detail",), ("detail", "eventType"), ("detail", "contactId"),
    ("detail", "initialContactId"), ("detail", "instanceArn"), ("detail", "channel"),
    ("detail", "initiationMethod"), ("detail", "disconnectTimestamp"), ("detail", "agentInfo"),
    ("detail", "agentInfo", "agentArn"), ("detail", "agentInfo", "connectedToAgentTimestamp"),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3))
def test_an_event_with_a_wrong_field_is_an_event_or_one_error(
    changes: list[tuple[tuple[str, ...], Any]],
) -> None:
    """Whatever stands in a field, only ContactEventError comes out, and no event that is odd."""
    changed = envelope()
    for (*way, name), value in changes:
        place = changed
        for step in way:
            place = place[step] if isinstance(place.get(step), dict) else {}
        place[name] = value
    try:
        event = ContactEvents("0f3c").event_of(changed, NOON)
    except ContactEventError:
        return

    if event is not None:
        for one in (event.contact_id, event.initial_contact_id, event.agent_user_id):
            assert one is None or (0 < len(one.encode()) <= 4 * 256 and "\0" not in one)
        for at in (event.connected_at, event.disconnected_at):
            assert at is None or at.utcoffset() == timedelta(0)


@given(st.binary(max_size=6), st.integers(0, 600))
def test_a_damaged_message_is_an_event_or_unreadable(bytes_there: bytes, place: int) -> None:
    """Bytes in the wrong place, a message cut off: no error of any library."""
    whole = json.dumps(envelope()).encode()
    for damaged in (whole[:place] + bytes_there + whole[place:], whole[:place] + bytes_there):
        reader = ConnectRecords()
        inside = reader.read(damaged, Arrival(1, NOON))
        assert inside.events or inside.unreadable or reader.unknown


@pytest.mark.parametrize(
    "detail",
    [
        {"disconnectTimestamp": "9999-12-31T23:59:59-23:00"},
        {"disconnectTimestamp": 20261120},
        {"agentInfo": {"agentArn": {"agent": 1}}},
        {"agentInfo": {"agentArn": 5}},
        {"contactId": "\ud800"},
        {"contactId": "a\0b"},
        {"contactId": "x" * 257},
        {"contactId": ""},
    ],
)
def test_what_cannot_be_stored_is_no_event(detail: dict[str, Any]) -> None:
    """It goes to quarantine by itself, instead of keeping those received with it from the store."""
    with pytest.raises(ContactEventError):
        ContactEvents().event_of(envelope(**detail), NOON)


def test_an_id_as_long_as_the_database_takes_is_an_event() -> None:
    """Of 256 characters: the contact, its first leg and its agent."""
    contact, first, agent = (letter * 256 for letter in "cfa")
    named = {"agentArn": f"{INSTANCE}/agent/{agent}"}
    event = ContactEvents().event_of(
        envelope(contactId=contact, initialContactId=first, agentInfo=named), NOON
    )

    assert event is not None
    found = (event.contact_id, event.initial_contact_id, event.agent_user_id)
    assert found == (contact, first, agent)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"detail":' * 100_000, b"\xff", b"", b"[1]"])
def test_what_is_no_envelope_is_unreadable(body: bytes) -> None:
    """Too deep, no UTF-8, empty, or a list."""
    inside = ConnectRecords().read(body, Arrival(1, NOON))

    assert inside.events == ()
    assert inside.unreadable


def test_a_supervisor_who_listens_in_is_no_call() -> None:
    """Their contact is passed over and counted; the agent's own contact is the call."""
    parser = ContactEvents()
    found = parser.event_of(envelope(initiationMethod="Monitor"), NOON)

    assert found is None
    assert dict(parser.unknown) == {"monitor": 1}


@pytest.mark.parametrize("name", ["instanceArn", "InstanceArn", "instanceARN", "INSTANCEARN"])
@pytest.mark.parametrize("ours", ["0f3c", INSTANCE])
def test_an_event_of_another_instance_is_passed_over(name: str, ours: str) -> None:
    """Only the instance that is configured, by id or by ARN, is ours; others are counted."""
    parser = ContactEvents(ours)
    event = envelope(contactId="")
    del event["detail"]["instanceArn"]
    event["detail"][name] = INSTANCE.replace("0f3c", "9B1D")

    assert parser.event_of(event, NOON) is None
    assert dict(parser.unknown) == {"instance 9b1d": 1}
    assert parser.event_of(envelope(), NOON) is not None


@pytest.mark.parametrize("arn", [None, "", 5, INSTANCE, f"{INSTANCE}/".upper()])
def test_an_event_that_names_no_other_instance_is_ours(arn: Any) -> None:
    """Ours, none, or what is no name of one: the call is taken."""
    parser = ContactEvents("0f3c")

    assert parser.event_of(envelope(instanceArn=arn), NOON) is not None
    assert dict(parser.unknown) == {}


def test_without_a_configured_instance_every_one_is_ours() -> None:
    """Nothing is passed over where no instance is named in the settings."""
    assert ContactEvents().event_of(envelope(), NOON) is not None


def test_an_empty_text_is_not_set() -> None:
    """An event whose moment and agent are empty tells neither."""
    empty = {"agentArn": "", "connectedToAgentTimestamp": ""}
    found = ContactEvents().event_of(
        envelope(disconnectTimestamp="", initialContactId="c1", agentInfo=empty), NOON
    )

    assert found is not None
    assert found.creates
    assert (found.connected_at, found.disconnected_at) == (None, None)
    assert (found.agent_user_id, found.initial_contact_id) == (None, None)
