"""The server dies around the write of a result: Kintone holds one record a call all the same."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from harness import ROOT
from harness.kintone.crm_bench import CUSTOMERS, RESULTS, TOKENS
from harness.small_world import World
from harness.waiting import wait_until
from kintone_stand_in import StandIn

KILLED = 137


class Served:
    """A server in a process of its own, that may be told to die."""

    def __init__(self, root: Path, port: int, kintone: StandIn) -> None:
        self._root = root
        self.url = f"http://127.0.0.1:{port}"
        self._own = {
            "API_PORT": str(port), "REPLAY_CALLS": "0", "KINTONE_BASE_URL": kintone.url,
            "KINTONE_APP_ID": str(CUSTOMERS), "KINTONE_API_TOKEN": TOKENS[CUSTOMERS],
            "KINTONE_RESULT_APP_ID": str(RESULTS), "KINTONE_RESULT_API_TOKEN": TOKENS[RESULTS],
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, crash: str = "") -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "realtime_api_server.py"], cwd=self._root,
            env=os.environ | self._own | {"CALLRISK_CRASH": crash},
        )  # fmt: skip
        wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/api/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def died(self) -> bool:
        """Whether it has killed itself."""
        return self.process is not None and self.process.poll() == KILLED

    def stop(self) -> None:
        """End it."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def call(self, call_id: str) -> int:
        """A call from start to end; its final score."""
        body = {"call_id": call_id, "customer_id": "1001", "agent_id": "agent-1"}
        requests.post(f"{self.url}/api/start_call", json=body, timeout=10).raise_for_status()
        over = {"call_id": call_id}
        ended = requests.post(f"{self.url}/api/end_call", json=over, timeout=10)
        return int(ended.json()["summary"]["final_risk_score"])


@pytest.fixture
def served(world: World, kintone: StandIn, free_port: int, tmp_path: Path) -> Iterator[Served]:
    """An installation with a model."""
    for name in ("realtime_api_server.py", "config.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copytree(world.settings.models_dir, tmp_path / "models")
    server = Served(tmp_path, free_port, kintone)
    yield server
    server.stop()


@pytest.mark.slow
def test_a_result_survives_the_death_of_its_writer(served: Served, kintone: StandIn) -> None:
    """Dead between write and mark, in a process of its own: one record a call, with its score."""
    served.start("between_result_send_and_mark:1")
    scores = {"c-1": served.call("c-1")}
    wait_until(served.died)
    served.start()
    scores["c-2"] = served.call("c-2")
    results = kintone.apps[RESULTS]
    wait_until(lambda: len(results.records()) == 2)
    found = {str(one["event_key"]): int(str(one["risk_score"])) for one in results.records()}
    assert found == scores
