"""Turns a second: python benchmarks/throughput.py [--calls 400] [--rate 100] [--wallboards 20]
    [--room wallboard_rows]

Against a real server with a model, turns of written calls are posted one a request, at a rate, over
many connections. Every call is watched by the socket of its agent, and wallboards follow all calls
beside: by their rows, or by every event in the room `wallboard` or `overview`. Printed are the rate
that was reached, the times from a post to its turn at the socket, the processor time that server
and generator use for a turn, and the bytes stored. With DATABASE_URL the server uses that database,
whose own processor time is not counted.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
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
from harness.hostile_post import empty_server
from harness.live_load import quantile
from harness.ports import free_port
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
    options = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root, port = Path(folder), free_port()
        copytree(options.models.resolve(), root / "models")
        with empty_server(root, port, os.environ.get("DATABASE_URL", "")):
            server = server_on(port)
            seen, used = asyncio.run(_measure(port, server, options))
            database = root / "data" / "processed" / "callrisk.db"
            size = sum(one.stat().st_size for one in database.parent.glob("callrisk.db*"))
    return _report(seen, used, options, size)


async def _measure(
    port: int, server: psutil.Process, options: argparse.Namespace
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
        before, own, began = _cpu_s(server), time.process_time(), time.monotonic()
        turns = _turns(ids)
        share = options.rate / _CONNECTIONS
        until = began + options.seconds
        senders = [
            _send(line, turns, seen, began + n / options.rate, 1 / share, until)
            for n, line in enumerate(lines)
        ]
        await asyncio.gather(*senders)
        wall = time.monotonic() - began
        await asyncio.sleep(_LATE_S)
        used = (_cpu_s(server) - before, time.process_time() - own, wall)
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


def _turns(ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
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
    line: Line, turns: Iterator[tuple[str, dict[str, Any]]], seen: Seen, at: float, every: float,
    until: float,
) -> None:  # fmt: skip
    """Post turns at their time over one connection, until the end."""
    while at < until:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        call_id, turn = next(turns)
        seen.late_s.append(time.monotonic() - at)
        seen.posted[f"{call_id}/{turn['segment_id']}"] = time.monotonic()
        status = await _post(line, f"/api/calls/{call_id}/segments", {"segments": [turn]})
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


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


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
        f"{1000 * own_s / posted:.2f} ms"
    )
    print(f"stored: {size / posted:.0f} bytes a turn, with the journal")
    return int(seen.failed > 0 or missing > 0)


if __name__ == "__main__":
    sys.exit(main())
