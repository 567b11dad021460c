"""HTTP that waits for no client for ever: not for its requests, nor until it reads an answer."""

import asyncio
import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class TimedHttp(HttpToolsProtocol):
    """A connection that is cut off unless its client sends requests, and reads answers, in time.

    Headers begin with the connection, or with the first byte after an answer.
    """

    headers_within_s = 10.0
    body_within_s = 20.0
    read_within_s = 30.0
    longest_headers = 1 << 16

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        self._timers: dict[str, asyncio.TimerHandle] = {}
        super().connection_made(transport)
        _send_at_once(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        """Read what came; refuse headers that do not end."""
        if "body" not in self._timers and (self.cycle is None or self.cycle.response_complete):
            self._wait_for_headers()
        super().data_received(data)
        if "headers" not in self._timers:
            return
        self._header_bytes += len(data)
        if self._header_bytes > self.longest_headers:
            self._stop("headers")
            self.send_400_response("The headers are too long.")

    def on_message_begin(self) -> None:
        """Begin to take headers."""
        self._takes_headers = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one after the body (a trailer) may not say who sends it (RFC 9110, 6.5.1).

        A proxy looks at the headers before the body alone.
        """
        if self._takes_headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Serve the request."""
        self._takes_headers = False
        self._stop("headers")
        self._start("body", self.body_within_s)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait no more: the request is whole."""
        self._stop("body")
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Begin to wait for the client to read."""
        super().pause_writing()
        self._start("reading", self.read_within_s)

    def resume_writing(self) -> None:
        """Go on with an answer that is read."""
        self._stop("reading")
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for name in tuple(self._timers):
            self._stop(name)
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        if "headers" not in self._timers:
            self._header_bytes = 0
            self._start("headers", self.headers_within_s)

    def _start(self, name: str, seconds: float) -> None:
        self._stop(name)
        self._timers[name] = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()


def _send_at_once(transport: asyncio.Transport) -> None:
    """Let the body of an answer go out without waiting until its headers are acknowledged.

    asyncio does so only where the listening socket was made with the number of the protocol, which
    `socket.create_server` leaves out.
    """
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
