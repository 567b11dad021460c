"""Cost of serving: python benchmarks/serving.py [--sockets 1 20 100]

The server is started twice, without data and without a model: once as the product serves, and once
as Flask-SocketIO does by itself, on Werkzeug's development server. Printed are the processor time
that the server uses for a request that does nothing, for a turn that is posted, and for an event at
each of so many open sockets, and the threads and the memory of a socket.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

import tests_on_path  # noqa: F401
from callrisk.bootstrap.server import create_app
from callrisk.settings import load
from harness.ports import free_port
from harness.small_world import new_root
from harness.waiting import wait_until

_BARE, _POSTS, _CALLS, _EVENTS = 2_000, 600, 50, 400
_EVERY_S = 0.004
_SAID = (
    "お電話ありがとうございます",
    "今月の支払いの件なんですけど",
    "来月まで待ってもらえませんか",
)
# About as large as a score with its account.
_EVENT = {"call_id": "c", "seq": 1, "lines": ["今月は厳しくて、来月まで待ってほしい"] * 12}


def main() -> int:
    """Serve where told to, else print what both ways of serving cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, nargs="+", default=[1, 20, 100])
    parser.add_argument("--serve", nargs=3, metavar=("WAY", "PORT", "FOLDER"))
    options = parser.parse_args()
    if options.serve:
        serve(*options.serve)
        return 0
    for way in ("product", "werkzeug"):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            measure(way, options.sockets, new_root(Path(folder) / "installation"))
    return 0


def serve(way: str, port: str, folder: str) -> None:
    """Serve an empty installation, with two routes for this measurement."""
    server = create_app(load(Path(folder)))

    def bare() -> dict[str, bool]:
        return {"ok": True}

    def push() -> dict[str, bool]:
        def push_all() -> None:
            for seq in range(_EVENTS):
                server.socketio.emit("alert", _EVENT | {"seq": seq}, to=["agent:a", "overview"])
                time.sleep(_EVERY_S)

        pushing = threading.Thread(target=push_all)
        pushing.start()
        pushing.join()
        return {"ok": True}

    server.app.get("/bare")(bare)
    server.app.get("/push")(push)
    if way == "product":
        server.serve("127.0.0.1", int(port))
    else:
        server.start()
        server.socketio.run(server.app, "127.0.0.1", int(port), allow_unsafe_werkzeug=True)


def measure(way: str, sockets: list[int], root: Path) -> None:
    """Print what one way of serving costs."""
    port = free_port()
    command = [sys.executable, __file__, "--serve", way, str(port), str(root)]
    own = {"API_PORT": str(port), "DATABASE_URL": "", "REPLAY_CALLS": "0"}
    with (root / "server.log").open("wb") as log:
        started = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
    try:
        wait_until(lambda: _answers(port), seconds=90)
        server, connection = psutil.Process(started.pid), HTTPConnection("127.0.0.1", port)
        for call in range(_CALLS):
            _ask(connection, "/api/start_call", {"call_id": f"c{call}", "agent_id": "a"})
        _post(connection, 0, _CALLS)
        cost = cost_ms(server, lambda: [_ask(connection, "/bare") for _ in range(_BARE)])
        print(f"{way}: {cost / _BARE:.2f} ms of processor for a request that does nothing")
        cost = cost_ms(server, lambda: _post(connection, _CALLS, _POSTS))
        print(f"{way}: {cost / _POSTS:.2f} ms for a turn that is posted", flush=True)
        for count in sockets:
            asyncio.run(listen(way, server, port, count))
    finally:
        started.kill()
        started.wait()


def cost_ms(server: psutil.Process, work: Any) -> float:
    """Return the processor time that the server uses during some work, in milliseconds."""
    before = server.cpu_times()
    work()
    after = server.cpu_times()
    return 1000 * (after.user + after.system - before.user - before.system)


async def listen(way: str, server: psutil.Process, port: int, count: int) -> None:
    """Open sockets, have events pushed to all of them, and print the cost of each."""
    threads, memory = server.num_threads(), server.memory_info().rss
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    opened = [await connect(url, compression=None) for _ in range(count)]
    for socket in opened:
        await socket.send("40")
        await socket.send('420["join_overview",{}]')
        await _next(socket, "430")
    more = server.num_threads() - threads, server.memory_info().rss - memory
    before = server.cpu_times()
    asking = asyncio.to_thread(_ask, HTTPConnection("127.0.0.1", port), "/push")
    await asyncio.gather(asking, *map(_hear_all, opened))
    after = server.cpu_times()
    used = after.user + after.system - before.user - before.system
    print(
        f"{way}: {1e6 * used / (_EVENTS * count):.0f} µs for an event at each of {count} sockets; "
        f"{more[0] / count:.1f} threads and {more[1] / count / 1000:.0f} kB a socket", flush=True,
    )  # fmt: skip
    for socket in opened:
        await socket.close()


async def _hear_all(socket: ClientConnection) -> None:
    for seq in range(_EVENTS):
        message = await _next(socket, '42["alert"')
        if json.loads(message[2:])[1]["seq"] != seq:
            raise ValueError(message)


async def _next(socket: ClientConnection, begin: str) -> str:
    while not (message := str(await socket.recv())).startswith(begin):
        if message == "2":
            await socket.send("3")
    return message


def _post(connection: HTTPConnection, first: int, count: int) -> None:
    for number in range(first, first + count):
        turn = {"segment_id": f"s{number}", "role": "CUSTOMER", "text": _SAID[number % len(_SAID)]}
        _ask(connection, f"/api/calls/c{number % _CALLS}/segments", {"segments": [turn]})


def _ask(connection: HTTPConnection, path: str, body: Any = None) -> None:
    headers = {"Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    connection.request("GET" if body is None else "POST", path, sent, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise ValueError(answer.status)


def _answers(port: int) -> bool:
    try:
        _ask(HTTPConnection("127.0.0.1", port, timeout=5), "/bare")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
