"""A live server without threads and the address at which it listens, for pages that ask one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from callrisk.bootstrap.server import create_app
from callrisk.settings import load
from callrisk.web.app import Server
from harness.small_world import new_root


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server whose threads do not run."""
    built = create_app(load(new_root(tmp_path / "root")))
    yield built
    built.state.store.engine.dispose()


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """The address at which it listens."""
    listening = make_server("127.0.0.1", 0, server.app, threaded=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
