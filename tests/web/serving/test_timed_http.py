"""What a connection waits for, byte by byte, without a server: headers, bodies, and readers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from callrisk.web.serving.timed_http import TimedHttp

HEAD = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n"
Steps = Callable[["Line"], Awaitable[None]]


class Wire(asyncio.Transport):
    """A transport that keeps what is written, and whether it was cut off or closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.is_cut, self.is_closed = b"", False, False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep it."""
        self.written += bytes(data)

    def abort(self) -> None:
        """Be cut off."""
        self.is_cut = True

    def close(self) -> None:
        """Be closed."""
        self.is_closed = True

    def is_closing(self) -> bool:
        """Return whether nothing more is to be written."""
        return self.is_cut or self.is_closed

    def pause_reading(self) -> None:
        """Nothing is read from it anyway."""

    def resume_reading(self) -> None:
        """Nothing is read from it anyway."""


class Line:
    """A connection to an application that answers when `answer` is set."""

    def __init__(self) -> None:
        self.answer = asyncio.Event()
        self.wire, self.bodies = Wire(), list[bytes]()
        config = Config(
            self._application, log_config=None, lifespan="off", interface="asgi3", ws="none"
        )
        self.http = TimedHttp(config, ServerState(), {}, asyncio.get_running_loop())
        self.http.connection_made(self.wire)

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        await self.answer.wait()
        self.answer.clear()
        message: dict[str, Any] = {"more_body": scope["path"] != "/early"}
        body = b""
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @property
    def waits_for(self) -> set[str]:
        """The names of what is waited for."""
        return set(self.http._timers)

    async def answered(self) -> None:
        """Let the application answer, and wait until it has."""
        count = len(self.bodies)
        self.answer.set()
        async with asyncio.timeout(5):
            while len(self.bodies) == count:
                await asyncio.sleep(0)
        await asyncio.sleep(0)


def run(steps: Steps) -> None:
    """Do steps on a connection."""

    async def within() -> None:
        line = Line()
        try:
            await asyncio.wait_for(steps(line), 10)
        finally:
            # Else an answer that nobody reads would be waited for.
            line.http.connection_lost(None)

    asyncio.run(within())


def test_a_request_is_waited_for_in_two_parts() -> None:
    """Its headers, then its body; while it is worked on nothing is, and then the next one."""

    async def steps(line: Line) -> None:
        assert line.waits_for == {"headers"}
        line.http.data_received(HEAD[:20])
        assert line.waits_for == {"headers"}
        line.http.data_received(HEAD[20:] + b"123")
        assert line.waits_for == {"body"}
        line.http.data_received(b"456")
        assert line.waits_for == set()
        await line.answered()
        assert line.bodies == [b"123456"]
        assert line.waits_for == set()
        line.http.data_received(HEAD[:20])
        assert line.waits_for == {"headers"}
        line.http.connection_lost(None)
        assert line.waits_for == set()

    run(steps)


def test_what_comes_while_an_answer_is_worked_on_is_not_timed() -> None:
    """An answer that takes long would cut off the client that sent its next request already."""

    async def steps(line: Line) -> None:
        line.http.data_received(HEAD + b"123456")
        line.http.data_received(HEAD[:20])
        assert line.waits_for == set()

    run(steps)


def test_a_body_that_nobody_wants_is_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer went out before it came: it is waited for as a body, however large it is."""
    monkeypatch.setattr(TimedHttp, "longest_headers", 40)

    async def steps(line: Line) -> None:
        head = b"POST /early HTTP/1.1\r\nContent-Length: 100\r\n\r\n"
        line.http.data_received(head[:30])
        line.http.data_received(head[30:])
        await line.answered()
        line.http.data_received(b"x" * 60)
        assert line.waits_for == {"body"}
        assert not line.wire.is_closing()

    run(steps)


@pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True)])
def test_headers_have_a_longest_length(
    more: int, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All their pieces together; the answer says so, and the connection is closed."""
    monkeypatch.setattr(TimedHttp, "longest_headers", 60)

    async def steps(line: Line) -> None:
        line.http.data_received(b"GET / HTTP/1.1\r\nX: " + b"x" * 21)
        line.http.data_received(b"x" * (20 + more))
        assert line.wire.is_closed is refused
        assert (b"400 Bad Request" in line.wire.written) is refused
        assert line.waits_for == (set() if refused else {"headers"})

    run(steps)


def test_the_length_is_counted_anew_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many requests over one connection are no long header."""
    monkeypatch.setattr(TimedHttp, "longest_headers", len(HEAD) + 10)

    async def steps(line: Line) -> None:
        for count in range(1, 4):
            line.http.data_received(HEAD[:30])
            line.http.data_received(HEAD[30:] + b"123456")
            await line.answered()
            assert len(line.bodies) == count

    run(steps)


@pytest.mark.parametrize(
    ("waits_for", "sent"), [("headers", b"GET /"), ("body", HEAD), ("reading", HEAD + b"123456")]
)
def test_who_is_too_slow_is_cut_off(
    waits_for: str, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time of what is waited for, and not of something else."""
    limits = {"headers": "headers_within_s", "body": "body_within_s", "reading": "read_within_s"}
    for name, limit in limits.items():
        monkeypatch.setattr(TimedHttp, limit, 0.0 if name == waits_for else 60.0)

    async def steps(line: Line) -> None:
        line.http.data_received(sent)
        if waits_for == "reading":
            line.http.pause_writing()
        assert not line.wire.is_cut
        await asyncio.sleep(0.01)
        assert line.wire.is_cut

    run(steps)


def test_who_reads_on_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait begins with each answer that is not read, and ends with it."""
    monkeypatch.setattr(TimedHttp, "read_within_s", 0.0)

    async def steps(line: Line) -> None:
        line.http.data_received(HEAD + b"123456")
        line.http.pause_writing()
        line.http.resume_writing()
        await asyncio.sleep(0.01)
        assert not line.wire.is_cut

    run(steps)
