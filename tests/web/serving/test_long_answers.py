"""Answers that tell no length: made a part at a time, and given up with their client."""

import asyncio
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from callrisk.web.serving.request_threads import RequestThreads
from callrisk.web.serving.wsgi_answers import WsgiAnswers

PART, PARTS = b"x" * 32_768, 2_000
SCOPE = {
    "type": "http", "method": "GET", "http_version": "1.1", "scheme": "http", "raw_path": b"/",
    "query_string": b"", "server": ("localhost", 80), "client": ("127.0.0.1", 1), "headers": [],
}  # fmt: skip


class Rows:
    """An application with a long answer; `made` parts of it so far."""

    def __init__(self, breaks_at: int = 0, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.made, self.is_closed = 0, False
        self._breaks_at, self._headers = breaks_at, list(headers)

    def __call__(self, _environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", self._headers)
        return self._parts()

    def _parts(self) -> Iterator[bytes]:
        try:
            for self.made in range(1, PARTS + 1):
                yield bytes(PART)
                if self.made == self._breaks_at:
                    raise OSError("the database went away")
        finally:
            self.is_closed = True


class Client:
    """What a client took of an answer, which it leaves after `leaves_after` parts."""

    def __init__(self, leaves_after: int = PARTS) -> None:
        self.length, self.sends, self.is_whole = 0, 0, False
        self._left = asyncio.Event()
        self._leaves_after = leaves_after
        self._asked = False

    async def receive(self) -> dict[str, Any]:
        """Return the request, then that the client left."""
        if self._asked:
            await self._left.wait()
            return {"type": "http.disconnect"}
        self._asked = True
        return {"type": "http.request"}

    async def send(self, message: dict[str, Any]) -> None:
        """Take what is sent."""
        self.sends += 1
        self.length += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", message["type"].endswith("start"))
        if self.sends > self._leaves_after:
            self._left.set()
            await asyncio.sleep(0)


def served(rows: Rows, leaves_after: int = PARTS, waiting: int = 10) -> Client:
    """Return the client after the answer."""

    async def serve() -> Client:
        threads, client = RequestThreads("test", 1, waiting), Client(leaves_after)
        try:
            await WsgiAnswers(rows, threads, 1_000)(SCOPE, client.receive, client.send)
        finally:
            threads.end()
            found.append(client)
        return client

    found = list[Client]()
    try:
        return asyncio.run(serve())
    except OSError:
        assert not found[0].is_whole
        raise


def test_a_long_answer_is_never_held_whole() -> None:
    """Of 64 MB some parts at a time are in memory."""
    rows = Rows()
    tracemalloc.start()
    client = served(rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (client.length, client.is_whole) == (len(PART) * PARTS, True)
    assert client.sends < PARTS
    assert peak < 1_000_000
    assert rows.is_closed


def test_nothing_more_is_made_once_the_client_left() -> None:
    """Of an answer of hours."""
    rows = Rows()
    client = served(rows, leaves_after=5)

    assert not client.is_whole
    assert 5 < rows.made < 30
    assert rows.is_closed


def test_an_answer_that_breaks_does_not_look_whole() -> None:
    """Its connection is cut: the error is raised, and no end is sent."""
    rows = Rows(breaks_at=10)
    with pytest.raises(OSError, match="went away"):
        served(rows)

    assert (rows.made, rows.is_closed) == (10, True)


def test_an_answer_that_tells_its_length_is_sent_at_once() -> None:
    """As all of them are but the long ones."""
    client = served(Rows(headers=[("Content-Length", str(len(PART) * PARTS))]))

    assert (client.length, client.sends, client.is_whole) == (len(PART) * PARTS, 2, True)
