"""The least that takes turns in, as a measure: python benchmarks/bare_server.py PORT FOLDER

It answers what `throughput.py` sends, and does nothing else: JSON is read, the turns that wait are
stored in SQLite by one `executemany` and one durable commit, and each is sent as one frame to the
socket of its agent, and their number to every wallboard. Nothing is masked, understood or scored.
"""

import asyncio
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import uvicorn

_TABLE = "CREATE TABLE turns (call TEXT, turn TEXT, body TEXT, PRIMARY KEY (call, turn))"
_EVERY_S = 0.25


class BareServer:
    """Turns to store, and the sockets that hear of them."""

    def __init__(self, database: Path) -> None:
        self._store = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _TABLE):
            self._store.execute(statement)
        self._waiting: list[tuple[str, dict[str, Any], asyncio.Future[None]]] = []
        self._news = asyncio.Event()
        self._agents: dict[str, Any] = {}
        self._boards: list[Any] = []
        self._stored = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or serve a socket."""
        if scope["type"] == "websocket":
            await self._socket(receive, send)
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message.get("more_body"):
                break
        path = scope["path"].split("/")
        if path[-1] == "segments":
            done = asyncio.get_running_loop().create_future()
            turns = json.loads(body)["segments"]
            self._waiting += [(path[-2], turn, done) for turn in turns]
            self._news.set()
            await done
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    async def _socket(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": '0{"sid":"s","pingInterval":99000}'})
        while (message := await receive())["type"] == "websocket.receive":
            text = message["text"]
            if text == "40":
                await send({"type": "websocket.send", "text": '40{"sid":"s"}'})
            elif text.startswith('42["join_agent"'):
                self._agents[json.loads(text[2:])[1]["agent_id"]] = send
            elif text.startswith("42"):
                self._boards.append(send)

    async def store(self) -> None:
        """Store the turns that wait, again and again, and tell their sockets."""
        while True:
            await self._news.wait()
            self._news.clear()
            part, self._waiting = self._waiting, []
            rows = [
                (call, turn["segment_id"], json.dumps(turn, ensure_ascii=False))
                for call, turn, _ in part
            ]
            await asyncio.to_thread(self._write, rows)
            self._stored += len(rows)
            for call, turn, done in part:
                if not done.done():
                    done.set_result(None)
                await self._push(call, turn)

    def _write(self, rows: list[tuple[str, str, str]]) -> None:
        self._store.execute("BEGIN IMMEDIATE")
        self._store.executemany("INSERT OR REPLACE INTO turns VALUES (?, ?, ?)", rows)
        self._store.execute("COMMIT")

    async def _push(self, call: str, turn: dict[str, Any]) -> None:
        agent = self._agents.get(f"agent-{call}")
        if agent is not None:
            told = json.dumps(["transcript_segment", turn | {"call_id": call}], ensure_ascii=False)
            await agent({"type": "websocket.send", "text": f"42{told}"})

    async def tell_boards(self) -> None:
        """Tell wallboards how many turns there are, at most four times a second."""
        told = 0
        while True:
            await asyncio.sleep(_EVERY_S)
            if self._stored != told:
                told = self._stored
                for board in self._boards:
                    await board({"type": "websocket.send", "text": f'42["stored",{told}]'})


async def serve(port: int, folder: Path) -> None:
    """Serve until killed."""
    app = BareServer(folder / "bare.db")
    config = uvicorn.Config(
        app, port=port, log_level="warning", loop="asyncio", ws="websockets-sansio",
        ws_per_message_deflate=False, ws_ping_interval=None,
    )  # fmt: skip
    await asyncio.gather(uvicorn.Server(config).serve(), app.store(), app.tell_boards())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
