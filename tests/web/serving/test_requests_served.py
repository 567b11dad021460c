"""Requests as they reach the application: bodies, addresses, connections, busy threads."""

import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import flask
import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from callrisk.web.access.guards import open_to_all
from callrisk.web.app import Server
from callrisk.web.serving import web_server

IDS = {"call_id": "通話-1", "customer_id": "1001", "agent_id": "a"}


def test_addresses_headers_and_bodies_reach_the_application(address: str) -> None:
    """An id in Japanese, in pieces of the body and in the path."""

    def pieces() -> Iterator[bytes]:
        for byte in json.dumps(IDS, ensure_ascii=False).encode():
            yield bytes([byte])

    headers = {"Content-Type": "application/json"}
    started = requests.post(f"{address}/api/start_call", data=pieces(), headers=headers, timeout=5)
    call = requests.get(f"{address}/api/calls/通話-1", timeout=5)
    page = requests.head(f"{address}/", timeout=5)
    missing = requests.get(f"{address}/api/calls/%00", timeout=5)

    assert started.status_code in (200, 201)
    assert call.json()["call_id"] == "通話-1"
    assert (page.status_code, page.text) == (200, "")
    assert int(page.headers["Content-Length"]) > 1_000
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"
    assert "Content-Security-Policy" in page.headers


@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_body_that_is_too_large_is_413(address: str, in_pieces: bool) -> None:
    """Its length told or not; the connection serves the next request."""
    body = b'{"call_id": "' + b"x" * (2 << 20) + b'"}'
    with requests.Session() as session:
        answer = session.post(
            f"{address}/api/start_call", data=iter([body]) if in_pieces else body,
            headers={"Content-Type": "application/json"}, timeout=5,
        )  # fmt: skip
        assert (answer.status_code, answer.json()["status"]) == (413, 413)
        assert session.get(f"{address}/api/health", timeout=5).ok


def test_a_kept_connection_is_answered_at_once(address: str) -> None:
    """No body waits until the client acknowledges the headers, which takes it 40 ms."""
    found, took = urlsplit(address), []
    connection = HTTPConnection(found.hostname or "", found.port, timeout=5)
    for _ in range(20):
        began = time.perf_counter()
        connection.request("GET", "/livez")
        assert connection.getresponse().read()
        took.append(time.perf_counter() - began)
    connection.close()

    assert statistics.median(took) < 0.02


def test_a_trailer_is_no_header(server: Server, address: str) -> None:
    """Whatever follows the last piece of a body says nothing of its request, nor of the next."""
    heard: list[list[str]] = []

    def hear() -> None:
        heard.append([name for name, _ in flask.request.headers])

    # Before whatever refuses the request.
    server.app.before_request_funcs[None].insert(0, hear)
    found = urlsplit(address)
    head = f"POST /api/start_call HTTP/1.1\r\nHost: {found.netloc}\r\n".encode()
    body = b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    with socket.create_connection((found.hostname, found.port), timeout=5) as connection:
        connection.sendall(
            head + body + b"Authorization: Bearer x\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"
        )
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 ")
        connection.sendall(head + b"X-Own: 1\r\nConnection: close\r\n" + body + b"\r\n")
        while connection.recv(1 << 16):
            pass

    first, second = [set(names) for names in heard]
    assert not {"Authorization", "X-Forwarded-For"} & (first | second)
    assert "X-Own" in second


def test_a_connection_is_kept(address: str) -> None:
    """Two requests go over one connection."""
    found = urlsplit(address)
    connection = HTTPConnection(str(found.hostname), found.port, timeout=5)
    ports = set()
    for _ in range(2):
        connection.request("GET", "/api/health")
        connection.getresponse().read()
        ports.add(connection.sock.getsockname()[1])
    connection.close()

    assert len(ports) == 1


def test_there_are_no_websockets_but_those_of_socket_io(address: str) -> None:
    """Another address refuses the handshake."""
    with pytest.raises(InvalidStatus, match="403"), connect(f"ws{address[4:]}/api/health"):
        pass


@pytest.fixture
def narrow(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let one thread serve and one request wait; the route /busy works until this is set."""
    monkeypatch.setattr(web_server, "_REQUEST_THREADS", 1)
    monkeypatch.setattr(web_server, "_MOST_REQUESTS_WAITING", 1)
    over = threading.Event()

    @server.app.get("/busy")
    @open_to_all
    def busy() -> dict[str, bool]:
        return {"over": over.wait(20)}

    yield over
    over.set()


def test_requests_wait_for_a_thread_and_too_many_are_503(
    narrow: threading.Event, address: str
) -> None:
    """One works, one waits, the third is told to come again; both others are answered."""
    with ThreadPoolExecutor(2) as pool:
        asked = []
        for path in ("busy", "api/health"):
            asked.append(pool.submit(requests.get, f"{address}/{path}", timeout=20))
            time.sleep(0.5)
        refused = requests.get(f"{address}/api/health", timeout=5)
        narrow.set()

        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["instance"] == "/api/health"
        assert refused.json()["request_id"] == refused.headers["X-Request-Id"] != ""
        assert [one.result().status_code for one in asked] == [200, 200]
