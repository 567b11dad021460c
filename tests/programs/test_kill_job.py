"""A server that is killed while a job runs: the job's process ends, and the next server goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from harness import ROOT
from harness.small_world import new_root
from harness.waiting import eventually, wait_until

# In the place of the pipeline: begins as it does, and works until it is ended.
PIPELINE = """
import os, time
from pathlib import Path
from callrisk.bootstrap.process import end_with_input
end_with_input()
while True:
    Path("alive").write_text(f"{os.getpid()} {time.monotonic()}", encoding="utf-8")
    time.sleep(0.05)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation whose training never ends by itself."""
    found = new_root(tmp_path / "installation")
    (found / "src").mkdir()
    (found / "src" / "main.py").write_text(PIPELINE, encoding="utf-8")
    script = "realtime_api_server.py"
    (found / script).write_bytes((ROOT / script).read_bytes())
    return found


@contextmanager
def server(root: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The live server of the installation, once it answers; killed at the end."""
    own = {"API_PORT": str(port), "DATABASE_URL": "", "REPLAY_CALLS": "0"}
    with (root / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "realtime_api_server.py"], cwd=root, env=os.environ | own,
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        assert eventually(lambda: _answers(port), 90), (root / "server.log").read_text("utf-8")
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/api/health", timeout=5).ok
    except requests.ConnectionError:
        return False


def job(port: int) -> dict[str, Any]:
    """The only job, by REST."""
    (found,) = requests.get(f"http://127.0.0.1:{port}/api/jobs", timeout=5).json()["jobs"]
    return dict(found)


def process_of(root: Path) -> str:
    """The number of the process that worked last, and when; both empty before the first."""
    alive = root / "alive"
    return alive.read_text(encoding="utf-8") if alive.is_file() else ""


@pytest.mark.slow
def test_a_killed_server_takes_its_job_with_it_and_the_next_goes_on(
    root: Path, free_port: int
) -> None:
    """The process ends by itself; the job is in its second try, and can be cancelled."""
    with server(root, free_port):
        asked = {"kind": "train", "arguments": {}}
        requests.post(f"http://127.0.0.1:{free_port}/api/jobs", json=asked, timeout=5)
        wait_until(lambda: process_of(root) != "")
        first = process_of(root).split()[0]
    seen: list[str] = []

    def rests() -> bool:
        seen.append(process_of(root))
        return len(seen) > 1 and seen[-1] == seen[-2] != ""

    assert eventually(rests, 10, 0.5)
    with server(root, free_port):
        wait_until(lambda: process_of(root).split()[:1] not in ([], [first]))
        assert (job(free_port)["state"], job(free_port)["tries"]) == ("running", 2)
        cancel = f"http://127.0.0.1:{free_port}/api/jobs/{job(free_port)['job_id']}/cancel"
        requests.post(cancel, timeout=5).raise_for_status()
        wait_until(lambda: job(free_port)["state"] == "cancelled")
        seen.clear()
        assert eventually(rests, 10, 0.5)
