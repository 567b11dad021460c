"""Kills among several processes: python benchmarks/fleet.py [--minutes 10] [--database URL]

Two web servers, two assessors and one process for jobs share a database. Turns of calls are posted
to either web server, and posted again until they are acknowledged, while processes are killed at
random moments and started again. Two clients follow the log, each at its web server, as browsers
do that come again. Then what is stored, told and scored is held against what was acknowledged.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

import tests_on_path  # noqa: F401
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness import ROOT
from harness.fleet import WHOLE, Fleet, started
from harness.key_rings import KEYS
from harness.verdict import outcome
from harness.waiting import eventually

_SAID = (
    "今月の支払いの件です", "失業して、今月は払えません", "来月五日に必ず払います",
    "天気が悪いですね", "そんな請求は払いません",
)  # fmt: skip
_BETWEEN_KILLS_S = (4.0, 15.0)
_TURNS = 12


@dataclass
class Said:
    """The turns acknowledged, by call, and the longest time of an acknowledgement."""

    turns: dict[str, set[str]] = field(default_factory=dict)
    tries: int = 0
    longest_s: float = 0.0


def main() -> int:
    """Print the kills, what was stored, and every broken promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--lanes", type=int, default=8, help="calls at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="a PostgreSQL to use instead of SQLite")
    options = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "installation"
        fleet = started(root, options.models.resolve(), options.database)
        try:
            return storm(fleet, options)
        finally:
            fleet.stop()


def storm(fleet: Fleet, options: argparse.Namespace) -> int:
    """Speak and kill; return 1 if a promise is broken."""
    until, said = time.monotonic() + 60 * options.minutes, Said()
    lanes = [
        threading.Thread(target=speak, args=(fleet, n, options.seed, until, said))
        for n in range(options.lanes)
    ]
    logs = [dict[int, str](), dict[int, str]()]
    stopped = threading.Event()
    watchers = [
        threading.Thread(target=watch, args=(fleet, n, log, stopped)) for n, log in enumerate(logs)
    ]
    for thread in (*lanes, *watchers):
        thread.start()
    killed = kill(fleet, options.seed, until)
    for thread in lanes:
        thread.join()
    ids = list(said.turns)
    eventually(lambda: is_quiet(fleet, ids), 60, every_s=1)
    # What runs beside the calls, such as their facts, has an end, too.
    time.sleep(3)
    eventually(lambda: all(max(log, default=0) >= last_of(fleet) for log in logs), 60)
    stopped.set()
    for thread in watchers:
        thread.join()
    return report(fleet, said, killed, logs)


def speak(fleet: Fleet, lane: int, seed: int, until: float, said: Said) -> None:
    """One call after the other, each turn posted until it is acknowledged."""
    rng = random.Random(f"{seed} {lane}")  # noqa: S311 - a storm
    number = 0
    while time.monotonic() < until:
        call_id, number = f"call-{lane}-{number}", number + 1
        insist(fleet, rng, "/api/start_call", {"call_id": call_id, "agent_id": f"a{lane}"}, said)
        said.turns[call_id] = set()
        for turn in range(_TURNS):
            body = {
                "segment_id": f"s{turn}", "role": "CUSTOMER", "text": rng.choice(_SAID) + str(turn),
                "begin_ms": 5_000 * turn, "end_ms": 5_000 * turn + 4_000,
            }  # fmt: skip
            insist(fleet, rng, f"/api/calls/{call_id}/segments", {"segments": [body]}, said)
            said.turns[call_id].add(f"s{turn}")
            time.sleep(rng.uniform(0.05, 0.4))
        insist(fleet, rng, "/api/end_call", {"call_id": call_id}, said)


def insist(fleet: Fleet, rng: random.Random, path: str, body: object, said: Said) -> None:
    """Post to either web server until one acknowledges."""
    began = time.monotonic()
    while True:
        said.tries += 1
        try:
            answer = requests.post(fleet.url(rng.randrange(2)) + path, json=body, timeout=20)
        except requests.RequestException:
            time.sleep(0.2)
            continue
        if answer.ok:
            said.longest_s = max(said.longest_s, time.monotonic() - began)
            return
        if answer.status_code < 500:  # noqa: PLR2004 - a refusal will not become another
            raise RuntimeError(f"{path}: {answer.text}")
        time.sleep(0.5)


def kill(fleet: Fleet, seed: int, until: float) -> Counter[str]:
    """Kill one process after the other and start it again; return how often each was."""
    rng, killed = random.Random(seed), Counter[str]()  # noqa: S311 - a storm
    while time.monotonic() < until:
        time.sleep(rng.uniform(*_BETWEEN_KILLS_S))
        name = rng.choice(WHOLE)
        fleet.kill(name)
        time.sleep(rng.uniform(0, 5))
        fleet.start(name)
        killed[name] += 1
    return killed


def watch(fleet: Fleet, server: int, log: dict[int, str], stopped: threading.Event) -> None:
    """Follow the log at one web server, as a page does that comes again."""
    while not stopped.is_set():
        try:
            address = f"{fleet.url(server)}/api/events"
            after = {"after": max(log, default=0), "limit": 500}
            page = requests.get(address, params=after, timeout=10).json()
        except (requests.RequestException, ValueError):
            stopped.wait(0.3)
            continue
        log |= {event["seq"]: event["type"] for event in page.get("events", [])}
        if not page.get("more"):
            stopped.wait(0.3)


def last_of(fleet: Fleet) -> int:
    """The number of the newest event."""
    engine = open_database(fleet.database, KEYS)
    last = Queries(engine).last_seq()
    engine.dispose()
    return last


def is_quiet(fleet: Fleet, ids: list[str]) -> bool:
    """True if every call has its end and its final score."""
    found = outcome(fleet.database, ids)
    return found.open_calls == 0 and None not in found.scores.values()


def report(fleet: Fleet, said: Said, killed: Counter[str], logs: list[dict[int, str]]) -> int:
    """Print what came out; return 1 if a promise is broken."""
    found = outcome(fleet.database, list(said.turns))
    turns = sum(map(len, said.turns.values()))
    print(f"{len(said.turns)} calls, {turns} turns acknowledged in {said.tries} tries")
    print(f"the longest acknowledgement took {said.longest_s:.1f} s")
    print(f"killed: {', '.join(f'{name} {count}x' for name, count in sorted(killed.items()))}")
    checks = {
        "turns stored are not those acknowledged": found.turns == said.turns,
        f"{found.open_calls} calls never ended": found.open_calls == 0,
        "calls have no final score": None not in found.scores.values(),
        f"{found.told_twice} turns were told twice": found.told_twice == 0,
        f"{found.ended_twice} calls ended twice": found.ended_twice == 0,
        f"the clients saw {len(logs[0])} and {len(logs[1])} events": logs[0] == logs[1]
        and bool(logs[0]),
    }
    broken = [what for what, holds in checks.items() if not holds]
    print("\n".join(broken) or "every promise held")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
