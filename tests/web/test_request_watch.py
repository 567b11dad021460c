"""The id and the line of each request."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.web.request_watch import keyed_person
from harness.key_rings import RING
from harness.staffed import Staffed, key_named, staffed

GIVEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A server in production, to which requests come by no proxy."""
    with staffed(tmp_path_factory.mktemp("watched")) as made:
        yield made


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """The same behind one proxy."""
    with staffed(tmp_path_factory.mktemp("behind"), proxies=1) as made:
        yield made


def records(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What was logged of requests."""
    return [vars(one) for one in caplog.records if one.name == "callrisk.web.request_watch"]


def test_an_answer_has_an_id_and_a_problem_names_it(staff: Staffed) -> None:
    """Each request another one."""
    client = staff.client("agent-1")
    fine, missing = client.get("/api/calls"), client.get("/api/calls/no-such-call")

    ids = [answer.headers["X-Request-Id"] for answer in (fine, missing)]
    assert len({*ids, ""}) == 3
    assert missing.get_json()["request_id"] == ids[1]


@pytest.mark.parametrize(
    ("given", "forwarded", "is_taken"),
    [
        (GIVEN, True, True), (GIVEN, False, False), ("short", True, False),
        ("a b\"c{}1234", True, False), ("x" * 65, True, False),
    ],
)  # fmt: skip
def test_an_id_is_taken_from_a_proxy_alone(
    behind: Staffed, given: str, forwarded: bool, is_taken: bool
) -> None:
    """Where it is well-formed."""
    headers = {"X-Request-Id": given} | ({"X-Forwarded-For": "192.0.2.1"} if forwarded else {})
    answer = behind.client().get("/livez", headers=headers)

    assert (answer.headers["X-Request-Id"] == given) is is_taken


def test_without_a_proxy_no_id_is_taken(staff: Staffed) -> None:
    """Whoever sends it."""
    headers = {"X-Request-Id": GIVEN, "X-Forwarded-For": "192.0.2.1"}

    assert staff.client().get("/livez", headers=headers).headers["X-Request-Id"] != GIVEN


def test_a_line_tells_route_status_and_time(
    staff: Staffed, caplog: pytest.LogCaptureFixture
) -> None:
    """And neither the path nor the query, which may name a customer."""
    client = staff.client("agent-1")
    caplog.clear()  # of the login, where another test has wanted every line
    with caplog.at_level(logging.INFO):
        client.get("/api/calls?customer_id=1001")
        client.get("/api/calls/c-own")
        client.get("/nowhere/1001")
    told = records(caplog)

    assert [(one["route"], one["status"]) for one in told] == [
        ("/api/calls", 200), ("/api/calls/<call_id>", 200), ("none", 404),
    ]  # fmt: skip
    assert all(one["method"] == "GET" and one["ms"] > 0 for one in told)
    assert "1001" not in caplog.text


def test_turns_and_watchers_write_no_line_of_their_own(
    staff: Staffed, caplog: pytest.LogCaptureFixture
) -> None:
    """Unless they fail, or every detail is wanted."""
    client, turn = staff.client(key="feeder"), {"segment_id": "s", "role": "AGENT", "text": "はい"}
    caplog.clear()
    with caplog.at_level(logging.INFO):
        client.post("/api/calls/c-own/segments", json={"segments": [turn]})
        client.get("/livez")
        client.post("/api/calls/c-own/segments", json={"segments": []})

    assert [one["status"] for one in records(caplog)] == [422]


def test_a_person_is_told_by_a_keyed_id(staff: Staffed) -> None:
    """The same in every line of a request, and no line outlives it."""
    seen: list[dict[str, Any]] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(dict(get_contextvars()))

    logger, keeper = logging.getLogger("callrisk.web.request_watch"), Keeper()
    logger.addHandler(keeper)
    logger.setLevel(logging.INFO)
    try:
        staff.client("agent-1").get("/api/calls")
    finally:
        logger.removeHandler(keeper)
        logger.setLevel(logging.NOTSET)
    person = staff.person("agent-1")
    subject = staff.server.state.accounts.sessions.subject_of(person).subject_id

    assert seen[-1]["person"] == keyed_person(RING.active(KeyPurpose.LOG).value, subject)
    assert seen[-1]["person"] != keyed_person(b"s" * 40, subject)
    assert "agent-1" not in str(seen[-1]) and "見本" not in str(seen[-1])
    assert get_contextvars() == {}


def test_no_log_of_a_login_holds_what_was_typed(
    staff: Staffed, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the login, nor the password, nor a key."""
    with caplog.at_level(logging.DEBUG):
        staff.log_in(staff.client(), "agent-1", "wrong-password-typed")
        staff.client("agent-1")
        staff.client(key="reader").get("/api/calls")

    for secret in ("agent-1", "wrong-password-typed", key_named("reader"), "馬と電池"):
        assert secret not in caplog.text
