"""Memory of a call in progress: python benchmarks/memory.py [--calls 100 2000] [--turns 20]

Against a real server with a model, calls are begun and some turns are said in each. Printed are the
memory that the server holds by then (resident, of one process), and what each further call adds.
"""

import argparse
import sys
import time
from itertools import islice, pairwise
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import psutil
import requests

import tests_on_path  # noqa: F401
from harness import ROOT
from harness.hostile_post import empty_server
from harness.ports import free_port
from posting import server_on
from throughput import some_turns

_TURNS_A_REQUEST = 200
# Assessments that are due, and what is freed after them.
_SETTLED_S = 6.0


def main() -> int:
    """Print the memory at so many calls, and what each call more takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--calls", type=int, nargs="+", default=[100, 2_000])
    parser.add_argument("--turns", type=int, default=20)
    options = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root, port = Path(folder), free_port()
        copytree(options.models.resolve(), root / "models")
        with empty_server(root, port, "") as address:
            server, held = server_on(port), []
            for before, count in pairwise([0, *options.calls]):
                _speak(address, range(before, count), options.turns)
                held.append(_settled(server))
                print(f"{count} calls of {options.turns} turns: {held[-1] / 1e6:.0f} MB")
            for (few, less), (many, more) in pairwise(zip(options.calls, held, strict=True)):
                a_call = (more - less) / (many - few)
                print(f"each call from {few} to {many}: {a_call / 1e3:.1f} kB")
    return 0


def _speak(address: str, numbers: range, turns: int) -> None:
    """Begin calls, and say turns in all of them."""
    asked = requests.Session()
    ids = [f"c{number}" for number in numbers]
    for call_id in ids:
        body = {"call_id": call_id, "agent_id": f"agent-{call_id}"}
        asked.post(f"{address}/start_call", json=body).raise_for_status()
    said = islice(some_turns(ids), turns * len(ids))
    while part := list(islice(said, _TURNS_A_REQUEST)):
        body = {"segments": [turn | {"call_id": call_id} for call_id, turn in part]}
        asked.post(f"{address}/segments", json=body).raise_for_status()


def _settled(server: psutil.Process) -> float:
    time.sleep(_SETTLED_S)
    return float(server.memory_info().rss)


if __name__ == "__main__":
    sys.exit(main())
