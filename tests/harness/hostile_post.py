"""A server of its own, a post of turns full of digits, and writes of another call beside it."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import requests

from harness import ROOT

PATIENCE_S = 90


@contextmanager
def empty_server(root: Path, port: int, database_url: str) -> Iterator[str]:
    """A live server without data and without a model, as a process; yields its address."""
    for name in ("config.py", "realtime_api_server.py"):
        copy(ROOT / name, root)
    for name in ("templates", "static"):
        copytree(ROOT / name, root / name)
    own = {"API_PORT": str(port), "DATABASE_URL": database_url, "REPLAY_CALLS": "0"}
    with (root / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "realtime_api_server.py"],
            cwd=root, env=os.environ | own, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/api"
        _wait_for(address, process)
        yield address
    finally:
        process.kill()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            requests.get(f"{address}/health", timeout=5)
        except requests.ConnectionError:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.1)
        else:
            return


def full_of_digits(turns: int, text: str) -> dict[str, Any]:
    """A body of so many turns of the customer, a second apart."""
    return {
        "segments": [
            {
                "segment_id": f"h{number}", "role": "CUSTOMER", "text": text,
                "begin_ms": number * 1_000, "end_ms": number * 1_000 + 900,
            }
            for number in range(turns)
        ]
    }  # fmt: skip


def of_call(call_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body of turns of one call as the route of many calls takes it."""
    return {"segments": [turn | {"call_id": call_id} for turn in body["segments"]]}


def seconds_beside(
    address: str, hostile: dict[str, Any], path: str = "calls/hostile/segments"
) -> tuple[float, list[float]]:
    """How long a hostile post takes, and how long each write of another call takes meanwhile."""
    for call in ("hostile", "other"):
        _post(address, "start_call", {"call_id": call, "agent_id": "agent-1"})
    took: list[float] = []
    attack = threading.Thread(target=lambda: took.append(_post(address, path, hostile)))
    waits: list[float] = []
    attack.start()
    while attack.is_alive():
        number = len(waits)
        turn = {"segment_id": f"o{number}", "role": "CUSTOMER", "text": "来週には払えます"}
        waits.append(_post(address, "calls/other/segments", {"segments": [turn]}))
        time.sleep(0.02)
    attack.join()
    return took[0], waits


def _post(address: str, path: str, body: dict[str, Any]) -> float:
    began = time.perf_counter()
    # Raw, since escapes would make half as much of the largest body.
    answer = requests.post(
        f"{address}/{path}", json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"}, timeout=PATIENCE_S,
    )  # fmt: skip
    answer.raise_for_status()
    return time.perf_counter() - began
