"""Sockets of a production server whose clients would hear more than they may."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import socketio
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from callrisk.domain.access.person import Person
from harness.serving import serving
from harness.staffed import Staffed, staffed

# Twice the time between two looks at the sessions, and what a slow machine takes.
ENDS_WITHIN_S = 6.0


@pytest.fixture
def office(tmp_path: Path, free_port: int) -> Iterator[tuple[Staffed, str]]:
    """The server and its address."""
    with staffed(tmp_path / "root") as made, serving(made.server, free_port) as address:
        yield made, address


def cookie_of(made: Staffed) -> dict[str, str]:
    """Return the header by which an agent asks."""
    return {"Cookie": made.asking("agent-3")["Cookie"]}


def narrowed(person: Person, name: str) -> Person:
    """Return the person with fewer rights: none at all, or only the calls of somebody else."""
    if name == "connect":
        return replace(person, agent_ids=frozenset({"agent-9"}))
    return replace(person, is_active=False)


@pytest.mark.parametrize("name", ["disconnect", "connect", "*"])
def test_no_event_of_a_client_keeps_its_socket_open(office: tuple[Staffed, str], name: str) -> None:
    """Events that bear names of the server's own are unknown; the end of a session closes it."""
    made, address = office
    client = socketio.Client(reconnection=False)
    client.connect(address, headers=cookie_of(made), transports=["websocket"])
    joined = client.call("join_agent", {"agent_id": "agent-3"}, timeout=5)
    refused = client.call(name, {}, timeout=5)
    made.server.state.accounts.persons.change(narrowed(made.person("agent-3"), name))
    made.server.state.accounts.sessions.look_again()
    until = time.monotonic() + ENDS_WITHIN_S
    while client.connected and time.monotonic() < until:
        client.emit(name, {})
        time.sleep(0.03)
    is_open = client.connected
    client.disconnect()

    assert joined["status"] == "success"
    assert (refused["status"], refused["title"]) == ("error", "Not Found")
    assert not is_open


def test_a_socket_of_nobody_known_is_closed(office: tuple[Staffed, str]) -> None:
    """Also where only the server of the sockets still has it."""
    made, address = office
    client = socketio.Client(reconnection=False)
    client.connect(address, headers=cookie_of(made), transports=["websocket"])
    made.server.access._open.clear()
    until = time.monotonic() + ENDS_WITHIN_S
    while client.connected and time.monotonic() < until:
        time.sleep(0.03)

    assert not client.connected


POLLS = "/socket.io/?EIO=4&transport=polling"


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ({}, "&j=0"), ({}, "&j="), ({"Sec-Fetch-Site": "same-site"}, ""),
        ({"Sec-Fetch-Site": "cross-site"}, ""), ({"Origin": "http://localhost:9999"}, ""),
    ],
)  # fmt: skip
def test_no_page_of_another_origin_learns_the_id_of_a_socket(
    office: tuple[Staffed, str], headers: dict[str, str], more: str
) -> None:
    """Not by a script either, for which a browser names no origin; our own pages do."""
    made, address = office
    cookie = cookie_of(made)
    foreign = requests.get(f"{address}{POLLS}{more}", headers=cookie | headers, timeout=5)
    own = requests.get(
        f"{address}{POLLS}", headers=cookie | {"Sec-Fetch-Site": "same-origin"}, timeout=5
    )

    assert (foreign.status_code, foreign.text) == (403, "Forbidden")
    assert own.text.startswith('0{"sid"')
    assert [one.headers["X-Content-Type-Options"] for one in (foreign, own)] == ["nosniff"] * 2


def test_who_knows_the_id_of_a_socket_alone_reads_and_says_nothing(
    office: tuple[Staffed, str],
) -> None:
    """Each poll, and the upgrade to a WebSocket, brings the session that the socket opened with."""
    made, address = office
    cookie = cookie_of(made)
    opened = requests.get(f"{address}{POLLS}", headers=cookie, timeout=5)
    url = f"{address}{POLLS}&sid={json.loads(opened.text[1:])['sid']}"
    said, read = requests.post(url, data="40", timeout=5), requests.get(url, timeout=5)
    other = {"Cookie": made.asking("manager")["Cookie"]}
    said_by_other = requests.post(url, data="40", headers=other, timeout=5)
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(url.replace("http", "ws").replace("polling", "websocket")),
    ):
        pass
    own = requests.post(
        url, data="40", headers=cookie | {"Cookie": f"{cookie['Cookie']}; x=1"}, timeout=5
    )

    assert [one.status_code for one in (said, read, said_by_other, own)] == [403, 403, 403, 200]
    assert requests.get(url, headers=cookie, timeout=5).text.startswith('40{"sid"')


def test_the_log_quotes_no_client(
    office: tuple[Staffed, str], caplog: pytest.LogCaptureFixture
) -> None:
    """A message that cannot be read is one line, without a trace; an unknown socket is none."""
    made, address = office
    cookie = cookie_of(made)
    opened = requests.get(f"{address}{POLLS}", headers=cookie, timeout=5)
    url = f"{address}{POLLS}&sid={json.loads(opened.text[1:])['sid']}"
    requests.post(url, data='42["secret', headers=cookie, timeout=5)
    requests.get(f"{address}{POLLS}&sid=secret", headers=cookie, timeout=5)
    lines = [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]

    assert [one.exc_info for one in lines if "message failed" in one.getMessage()] == [None]
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("message", ["zzz", "", "b1", "4" + "[" * 20_000])
def test_a_client_that_sends_no_packet_is_let_go_without_a_trace(
    office: tuple[Staffed, str], caplog: pytest.LogCaptureFixture, message: str
) -> None:
    """Its connection ends at once; the next one is served as before."""
    made, address = office
    url = f"{address}{POLLS}".replace("http", "ws").replace("polling", "websocket")
    with connect(url, additional_headers=cookie_of(made)) as socket:
        socket.recv(5)
        socket.send(message)
        with pytest.raises(ConnectionClosed):
            socket.recv(5)
    with connect(url, additional_headers=cookie_of(made)) as other:
        opened = str(other.recv(5))

    assert opened.startswith('0{"sid"')
    assert "Traceback" not in caplog.text
    assert "ASGI" not in caplog.text
