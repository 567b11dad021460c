"""What Amazon Connect can be asked, when it does not answer as it should."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from callrisk.integrations.amazon.connect_api import ConnectApi, ConnectError
from harness.amazon.connect_stub import ConnectStub
from harness.amazon.kinesis_local import CREDENTIALS

NOON = datetime(2026, 11, 20, 5, 12, 31, tzinfo=UTC)
CALLS: dict[str, Callable[[ConnectApi], Any]] = {
    "contact": lambda api: api.contact("c1", NOON),
    "user": lambda api: api.user("user-7"),
    "segments": lambda api: list(api.segments("c1")),
}


def api(url: str) -> ConnectApi:
    """The calls of Connect, against the stub."""
    names = ("connect", "connect-contact-lens")
    clients = [boto3.client(name, endpoint_url=url, **CREDENTIALS) for name in names]
    return ConnectApi(*clients, "0f3c", "customer_id")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "body",
    [
        b'{"Contact": {"Id', b"{}", b"[]", b"\xff\xfe", b"<html>sign in to the network</html>",
        b'{"Contact": "x", "User": "x", "Segments": 5}',
        b'{"Contact": {"AgentInfo": "x"}, "User": {"IdentityInfo": "x"}, "Segments": "x"}',
        b'{"Contact": {"DisconnectTimestamp": "nonsense"}, "User": {}, "Segments": null}',
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_is_asked_for_again(
    connect: ConnectStub, call: str, body: bytes
) -> None:
    """Cut off, or from a proxy in between: one ConnectError, and not for good."""
    connect.garbled += [body] * 6
    with pytest.raises(ConnectError) as raised:
        CALLS[call](api(connect.url))

    assert not raised.value.permanent


def test_a_withheld_number_is_no_number(connect: ConnectStub) -> None:
    """Neither a word nor the address of another kind of end is a telephone number."""
    ends = (None, {"Type": "TELEPHONE_NUMBER", "Address": "anonymous"},
            {"Type": "VOIP", "Address": "sip:1001"})  # fmt: skip
    for end in ends:
        connect.contacts["c1"] = {"Id": "c1"} | ({"CustomerEndpoint": end} if end else {})
        assert api(connect.url).contact("c1", NOON).phone is None


def test_an_attribute_that_is_too_long_is_no_id(connect: ConnectStub) -> None:
    """The database could not hold it, and the call would be asked about for ever."""
    for value, found in (("1" * 256, "1" * 256), ("1" * 257, None), ("", None), ("1\0", None)):
        connect.contacts["c1"] = {"Id": "c1", "Attributes": {"customer_id": value}}
        assert api(connect.url).contact("c1", NOON).customer_id == found
    names = {"FirstName": "花" * 255, "LastName": "佐" * 300}
    connect.users["user-7"] = {"Id": "user-7", "Username": "sato", "IdentityInfo": names}
    assert len(api(connect.url).user("user-7").name) == 256


def test_keys_that_connect_refuses_are_not_sent(connect: ConnectStub) -> None:
    """A Japanese key is refused here, a Japanese value is written."""
    with pytest.raises(ValueError, match="only letters"):
        api(connect.url).write_attributes("c0", {"危険度": "high"})
    api(connect.url).write_attributes("c0", {"risk_level": "高"})

    assert connect.written == [("c0", {"risk_level": "高"})]


def test_without_keys_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent, but somebody may still give credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "nowhere")
    connect, lens = (
        boto3.session.Session(region_name="ap-northeast-1").client(name)
        for name in ("connect", "connect-contact-lens")
    )
    with pytest.raises(ConnectError) as raised:
        ConnectApi(connect, lens, "0f3c", "customer_id").contact("c1", NOON)

    assert not raised.value.permanent
