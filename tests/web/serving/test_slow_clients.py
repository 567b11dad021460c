"""Clients that send or read slowly are cut off, and hold up nobody."""

import json
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from callrisk.domain.event_types import EventType
from callrisk.web.app import Server
from callrisk.web.serving.socket_connections import Connection
from callrisk.web.serving.timed_http import TimedHttp
from harness.waiting import wait_until

SHORT_S = 0.3


def opened(address: str) -> socket.socket:
    """Return a connection over which nothing was sent."""
    found = urlsplit(address)
    return socket.create_connection((found.hostname, found.port or 0), timeout=10)


def ends_within(connection: socket.socket, seconds: float) -> bool:
    """Return whether the server closes or resets a connection."""
    connection.settimeout(seconds)
    try:
        while connection.recv(1 << 16):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize(
    "begun", [b"", b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"\r\n"]
)
def test_headers_that_do_not_come_are_waited_for_only_so_long(
    address: str, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection without a request ends, and others are answered meanwhile."""
    monkeypatch.setattr(TimedHttp, "headers_within_s", SHORT_S)
    with opened(address) as slow:
        slow.sendall(begun)
        assert requests.get(f"{address}/api/health", timeout=5).ok
        assert ends_within(slow, 5)


def test_headers_that_trickle_are_cut_off_too(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes soon after the one before; the request never comes."""
    monkeypatch.setattr(TimedHttp, "headers_within_s", SHORT_S)
    with opened(address) as slow:
        slow.sendall(b"GET /api/health HTTP/1.1\r\n")
        began = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - began < 5:
                slow.sendall(b"X")
                time.sleep(0.02)


def test_a_body_that_does_not_come_is_waited_for_only_so_long(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many such clients as there are threads, and more, keep no request waiting."""
    monkeypatch.setattr(TimedHttp, "body_within_s", 2.0)
    head = (
        b"POST /api/start_call HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
    )
    slow = [opened(address) for _ in range(40)]
    for connection in slow:
        connection.sendall(head)
    began = time.monotonic()

    assert requests.get(f"{address}/api/health", timeout=5).ok
    assert time.monotonic() - began < 1.5
    assert all(ends_within(connection, 5) for connection in slow)
    for connection in slow:
        connection.close()


def test_endless_headers_are_refused(address: str) -> None:
    """At 64 kB, and without the request."""
    with opened(address) as talker:
        talker.sendall(b"GET / HTTP/1.1\r\n" + b"X-Long: %s\r\n" % (b"x" * 1_000) * 100)
        assert ends_within(talker, 5)


def test_a_socket_that_does_not_read_is_cut_off_and_others_go_on(
    server: Server, watcher: Callable[[], ClientConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else misses an event, and who pushes never waits."""
    monkeypatch.setattr(Connection, "most_unread", 1 << 16)
    deaf, good = watcher(), watcher()
    heard: list[int] = []
    count = 150
    large = "支払い" * 5_000

    def listen() -> None:
        while len(heard) < count:
            message = str(good.recv(20))
            if message == "2":
                good.send("3")
            elif message.startswith("42"):
                heard.append(json.loads(message[2:])[1]["seq"])

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    longest = 0.0
    for seq in range(count):
        began = time.monotonic()
        payload = {"call_id": "c", "seq": seq, "text": large}
        server.socketio.emit(str(EventType.ALERT), payload, to="overview")
        longest = max(longest, time.monotonic() - began)
        # As long as the good one reads, so that only the deaf one lags.
        wait_until(lambda sent=seq: len(heard) > sent, seconds=20, every_s=0.001)
    listening.join(20)

    assert heard == list(range(count))
    assert longest < 0.5
    with pytest.raises(ConnectionClosed):
        while True:
            deaf.recv(20)
