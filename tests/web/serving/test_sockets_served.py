"""Sockets over a real connection: acknowledgements, rooms, both transports, refused origins."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
import requests
import socketio
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from callrisk.web.app import Server
from harness.serving import serving
from harness.waiting import wait_until

WAYS = [["websocket"], ["polling"], ["polling", "websocket"]]


@pytest.mark.parametrize("transports", WAYS, ids="-".join)
def test_events_and_acknowledgements_come_by_every_transport(
    address: str, transports: list[str]
) -> None:
    """Joined, told what happens in the call and nothing of another, left, and told no more."""
    heard: list[tuple[str, Any]] = []
    client = socketio.Client()
    client.on("*", lambda name, payload: heard.append((name, payload)))
    client.connect(address, transports=transports)
    joined = client.call("join_call", {"call_id": "c-1"}, timeout=5)
    refused = client.call("join_call", {}, timeout=5)
    unknown = client.call("join_everything", {}, timeout=5)
    for call_id in ("c-1", "c-2"):
        ids = {"call_id": call_id, "customer_id": "1001", "agent_id": "a"}
        requests.post(f"{address}/api/start_call", json=ids, timeout=5).raise_for_status()
    note = {"agent_id": "a", "text": "来週払います"}
    requests.post(f"{address}/api/calls/c-1/notes", json=note, timeout=5).raise_for_status()
    wait_until(lambda: "note_added" in dict(heard), seconds=10)
    left = client.call("leave_call", {"call_id": "c-1"}, timeout=5)
    client.disconnect()

    assert (joined["status"], joined["room"]) == ("success", "call:c-1")
    assert (refused["status"], unknown["title"]) == ("error", "Not Found")
    assert left == {"status": "success"}
    assert {"joined", "call_started", "note_added"} <= {name for name, _ in heard}
    assert dict(heard)["note_added"]["text"] == "来週払います"
    assert {payload["call_id"] for name, payload in heard if name != "joined"} == {"c-1"}


def test_events_keep_their_order(server: Server, watcher: Callable[[], ClientConnection]) -> None:
    """From one thread to every client, whatever goes on beside it."""
    sockets = [watcher() for _ in range(5)]
    count = 2_000

    def push() -> None:
        for seq in range(count):
            server.socketio.emit("alert", {"seq": seq}, to=["overview", "agent:a"])

    pushing = threading.Thread(target=push)
    pushing.start()
    heard: dict[int, list[int]] = {}

    def listen(number: int, socket: ClientConnection) -> None:
        while len(heard.setdefault(number, [])) < count:
            message = str(socket.recv(20))
            if message.startswith("42"):
                heard[number].append(json.loads(message[2:])[1]["seq"])

    listening = [threading.Thread(target=listen, args=pair) for pair in enumerate(sockets)]
    for one in listening:
        one.start()
    for one in [pushing, *listening]:
        one.join(30)

    assert [heard[number] for number in range(5)] == [list(range(count))] * 5


def test_a_client_that_is_in_two_rooms_hears_once(
    server: Server, watcher: Callable[[], ClientConnection]
) -> None:
    """An event for the wallboard and the overview comes once."""
    socket = watcher()
    socket.send('421["join_wallboard",{}]')
    while not str(socket.recv(5)).startswith("431"):
        pass
    for seq in range(2):
        server.socketio.emit("alert", {"seq": seq}, to=["wallboard", "overview"])

    assert [json.loads(str(socket.recv(5))[2:])[1]["seq"] for _ in range(2)] == [0, 1]


def test_a_websocket_of_a_foreign_page_is_refused(address: str) -> None:
    """One of ours is not."""
    url = f"ws{address[4:]}/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(InvalidStatus, match="403"), connect(url, origin="http://evil.example"):
        pass
    with connect(url, origin=address) as socket:
        assert str(socket.recv(5)).startswith("0{")


def test_a_message_that_is_too_long_ends_its_client_alone(
    address: str, watcher: Callable[[], ClientConnection]
) -> None:
    """Others go on, and the client may come again."""
    talker, other = watcher(), watcher()
    talker.send('42["join_agent",{"agent_id":"' + "x" * (1 << 17) + '"}]')
    with pytest.raises(Exception, match="1009"):
        while True:
            talker.recv(5)
    other.send('427["leave_overview",{}]')
    while not str(other.recv(5)).startswith("437"):
        pass
    watcher()


def read_until(socket: ClientConnection, begin: str) -> str:
    """The next message that begins so; pings on the way are answered."""
    while not (message := str(socket.recv(5))).startswith(begin):
        if message == "2":
            socket.send("3")
    return message


def test_a_client_that_answers_no_pings_is_let_go_and_the_others_stay(
    server: Server, free_port: int
) -> None:
    """It is told of the end, so that it comes again if it is only slow."""
    engine = server.socketio.server.eio
    engine.ping_interval, engine.ping_timeout = 0.5, 1.0
    with serving(server, free_port) as address, ExitStack() as opened:
        url = address.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        silent, alive = (opened.enter_context(connect(url, compression=None)) for _ in range(2))
        for socket in (silent, alive):
            socket.send("40")
            read_until(socket, "40")
        began = time.monotonic()
        while time.monotonic() < began + 4:
            read_until(alive, "2")
            alive.send("3")
        with pytest.raises(ConnectionClosed):
            while True:
                silent.recv(0.1)
        alive.send('420["join_overview",{}]')
        joined = read_until(alive, "430")

    assert "success" in joined
