"""Cost of a turn by REST: python benchmarks/posting.py [--calls 100] [--turns 30] [--models DIR]

The same turns are posted to a real server one by one, some at a time, and by the route of many
calls. Printed are the processor time that the server uses for a turn, in each way, its ratio to one
turn a request, and the longest time that a request takes. With DATABASE_URL set to an empty
PostgreSQL database the server uses that, and its own processor time is not counted.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import psutil

import tests_on_path  # noqa: F401
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.wire.client import LiveApi
from harness.hostile_post import empty_server
from harness.ports import free_port

# What is said again and again, with a number and a name among it.
_SAID = (
    "お電話ありがとうございます", "今月の支払いの件なんですけど", "はい、どうされましたか",
    "ちょっと今月は厳しくて、来月まで待ってもらえませんか", "ご契約番号をお願いします",
    "はい、えっと、いち に さん よんです", "ありがとうございます", "娘が熱を出してしまって",
    "それは大変ですね", "給料日が二十五日なので、そのあとに必ず払います",
)  # fmt: skip
_WAYS = ((1, 1), (1, 8), (25, 1), (100, 1), (500, 1))
CallTurn = tuple[str, Segment]


def main() -> int:
    """Print the processor time of the server a turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--models", type=Path, help="serve this folder's champion; without, none")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        root, port = Path(folder), free_port()
        if options.models is not None:
            copytree(options.models.resolve(), root / "models")
        with empty_server(root, port, os.environ.get("DATABASE_URL", "")) as address:
            measure(address.removesuffix("/api"), server_on(port), options)
    return 0


def server_on(port: int) -> psutil.Process:
    """Return the child of this process that listens on the port."""
    for child in psutil.Process().children(recursive=True):
        if any(one.laddr.port == port for one in child.net_connections("tcp")):
            return child
    raise LookupError(port)


def measure(address: str, server: psutil.Process, options: argparse.Namespace) -> None:
    """Post the turns in each way and print its cost."""
    # Once before, so that everything is loaded.
    _post_all(address, "warm", options.calls, 3, 1, 1)
    one_by_one = None
    for together, senders in _WAYS:
        name = f"w{together}x{senders}"
        before, began = _cpu_s(server), time.monotonic()
        longest = _post_all(address, name, options.calls, options.turns, together, senders)
        # The assessments that are due a second later belong to it.
        took = time.monotonic() - began
        time.sleep(1.5)
        a_turn = 1000 * (_cpu_s(server) - before) / (options.calls * options.turns)
        one_by_one = one_by_one or a_turn
        print(
            f"{together:4d} turns a request, {senders} at once: {a_turn:5.2f} ms of processor a "
            f"turn, 1 / {one_by_one / a_turn:.1f}; {took:.0f} s, the longest request "
            f"{1000 * longest:.0f} ms",
            flush=True,
        )


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _post_all(
    address: str, name: str, calls: int, turns: int, together: int, senders: int
) -> float:
    """Start calls and post their turns; return the longest time of a request."""
    ids = [f"{name}-{number}" for number in range(calls)]
    for call_id in ids:
        LiveApi(address).start_call(call_id, None, "agent-1")
    rows = list(_rows(ids, turns))
    parts = [rows[begin : begin + together] for begin in range(0, len(rows), together)]
    with ThreadPoolExecutor(senders) as pool:
        return max(pool.map(lambda n: _sent(address, parts[n::senders]), range(senders)))


def _rows(ids: Sequence[str], turns: int) -> Iterator[CallTurn]:
    """Yield the turns of calls that run side by side."""
    for number in range(turns):
        for place, call_id in enumerate(ids):
            role = (ParticipantRole.AGENT, ParticipantRole.CUSTOMER)[number % 2]
            text = f"{_SAID[(number + place) % len(_SAID)]}、{place}番目です"
            times = (5_000 * number, 5_000 * number + 4_000)
            yield call_id, Segment(f"s{number}", number, role, text, *times)


def _sent(address: str, parts: Sequence[Sequence[CallTurn]]) -> float:
    """Post these, one request after the other, and return the longest time of one."""
    api, longest = LiveApi(address, (2.0, 60.0)), 0.0
    for part in parts:
        began = time.monotonic()
        if len(part) == 1:
            ((call_id, turn),) = part
            api.add_segments(call_id, [turn])
        else:
            api.add_segments_of_calls(part)
        longest = max(longest, time.monotonic() - began)
    return longest


if __name__ == "__main__":
    sys.exit(main())
