"""Turns a second: python benchmarks/throughput.py [--calls 400] [--rate 100] [--wallboards 20]
    [--room wallboard_rows] [--server product | bare | roles] [--assessors 1] [--each 1]

Against a real server with a model, turns of written calls are posted one a request, at a rate, over
many connections. Every call is watched by the socket of its agent, and wallboards follow all calls
beside: by their rows, or by every event in the room `wallboard` or `overview`. Printed are the rate
that was reached, the times from a post to its turn at the socket, the processor time that server
and generator use for a turn, and the bytes stored. With DATABASE_URL the server uses that database,
whose own processor time is not counted.

`--server bare` measures the least that takes turns in (`bare_server.py`), `--server roles` the
product as three processes on one database and more, if there are more `--assessors`. `--each` is
the number of turns in a request, of as many calls.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

import tests_on_path  # noqa: F401
from harness import ROOT
from harness.fleet import started
from harness.hostile_post import empty_server
from harness.live_load import quantile
from harness.ports import free_port
from harness.waiting import wait_until
from posting import server_on

_WRITTEN = ROOT / "benchmarks" / "written" / "calls_h_to_w.jsonl"
_CONNECTIONS = 32
_LATE_S = 3.0


@dataclass
class Seen:
    """Moments at which turns were posted and came to their socket, by id."""

    posted: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)
    failed: int = 0
    scores: int = 0
    late_s: list[float] = field(default_factory=list)


def main() -> int:
    """Print the figures; return 1 if a turn was refused or did not come to its socket."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--rate", type=float, default=100.0, help="turns a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--wallboards", type=int, default=20)
    rooms = ("wallboard_rows", "overview", "wallboard")
    parser.add_argument("--room", choices=rooms, default=rooms[0])
    parser.add_argument("--server", choices=("product", "bare", "roles"), default="product")
    parser.add_argument("--assessors", type=int, default=1)
    parser.add_argument("--each", type=int, default=1, help="turns a request")
    options = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        with _serving(root, options) as (port, servers):
            seen, used = asyncio.run(_measure(port, servers, options))
            files = [one for one in root.rglob("*.db*") if one.is_file()]
            size = sum(one.stat().st_size for one in files)
    return _report(seen, used, options, size)


@contextmanager
def _serving(
    root: Path, options: argparse.Namespace
) -> Iterator[tuple[int, Sequence[psutil.Process]]]:
    """Yield the port of a server, and the processes that it consists of."""
    port, database = free_port(), os.environ.get("DATABASE_URL", "")
    if options.server == "bare":
        with _bare(root, port) as process:
            yield port, [process]
    elif options.server == "roles":
        names = ("web-1", "jobs-1", *(f"assess-{n + 1}" for n in range(options.assessors)))
        fleet = started(root / "fleet", options.models.resolve(), database, names)
        try:
            # Until each assessor has its share of the leases.
            time.sleep(6)
            yield fleet.ports["web-1"], [psutil.Process(p.pid) for p in fleet.running.values()]
        finally:
            fleet.stop()
    else:
        copytree(options.models.resolve(), root / "models")
        with empty_server(root, port, database):
            yield port, [server_on(port)]


@contextmanager
def _bare(root: Path, port: int) -> Iterator[psutil.Process]:
    command = [sys.executable, Path(__file__).parent / "bare_server.py", str(port), str(root)]
    process = subprocess.Popen(command)
    try:
        wait_until(lambda: _listens(port), seconds=30)
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


async def _measure(
    port: int, servers: Sequence[psutil.Process], options: argparse.Namespace
) -> tuple[Seen, tuple[float, float, float]]:
    """Return what was seen, and seconds: of the server, of the generator, on the clock."""
    seen, ids = Seen(), [f"c{number}" for number in range(options.calls)]
    async with asyncio.TaskGroup() as group:
        sockets = [await _socket(port, "agent", agent_id=f"agent-{one}") for one in ids]
        boards = [await _socket(port, options.room) for _ in range(options.wallboards)]
        readers = [group.create_task(_read(one, seen)) for one in sockets]
        readers += [group.create_task(_read(one, None)) for one in boards]
        line = await asyncio.open_connection("127.0.0.1", port)
        for call_id in ids:
            body = {"call_id": call_id, "agent_id": f"agent-{call_id}"}
            await _post(line, "/api/start_call", body)
        await asyncio.sleep(2)
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(_CONNECTIONS)]
        before, own, began = _cpu_s(servers), time.process_time(), time.monotonic()
        turns = some_turns(ids)
        share = options.rate / _CONNECTIONS / options.each
        seen.scores = 0
        until = began + options.seconds
        senders = [
            _send(
                line,
                turns,
                seen,
                (began + n * options.each / options.rate, 1 / share, until),
                options.each,
            )
            for n, line in enumerate(lines)
        ]
        await asyncio.gather(*senders)
        wall = time.monotonic() - began
        await asyncio.sleep(_LATE_S)
        used = (_cpu_s(servers) - before, time.process_time() - own, wall)
        for reader in readers:
            reader.cancel()
    return seen, used


async def _socket(port: int, room: str, **body: Any) -> ClientConnection:
    """Return a socket that has joined a room."""
    address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    socket = await connect(address, max_size=None, ping_interval=None, compression=None)
    await socket.recv()
    await socket.send("40")
    await socket.recv()
    await socket.send(f"42{json.dumps([f'join_{room}', body] if body else [f'join_{room}'])}")
    return socket


async def _read(socket: ClientConnection, seen: Seen | None) -> None:
    """Answer pings, and note the turns that come."""
    async for message in socket:
        now = time.monotonic()
        if message == "2":
            await socket.send("3")
        elif seen is not None and str(message).startswith('42["transcript_segment"'):
            segment = json.loads(str(message)[2:])[1]
            seen.shown.setdefault(f"{segment['call_id']}/{segment['segment_id']}", now)
        elif seen is not None and str(message).startswith('42["risk_score_update"'):
            seen.scores += 1


def some_turns(ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield turns of written calls, round and round through all calls."""
    rows = [json.loads(line) for line in _WRITTEN.read_text(encoding="utf-8").splitlines()]
    written = [row["turns"] for row in rows]
    for number in count():
        for place, call_id in enumerate(ids):
            said = written[(place + number // 30) % len(written)]
            role, text = said[number % len(said)][:2]
            begin = 5_000 * number
            yield call_id, {
                "segment_id": f"s{number}", "role": role, "text": text, "begin_ms": begin,
                "end_ms": begin + 4_000,
            }  # fmt: skip


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _send(
    line: Line, turns: Iterator[tuple[str, dict[str, Any]]], seen: Seen,
    times: tuple[float, float, float], each: int,
) -> None:  # fmt: skip
    """Post turns at their time over one connection: the first moment, the interval, the end."""
    at, every, until = times
    while at < until:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        part = [next(turns) for _ in range(each)]
        seen.late_s.append(time.monotonic() - at)
        now = time.monotonic()
        seen.posted |= {f"{call_id}/{turn['segment_id']}": now for call_id, turn in part}
        if each == 1:
            ((call_id, turn),) = part
            status = await _post(line, f"/api/calls/{call_id}/segments", {"segments": [turn]})
        else:
            body = {"segments": [turn | {"call_id": call_id} for call_id, turn in part]}
            status = await _post(line, "/api/segments", body)
        seen.failed += status != b"200"
        at += every


async def _post(line: Line, path: str, body: dict[str, Any]) -> bytes:
    """Post JSON and return the status; the answer is read to its end."""
    reader, writer = line
    data = json.dumps(body, ensure_ascii=False).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    return answer.split(b" ", 2)[1]


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return float(sum(one.user + one.system for one in times))


def _report(
    seen: Seen, used: tuple[float, float, float], options: argparse.Namespace, size: int
) -> int:
    server_s, own_s, wall_s = used
    posted = len(seen.posted)
    delays = [seen.shown[one] - at for one, at in seen.posted.items() if one in seen.shown]
    missing = posted - len(delays)
    print(
        f"{options.calls} calls, {options.wallboards} sockets in {options.room}, "
        f"asked {options.rate:.0f} turns/s"
    )
    print(f"posted {posted} turns, {posted / wall_s:.0f} a second; refused {seen.failed}")
    print(f"the generator was late by {1000 * quantile(seen.late_s, 0.99):.0f} ms (p99)")
    print(
        f"from post to socket: p50 {1000 * quantile(delays, 0.5):.0f} ms, p99 "
        f"{1000 * quantile(delays, 0.99):.0f} ms; not shown within {_LATE_S:.0f} s: {missing}"
    )
    print(
        f"processor a turn: server {1000 * server_s / posted:.2f} ms, generator "
        f"{1000 * own_s / posted:.2f} ms; {seen.scores / wall_s:.0f} scores a second"
    )
    print(f"stored: {size / posted:.0f} bytes a turn, with the journal")
    return int(seen.failed > 0 or missing > 0)


if __name__ == "__main__":
    sys.exit(main())
