"""Sockets of a production server whose clients would hear more than they may."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import socketio

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
