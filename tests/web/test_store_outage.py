"""The answers while the database is away, and after it is back."""

import logging
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient

from callrisk.bootstrap.server import create_app
from callrisk.web.app import Server
from harness.serving import serving
from harness.small_world import World
from harness.waiting import eventually


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the database lies; moved away, no connection can be opened."""
    path = tmp_path / "store"
    path.mkdir()
    return path


@pytest.fixture
def server(world: World, folder: Path) -> Iterator[Server]:
    """A server that keeps no connection open, as after a restart of the database."""
    url = f"sqlite:///{folder / 'calls.db'}"
    env = world.settings.env.model_copy(update={"database_url": url, "replay_calls": 0})
    server = create_app(world.settings.model_copy(update={"env": env}))
    yield server
    server.state.store.engine.dispose()


@pytest.fixture
def client(server: Server) -> FlaskClient:
    """What sends the requests."""
    return server.app.test_client()


REQUESTS = (
    ("GET", "/api/health", None), ("GET", "/api/calls", None), ("GET", "/api/events?after=0", None),
    ("POST", "/api/start_call", {"call_id": "c1", "agent_id": "a", "customer_id": None}),
)  # fmt: skip


def test_requests_of_an_outage_are_answered_and_logged_once(
    server: Server, client: FlaskClient, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """503 with Retry-After and the check by its name; one line without a traceback."""
    server.state.store.engine.dispose()
    shutil.move(folder, folder.with_name("away"))
    with caplog.at_level(logging.WARNING):
        answers = [client.open(path, method=verb, json=body) for verb, path, body in REQUESTS]

    assert [answer.status_code for answer in answers] == [503] * len(REQUESTS)
    assert {answer.headers["Retry-After"] for answer in answers} == {"5"}
    assert {answer.mimetype for answer in answers} == {"application/problem+json"}
    assert all(answer.get_json()["detail"].startswith("store: ") for answer in answers)
    lines = [line for line in caplog.records if line.name.startswith("callrisk.web")]
    assert len(lines) == 1
    assert lines[0].exc_info is None


def test_no_thread_of_a_server_fills_the_log_while_the_database_is_away(
    server: Server, folder: Path, free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Each says it in one line without a traceback, however often it tries, and goes on after."""
    with serving(server, free_port) as address:
        server.state.store.engine.dispose()
        away = shutil.move(folder, folder.with_name("away"))
        caplog.clear()
        assert eventually(lambda: server.state.live.problem is not None)
        time.sleep(4)
        lines = [line for line in caplog.records if line.levelno >= logging.WARNING]
        shutil.move(away, folder)
        assert eventually(lambda: server.state.live.problem is None)
        assert requests.get(f"{address}/api/health", timeout=10).status_code == 200

    assert [line.getMessage() for line in lines if line.exc_info] == []
    said = Counter((line.name, line.getMessage().partition(":")[0]) for line in lines)
    assert said["callrisk.live.follower", "following the log"] == 1
    assert set(said.values()) == {1}


def test_the_database_comes_back(server: Server, client: FlaskClient, folder: Path) -> None:
    """The same request then stores what it could not."""
    verb, path, body = REQUESTS[-1]
    server.state.store.engine.dispose()
    away = shutil.move(folder, folder.with_name("away"))
    refused = client.open(path, method=verb, json=body)
    shutil.move(away, folder)
    taken = client.open(path, method=verb, json=body)

    assert (refused.status_code, taken.status_code) == (503, 200)
    assert client.get("/api/calls/c1").status_code == 200
