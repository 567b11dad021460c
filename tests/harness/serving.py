"""A built server that serves at a port, in a thread of this process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from callrisk.web.app import Server
from callrisk.web.serving.web_server import WebServer

PATIENCE_S = 30


@contextmanager
def serving(server: Server, port: int) -> Iterator[str]:
    """Start a server with its threads; yield its address, and stop it."""
    server.start()
    web = WebServer(server.app)
    listening = socket.create_server(("127.0.0.1", port))
    thread = threading.Thread(target=web.run, args=([listening],), daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_S
    while not web.started:
        assert thread.is_alive() and time.monotonic() < until
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        web.should_exit = True
        thread.join(PATIENCE_S)
        server.stop()
    assert not thread.is_alive()
