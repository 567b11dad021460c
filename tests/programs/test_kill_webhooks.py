"""The server is killed around the sending of a webhook: each event arrives, under one id."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from harness import ROOT
from harness.waiting import eventually, wait_until
from harness.webhooks.receiver import Receiver, is_signed, receiving

KILLED = 137


@dataclass
class Served:
    """A server in a process of its own, that may be told to die."""

    root: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, crash: str = "") -> None:
        """Start it, and wait until it answers, or has died of what already waited."""
        own = {"API_PORT": str(self.port), "REPLAY_CALLS": "0", "CALLRISK_CRASH": crash}
        self.process = subprocess.Popen(
            [sys.executable, "realtime_api_server.py"], cwd=self.root, env=os.environ | own
        )
        wait_until(lambda: self.has_died() or self._answers())

    def _answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/livez", timeout=5).ok
        except requests.ConnectionError:
            return False

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What another system sends."""
        url = f"http://127.0.0.1:{self.port}/api/{path}"
        answer = requests.post(url, json=body, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def has_died(self) -> bool:
        """Whether it killed itself."""
        return self.process is not None and self.process.poll() == KILLED

    def kill(self) -> None:
        """End it, as kill -9 does."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def served(free_port: int, tmp_path: Path) -> Iterator[Served]:
    """An installation without a model."""
    for name in ("realtime_api_server.py", "config.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    server = Served(tmp_path, free_port)
    yield server
    server.kill()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.mark.slow
def test_each_event_survives_the_death_of_its_sender(served: Served, receiver: Receiver) -> None:
    """At every point around the request and its note, and by kill -9 while calls begin."""
    served.start()
    types = ["call.started", "call.ended"]
    added = {"name": "見本", "url": receiver.url, "event_types": types}
    secret = served.post("admin/webhooks", added)["secret"]
    begun = 0
    for point in (
        "before_webhook_commit:1", "before_webhook_send:2", "between_webhook_send_and_mark:2",
    ):  # fmt: skip
        served.kill()
        served.start(point)
        for _ in range(6):
            ids = {"call_id": f"k-{begun}", "customer_id": "1001", "agent_id": "a"}
            try:
                served.post("start_call", ids)
            except requests.RequestException:
                break
            begun += 1
        # Where the point was not come to, it is killed at the next turn all the same.
        eventually(served.has_died, 20, 0.05)
    served.start()
    calls = {f"k-{number}" for number in range(begun)}

    def told() -> set[str]:
        return {one.json["data"]["call_id"] for one in list(receiver.received)}

    # A claim of a sender that died may hold for two minutes.
    wait_until(lambda: told() >= calls, seconds=150)
    ids_of: dict[str, set[str]] = {}
    for one in receiver.received:
        ids_of.setdefault(one.json["data"]["call_id"], set()).add(one.id)
    assert all(len(ids) == 1 for ids in ids_of.values())
    assert all(is_signed(one, secret) for one in receiver.received)
