"""The live server comes to its end: told to by the system, in the midst of work."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from harness.small_world import new_root
from harness.waiting import wait_until

ROOT_SCRIPT = Path(__file__).parents[2] / "realtime_api_server.py"
IDS = {"call_id": "c", "agent_id": "a"}
# As run.py and a person at a terminal end it.
SIGNALS = [signal.CTRL_BREAK_EVENT] if sys.platform == "win32" else [signal.SIGTERM, signal.SIGINT]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation without data."""
    found = new_root(tmp_path / "installation")
    (found / ROOT_SCRIPT.name).write_bytes(ROOT_SCRIPT.read_bytes())
    return found


@pytest.fixture
def process(root: Path, free_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Its live server, as run.py starts it, once it answers."""
    own = {"API_PORT": str(free_port), "DATABASE_URL": "", "REPLAY_CALLS": "0"}
    with (root / "server.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, ROOT_SCRIPT.name], cwd=root, env=os.environ | own, stdout=log,
            stderr=log, start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )  # fmt: skip
    wait_until(lambda: _answers(free_port), seconds=90)
    yield started
    started.kill()
    started.wait()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/api/health", timeout=5).ok
    except requests.ConnectionError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("told", SIGNALS, ids=str)
def test_a_request_under_way_is_answered_and_stored_and_the_end_is_clean(
    root: Path, free_port: int, process: subprocess.Popen[bytes], told: signal.Signals
) -> None:
    """Exit 0 within 10 seconds; sockets are told to come again; nothing is left to copy."""
    address = f"http://127.0.0.1:{free_port}"
    database = root / "data" / "processed" / "callrisk.db"
    requests.post(f"{address}/api/start_call", json=IDS, timeout=5).raise_for_status()
    answers: list[requests.Response] = []

    def post() -> None:
        body = {"segments": [{"segment_id": "s", "role": "CUSTOMER", "text": "来週払います"}]}
        answers.append(requests.post(f"{address}/api/calls/c/segments", json=body, timeout=30))

    with connect(f"ws{address[4:]}/socket.io/?EIO=4&transport=websocket") as watching:
        posting = threading.Thread(target=post)
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            # Nobody else can write, so the request takes until this ends.
            other.execute("BEGIN IMMEDIATE")
            posting.start()
            time.sleep(0.5)
            began = time.monotonic()
            process.send_signal(told)
            assert _close_code(watching) == 1012  # "service restart": browsers come again
            assert not _answers(free_port)
            assert answers == []
    assert process.wait(10) == 0, (root / "server.log").read_text(encoding="utf-8")
    assert time.monotonic() - began < 10
    posting.join(10)

    assert answers[0].status_code == 200
    assert not database.with_name("callrisk.db-wal").exists()
    with closing(sqlite3.connect(database)) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM segments").fetchone()
    assert stored == 1


def _close_code(watching: ClientConnection) -> int | None:
    try:
        while True:
            watching.recv(10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def test_clients_that_poll_or_never_read_do_not_delay_the_end(
    free_port: int, process: subprocess.Popen[bytes]
) -> None:
    """A long poll is answered; a request that never comes is not waited for."""
    address = f"http://127.0.0.1:{free_port}/socket.io/?EIO=4&transport=polling"
    sid = requests.get(address, timeout=5).text.split('"sid":"')[1].split('"')[0]
    polled: list[int] = []
    polling = threading.Thread(
        target=lambda: polled.append(requests.get(f"{address}&sid={sid}", timeout=20).status_code)
    )
    polling.start()
    time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(SIGNALS[0])

    assert process.wait(10) == 0
    assert time.monotonic() - began < 5
    polling.join(5)
    assert polled == [200]


def test_a_port_in_use_is_told_in_a_line(root: Path, free_port: int) -> None:
    """Exit 1 with the port."""
    own = {"API_PORT": str(free_port), "DATABASE_URL": "", "REPLAY_CALLS": "0"}
    with socket.create_server(("127.0.0.1", free_port)):
        ended = subprocess.run(
            [sys.executable, ROOT_SCRIPT.name], cwd=root, env=os.environ | own, timeout=90,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    assert ended.returncode == 1
    assert f"error: port {free_port}: " in ended.stderr
    assert "Traceback" not in ended.stderr
