"""Kills among several processes: python benchmarks/fleet.py [--minutes 10] [--database URL]
    [--whole [--redis URL]]

Two web servers, two assessors and one process for jobs share a database. Turns of calls are posted
to either web server, and posted again until they are acknowledged, while processes are killed at
random moments and started again. Two clients follow the log, each at its web server, as browsers
do that come again. Then what is stored, told and scored is held against what was acknowledged.

With `--whole` an nginx stands before the web servers, which count requests in a Redis; half of the
calls are spoken into a real Kinesis endpoint that two readers share, which are killed, too; and
real browsers look on through the nginx, whose pages are compared with the database in the end.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

import tests_on_path  # noqa: F401
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness import ROOT
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import record, transcript
from harness.fleet import READERS, WHOLE, Fleet, started
from harness.installation import settings_of
from harness.key_rings import KEYS
from harness.onlookers import Onlooker, a_browser
from harness.reverse_proxy import ReverseProxy
from harness.verdict import outcome
from harness.waiting import eventually

_SAID = (
    "今月の支払いの件です", "失業して、今月は払えません", "来月五日に必ず払います",
    "天気が悪いですね", "そんな請求は払いません",
)  # fmt: skip
_BETWEEN_KILLS_S = (4.0, 15.0)
_TURNS, _BROWSERS, _STREAM = 12, 2, "fleet"


@dataclass
class Said:
    """The turns acknowledged, by call, and the longest time of an acknowledgement."""

    turns: dict[str, set[str]] = field(default_factory=dict)
    tries: int = 0
    longest_s: float = 0.0


@dataclass
class Place:
    """A fleet, where clients find it, and the stream that it reads, if it reads one."""

    fleet: Fleet
    urls: Sequence[str]
    kinesis: KinesisLocal | None = None

    @property
    def names(self) -> Sequence[str]:
        """The processes that may die."""
        return WHOLE if self.kinesis is None else (*WHOLE, *READERS)


def main() -> int:
    """Print the kills, what was stored, and every broken promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--lanes", type=int, default=8, help="calls at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="a PostgreSQL to use instead of SQLite")
    parser.add_argument("--whole", action="store_true", help="nginx, Redis, readers, browsers")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/7")
    options = parser.parse_args()
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        begun(Path(folder), options) as place,
    ):
        return storm(place, options)


@contextmanager
def begun(folder: Path, options: argparse.Namespace) -> Iterator[Place]:
    """Yield what was asked for, which ends with the block."""
    root, models = folder / "installation", options.models.resolve()
    with ExitStack() as ending:
        if not options.whole:
            fleet = started(root, models, options.database)
            ending.callback(fleet.stop)
            yield Place(fleet, [fleet.url(0), fleet.url(1)])
            return
        kinesis = KinesisLocal().start()
        ending.callback(kinesis.stop)
        kinesis.create_stream(_STREAM, 2)
        settings = settings_of(kinesis, _STREAM) | {"REDIS_URL": options.redis}
        fleet = started(root, models, options.database, (*WHOLE, *READERS), settings)
        ending.callback(fleet.stop)
        proxy = ReverseProxy(folder / "nginx", list(fleet.ports.values()))
        ending.callback(proxy.stop)
        yield Place(fleet, [proxy.url], kinesis)


def storm(place: Place, options: argparse.Namespace) -> int:
    """Speak and kill; return 1 if a promise is broken."""
    fleet, until, said = place.fleet, time.monotonic() + 60 * options.minutes, Said()
    by_stream = options.lanes // 2 if place.kinesis else 0
    lanes = [
        threading.Thread(target=speak, args=(place, n, options.seed, until, said))
        for n in range(by_stream, options.lanes)
    ]
    if place.kinesis:
        lanes += [
            threading.Thread(target=stream, args=(place.kinesis, n, options.seed, until, said))
            for n in range(by_stream)
        ]
    logs = [dict[int, str](), dict[int, str]()]
    stopped = threading.Event()
    watchers = [
        threading.Thread(target=watch, args=(fleet, n, log, stopped)) for n, log in enumerate(logs)
    ]
    for thread in (*lanes, *watchers):
        thread.start()
    with ExitStack() as browsing:
        onlookers = list[Onlooker]()
        if place.kinesis:
            browser = browsing.enter_context(a_browser())
            time.sleep(5)
            onlookers = [
                Onlooker(browser, place.urls[0], f"onlooker {n}") for n in range(_BROWSERS)
            ]
        killed = kill(place, options.seed, until)
        for thread in lanes:
            thread.join()
        ids = list(said.turns)
        eventually(lambda: is_quiet(fleet, ids), 90, every_s=1)
        # What runs beside the calls, such as their facts, has an end, too.
        time.sleep(3)
        eventually(lambda: all(max(log, default=0) >= last_of(fleet) for log in logs), 60)
        stopped.set()
        for thread in watchers:
            thread.join()
        unlike = [one for each in onlookers for one in each.differences(fleet.database)]
    return report(fleet, said, killed, logs, unlike)


def speak(place: Place, lane: int, seed: int, until: float, said: Said) -> None:
    """One call after the other, each turn posted until it is acknowledged."""
    rng = random.Random(f"{seed} {lane}")  # noqa: S311 - a storm
    number = 0
    while time.monotonic() < until:
        call_id, number = f"call-{lane}-{number}", number + 1
        insist(place, rng, "/api/start_call", {"call_id": call_id, "agent_id": f"a{lane}"}, said)
        said.turns[call_id] = set()
        for turn in range(_TURNS):
            body = {
                "segment_id": f"s{turn}", "role": "CUSTOMER", "text": rng.choice(_SAID) + str(turn),
                "begin_ms": 5_000 * turn, "end_ms": 5_000 * turn + 4_000,
            }  # fmt: skip
            insist(place, rng, f"/api/calls/{call_id}/segments", {"segments": [body]}, said)
            said.turns[call_id].add(f"s{turn}")
            time.sleep(rng.uniform(0.05, 0.4))
        insist(place, rng, "/api/end_call", {"call_id": call_id}, said)


def stream(kinesis: KinesisLocal, lane: int, seed: int, until: float, said: Said) -> None:
    """One call after the other, each turn a record of the stream."""
    rng = random.Random(f"{seed} {lane}")  # noqa: S311 - a storm
    client = kinesis.client(patience_s=20, tries=5)
    number = 0
    while time.monotonic() < until:
        contact_id, number = f"contact-{lane}-{number}", number + 1
        spoken = [record(contact_id, "STARTED")]
        for turn in range(_TURNS):
            words = rng.choice(_SAID) + str(turn)
            piece = transcript(f"s{turn}", "CUSTOMER", words, 5_000 * turn, "NEUTRAL")
            spoken.append(record(contact_id, "SEGMENTS", [piece]))
        for body in (*spoken, record(contact_id, "COMPLETED")):
            client.put_record(StreamName=_STREAM, Data=body, PartitionKey=contact_id)
            said.tries += 1
            time.sleep(rng.uniform(0.05, 0.4))
        said.turns[contact_id] = {f"s{turn}" for turn in range(_TURNS)}


def insist(place: Place, rng: random.Random, path: str, body: object, said: Said) -> None:
    """Post to either web server until one acknowledges."""
    began = time.monotonic()
    while True:
        said.tries += 1
        try:
            # The nginx knows a client by this name.
            named = {"User-Agent": f"lane {rng.random()}"}
            url = rng.choice(place.urls) + path
            answer = requests.post(url, json=body, headers=named, timeout=20)
        except requests.RequestException:
            time.sleep(0.2)
            continue
        if answer.ok:
            said.longest_s = max(said.longest_s, time.monotonic() - began)
            return
        if answer.status_code < 500:  # noqa: PLR2004 - a refusal will not become another
            raise RuntimeError(f"{path}: {answer.text}")
        time.sleep(0.5)


def kill(place: Place, seed: int, until: float) -> Counter[str]:
    """Kill one process after the other and start it again; return how often each was."""
    rng, killed = random.Random(seed), Counter[str]()  # noqa: S311 - a storm
    while time.monotonic() < until:
        time.sleep(rng.uniform(*_BETWEEN_KILLS_S))
        name = rng.choice(place.names)
        place.fleet.kill(name)
        time.sleep(rng.uniform(0, 5))
        place.fleet.start(name)
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


def report(
    fleet: Fleet, said: Said, killed: Counter[str], logs: list[dict[int, str]], unlike: list[str]
) -> int:
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
    broken = [*(what for what, holds in checks.items() if not holds), *unlike]
    print("\n".join(broken) or "every promise held")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
