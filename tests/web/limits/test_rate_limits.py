"""The limits on the rate of requests: over HTTP, in memory and in a real Redis."""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest
import redis

from callrisk.web.limits.rate_limits import Rate, RateLimits
from harness.ports import free_port
from harness.staffed import Staffed, staffed

REDIS = os.environ.get("CALLRISK_TEST_REDIS", "redis://127.0.0.1:6379/9")
LIMITS = {
    Rate.READING: "4/minute", Rate.WRITING: "3/minute", Rate.EXPORTS: "1/minute",
    Rate.SERVICES: "6/minute", Rate.STRANGERS: "2/minute",
}  # fmt: skip
NOTE = {"agent_id": "agent-1", "text": "折り返しの希望"}


@pytest.fixture
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A server in production with narrow limits."""
    with staffed(tmp_path_factory.mktemp("limited")) as made:
        made.server.app.extensions["callrisk.rate_limits"] = RateLimits(LIMITS)
        yield made


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The address of a real Redis, with what these tests count removed afterwards."""
    client = redis.Redis.from_url(REDIS, socket_connect_timeout=1)
    try:
        client.ping()
    except redis.ConnectionError:
        pytest.skip("no Redis at 127.0.0.1; name one in CALLRISK_TEST_REDIS")
    yield REDIS
    for key in client.scan_iter("callrisk*"):
        client.delete(key)
    client.close()


def test_who_asks_too_often_is_told_when_to_come_again(staff: Staffed) -> None:
    """By 429 with Retry-After, in one's language; another person and another route go on."""
    mine, other = staff.client("agent-1"), staff.client("supervisor")
    statuses = [mine.get("/api/calls").status_code for _ in range(5)]
    refused = mine.get("/api/calls")
    in_japanese = mine.get("/api/calls", headers={"Accept-Language": "ja"}).get_json()["detail"]

    assert statuses == [200, 200, 200, 200, 429]
    assert refused.mimetype == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    problem = refused.get_json()
    assert (problem["status"], problem["instance"]) == (429, "/api/calls")
    assert "Too many requests" in problem["detail"]
    assert problem["detail"].isascii()
    assert "リクエストが多すぎます" in in_japanese
    assert problem["request_id"] == refused.headers["X-Request-Id"]
    assert mine.get("/api/calls/c-own").status_code == 200
    assert other.get("/api/calls").status_code == 200


def test_writing_has_a_limit_of_its_own(staff: Staffed) -> None:
    """A note that is refused is not stored."""
    mine = staff.client("agent-1")
    statuses = [mine.post("/api/calls/c-own/notes", json=NOTE).status_code for _ in range(4)]

    assert statuses == [201, 201, 201, 429]
    assert len(mine.get("/api/calls/c-own").get_json()["notes"]) == 3


def test_an_export_has_a_limit_of_its_own(staff: Staffed) -> None:
    """The audit as a table."""
    auditor = staff.client("auditor")

    assert [auditor.get("/audit/csv").status_code for _ in range(2)] == [200, 429]


def test_a_key_has_the_limit_of_services(staff: Staffed) -> None:
    """For what it feeds and for what it reads, whatever the method."""
    feeder, turn = staff.client(key="feeder"), {"segment_id": "s", "role": "AGENT", "text": "はい"}
    body = {"segments": [turn]}
    statuses = [feeder.post("/api/calls/c-own/segments", json=body).status_code for _ in range(7)]

    assert statuses == [200] * 6 + [429]


def test_strangers_are_counted_by_their_address(staff: Staffed) -> None:
    """Whoever tries keys is put off; who is known at the same address is not."""
    stranger = staff.client()
    wrong = {"Authorization": "Bearer crk_guessed"}
    statuses = [stranger.get("/api/calls", headers=wrong).status_code for _ in range(3)]

    assert statuses == [401, 401, 429]
    assert staff.client(key="reader").get("/api/calls").status_code == 200


def test_whoever_watches_the_process_is_never_put_off(staff: Staffed) -> None:
    """Nor are files of the pages; logins have counts of their own."""
    client = staff.client()
    statuses = {
        client.get(path).status_code
        for path in ("/livez", "/readyz", "/static/favicon.svg")
        for _ in range(9)
    }
    logins = [staff.log_in(client, "nobody", "x").status_code for _ in range(4)]

    assert statuses == {200}
    assert logins == [401, 401, 401, 401]


def test_off_is_no_limit() -> None:
    """However much is asked."""
    limits = RateLimits({Rate.READING: "off"})

    assert {limits.wait_s(Rate.READING, "p", "r") for _ in range(2_000)} == {None}


def test_servers_count_together_in_redis(redis_url: str) -> None:
    """What one has counted the other refuses."""
    who = f"person:{uuid.uuid4().hex}"
    one, two = (RateLimits(LIMITS, redis_url) for _ in range(2))
    allowed = [limits.wait_s(Rate.WRITING, who, "r") for limits in (one, two, one)]
    refused = two.wait_s(Rate.WRITING, who, "r")

    assert allowed == [None, None, None]
    assert refused is not None and 1 <= refused <= 60
    assert one.wait_s(Rate.WRITING, f"{who}x", "r") is None
    assert one.check().ok


def test_without_redis_requests_go_on_and_are_counted_here(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is logged once and shown by the health answer."""
    limits = RateLimits(LIMITS, f"redis://127.0.0.1:{free_port()}/0")
    with caplog.at_level(logging.INFO):
        waits = [limits.wait_s(Rate.WRITING, "p", "r") for _ in range(4)]

    assert waits[:3] == [None, None, None] and waits[3] is not None
    assert [one.levelname for one in caplog.records if "limits" in one.name] == ["WARNING"]
    assert not limits.check().ok
    assert "Redis does not answer" in limits.check().detail


def test_redis_that_comes_back_counts_again(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After a pause, in which it is not asked; a line says so."""
    port, now = free_port(), [0.0]
    limits = RateLimits(LIMITS, f"redis://127.0.0.1:{port}/9", lambda: now[0])
    who = f"person:{uuid.uuid4().hex}"
    with caplog.at_level(logging.INFO):
        limits.wait_s(Rate.WRITING, who, "r")
        with closing(passed_on(port, redis_url)):
            limits.wait_s(Rate.WRITING, who, "r")
            was_away = not limits.check().ok
            now[0] = 6.0
            limits.wait_s(Rate.WRITING, who, "r")
            is_back = limits.check().ok
    told = [one.message for one in caplog.records if one.name.endswith("rate_limits")]

    assert (was_away, is_back) == (True, True)
    assert len(told) == 2 and told[1] == "Redis answers again"


def passed_on(port: int, url: str) -> socket.socket:
    """A port at which another Redis is reached from now on."""
    to = redis.Redis.from_url(url).connection_pool.connection_kwargs
    listening = socket.create_server(("127.0.0.1", port))

    def serve() -> None:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        server = socket.create_connection((to["host"], to["port"]))
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=pump, args=(source, target), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listening


def pump(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes."""
    while got := source.recv(65_536):
        target.sendall(got)
