"""A real server on a real port, used by those who know nothing of us: README's code, a client."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from callrisk.bootstrap.server import create_app
from harness import ROOT
from harness.serving import serving
from harness.small_world import World


@pytest.fixture
def address(world: World, free_port: int, tmp_path: Path) -> Iterator[str]:
    """The address of a running server; nothing replays by itself."""
    database = tmp_path / "calls.db"
    changes = {
        "database_url": f"sqlite:///{database}", "api_port": free_port, "replay_calls": 0,
        "replay_speed": 50.0,
    }  # fmt: skip
    env = world.settings.env.model_copy(update=changes)
    server = create_app(world.settings.model_copy(update={"env": env}))
    with serving(server, free_port) as found:
        yield found


def readme_code() -> str:
    """The Python of README that talks to the server."""
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S
    )
    (code,) = [block for block in blocks if "start_call" in block]
    return code


def test_the_code_of_the_readme_runs(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    """start_call, segments, score_customer and end_call exactly as they are printed there."""
    code = readme_code().replace("http://localhost:5000", address)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - it is our own README

    assert "success" in capsys.readouterr().out


def test_an_independent_client_hears_the_call(address: str) -> None:
    """Joined, started, transcript, score, end: each number once, and the lines add up."""
    heard: list[tuple[str, dict[str, Any]]] = []
    over = threading.Event()
    client = socketio.Client()
    for name in ("joined", "call_started", "transcript_segment", "risk_score_update", "call_ended"):
        client.on(name, lambda payload, name=name: heard.append((name, payload)))
    client.on("call_ended", lambda payload: (heard.append(("call_ended", payload)), over.set()))
    client.connect(address)
    client.emit("join_wallboard", {})
    until = time.monotonic() + 10
    while not heard and time.monotonic() < until:
        time.sleep(0.02)
    requests.post(f"{address}/api/demo/calls", json={}, timeout=10).raise_for_status()
    assert over.wait(60)
    client.disconnect()

    names = [name for name, _ in heard]
    assert names[0] == "joined"
    assert {"call_started", "transcript_segment", "risk_score_update", "call_ended"} <= set(names)
    seqs = [payload["seq"] for name, payload in heard if name != "joined"]
    # This client handles each event in a thread of its own, so they may be noted in another order.
    assert len(seqs) == len(set(seqs))
    for name, payload in heard:
        if name == "risk_score_update":
            lines = sum(line["points"] for line in payload["contributions"])
            ends = payload["start_points"] + payload["other_points"] + payload["cap_points"]
            assert lines + ends == payload["risk_score"]


def test_a_foreign_page_is_refused_and_ours_is_not(address: str) -> None:
    """The handshake of another origin fails; clients that are no browsers send none."""
    handshake = f"{address}/socket.io/?EIO=4&transport=polling"
    foreign = {"Origin": "http://evil.example"}

    assert requests.get(handshake, headers=foreign, timeout=5).status_code == 403
    assert requests.get(handshake, headers={"Origin": address}, timeout=5).status_code == 200
    assert requests.get(handshake, timeout=5).status_code == 200
