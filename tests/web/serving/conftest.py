"""A server of its own at a port, without a model, and sockets of WebSockets without a library."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection, connect

from callrisk.bootstrap.server import create_app
from callrisk.settings import load
from callrisk.web.app import Server
from harness.serving import serving
from harness.small_world import new_root

Connect = Callable[[], ClientConnection]


@pytest.fixture
def server(tmp_path: Path, free_port: int) -> Server:
    """A server that does not serve yet."""
    settings = load(new_root(tmp_path / "installation"))
    env = settings.env.model_copy(update={"api_port": free_port, "replay_calls": 0})
    return create_app(settings.model_copy(update={"env": env}))


@pytest.fixture
def address(server: Server, free_port: int) -> Iterator[str]:
    """Its address, while it serves."""
    with serving(server, free_port) as found:
        yield found


@pytest.fixture
def watcher(address: str) -> Iterator[Connect]:
    """Open a socket that has joined the overview, and has read the acknowledgement."""
    with ExitStack() as opened:

        def open_one() -> ClientConnection:
            url = address.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
            socket = opened.enter_context(connect(url, compression=None, max_queue=1))
            socket.recv(5)
            socket.send("40")
            until_begins(socket, "40")
            socket.send('420["join_overview",{}]')
            until_begins(socket, "430")
            return socket

        yield open_one


def until_begins(socket: ClientConnection, begin: str) -> str:
    """Return the next message that begins so; answer pings on the way."""
    while not (message := str(socket.recv(5))).startswith(begin):
        if message == "2":
            socket.send("3")
    return message
