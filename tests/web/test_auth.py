"""The access policy is asked about every request and every socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Request
from flask.testing import FlaskClient

from callrisk.bootstrap.server import create_app
from callrisk.settings import load
from callrisk.web import auth, sockets
from callrisk.web.app import Server, WebSettings, make_flask
from harness.small_world import new_root


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Server]:
    """A server without a model, as it is in development."""
    server = create_app(load(new_root(tmp_path)))
    yield server
    server.state.store.engine.dispose()


def with_policy(built: Server, policy: auth.AccessPolicy) -> Server:
    """The same server under another policy."""
    socketio = sockets.make_socketio()
    web = WebSettings(Path(built.app.root_path), "secret", 5000)
    app = make_flask(web, built.state, socketio, built.wallboard, policy)
    return Server(app, socketio, built.state, built.wallboard, 0)


def test_development_lets_everyone_in(built: Server) -> None:
    """No login is asked for on one's own machine."""
    assert built.app.test_client().get("/api/health").status_code == 200
    assert built.socketio.test_client(built.app).is_connected()


def test_a_policy_decides_about_requests_and_sockets(built: Server) -> None:
    """Whoever is refused gets 401 as problem+json, and no socket."""

    def bearers(request: Request) -> bool:
        return request.headers.get("Authorization") == "Bearer one"

    server = with_policy(built, bearers)
    client: FlaskClient = server.app.test_client()
    refused = client.get("/api/health")
    headers = {"Authorization": "Bearer one"}

    assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
    assert client.post("/api/start_call", json={}).status_code == 401
    assert client.get("/api/health", headers=headers).status_code == 200
    assert not server.socketio.test_client(server.app).is_connected()
    assert server.socketio.test_client(server.app, headers=headers).is_connected()
