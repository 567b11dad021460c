"""The transport of Socket.IO on an event loop, beneath the handlers and rooms of Flask-SocketIO.

Flask-SocketIO keeps all that is Socket.IO: handlers, acknowledgements, rooms, and the packet of an
event, encoded once for all its receivers. It hands packets over from any thread and waits for
nobody; the loop gives them to the clients. The frame of a packet is made once too, and goes
straight to the connections of WebSockets. A client for which too much waits is cut off, so that
neither the others wait nor memory grows.
"""

import asyncio
import contextlib
import logging
from collections import deque
from functools import partial
from typing import Any

import engineio
from engineio.packet import MESSAGE, NOOP, Packet
from flask import Flask

from callrisk.web.serving.request_threads import RequestThreads
from callrisk.web.serving.socket_connections import Connection, connection_of, frame_of
from callrisk.web.serving.socket_gate import (
    Credential,
    asked_by,
    credential_of,
    query_of,
    receive_packets,
    refuse,
    send_as_is,
)

logger = logging.getLogger(__name__)


class Outbox(asyncio.Queue[Packet | None]):
    """The packets of one client that its writer has not sent yet."""

    def __init__(self) -> None:
        super().__init__()
        self._is_sending = True

    async def get(self) -> Packet | None:
        """Return the next packet; whoever asks has sent all before it."""
        self._is_sending = False
        packet = await super().get()
        self._is_sending = True
        return packet

    @property
    def is_sent(self) -> bool:
        """Return True if nothing waits, nor is on its way."""
        return self.empty() and not self._is_sending


class SocketEngine(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO on the running loop, with the settings and for the handlers of another server."""

    # Packets that a client by long polling, or one that is about to upgrade, has not fetched.
    most_waiting = 1_000
    # Whether clients still answer pings.
    look_every_s = 1.0

    def __init__(self, before: engineio.Server, app: Flask, threads: RequestThreads) -> None:
        super().__init__(
            async_mode="asgi", async_handlers=False, logger=before.logger,
            ping_interval=before.ping_interval, ping_timeout=before.ping_timeout,
            max_http_buffer_size=before.max_http_buffer_size,
            cors_allowed_origins=before.cors_allowed_origins,
        )  # fmt: skip
        self._app = app
        self._threads = threads
        self._handle = dict(before.handlers)
        self._connections: dict[str, Connection] = {}
        self._opened_with: dict[str, Credential] = {}
        # The loop itself keeps no task alive.
        self._closing: set[asyncio.Future[None]] = set()
        self.on("connect", self._connected)
        self.on("message", self._told)
        self.on("disconnect", self._gone)

    def create_queue(self, *_args: Any, **_more: Any) -> Outbox:
        """Return where the packets of a new client wait."""
        return Outbox()

    async def handle_request(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request for Engine.IO, or serve a WebSocket until it ends."""
        query, send = query_of(scope), partial(send_as_is, send)
        sid = query.get("sid", [""])[0]
        if "j" in query or not self._may_ask(scope, sid):
            await refuse(scope, send)
            return
        if sid in self.sockets and not self.sockets[sid].upgraded:
            self._note(sid, scope)
        packets = partial(receive_packets, receive) if scope["type"] == "websocket" else receive
        await super().handle_request(scope, packets, send)

    def _may_ask(self, scope: dict[str, Any], sid: str) -> bool:
        """Return True for a page of ours, or a program, that uses a socket of its own."""
        if not self.cors_allowed_origins(*asked_by(scope)):
            return False
        opened_with = self._opened_with.get(sid)
        return opened_with is None or opened_with == credential_of(scope)

    async def _service_task(self) -> None:
        """Let go of clients that are gone; all are looked at once a second.

        Engine.IO's own task wakes up for each client by itself, hundreds of times a second.
        """
        self.service_task_event = asyncio.Event()
        while not self.service_task_event.is_set():
            for sid, socket in [*self.sockets.items()]:
                await self._look_after(sid, socket)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.service_task_event.wait(), self.look_every_s)

    async def _look_after(self, sid: str, socket: Any) -> None:
        if socket.closed:
            self.sockets.pop(sid, None)
        elif not socket.closing:
            try:
                await socket.check_ping_timeout()
            except Exception:
                # The others are looked at whatever happens to one.
                logger.exception("cannot end a client that is gone: sid=%s", sid)

    def deliver(self, due: deque[tuple[str, Packet]]) -> None:
        """Give packets to their clients, in their order."""
        framed: tuple[Packet, bytes] | None = None
        while due:
            sid, packet = due.popleft()
            socket = self.sockets.get(sid)
            if socket is None or socket.closed:
                continue
            connection = self._connections.get(sid)
            if connection is not None and socket.upgraded and socket.queue.is_sent:
                if framed is None or framed[0] is not packet:
                    framed = (packet, frame_of(packet.encode()))
                if not connection.write(framed[1]):
                    self._cut_off(sid)
            elif socket.queue.qsize() < self.most_waiting:
                socket.queue.put_nowait(packet)
            else:
                self._cut_off(sid)

    def end_polls(self) -> None:
        """Answer the clients that poll: they would wait for an event until the end."""
        for socket in self.sockets.values():
            if not socket.upgraded:
                socket.queue.put_nowait(Packet(NOOP))

    def _cut_off(self, sid: str) -> None:
        """End a client that does not read; it comes again and reads what it missed."""
        logger.warning("cut off a client that does not read: sid=%s", sid)
        connection = self._connections.get(sid)
        if connection is not None:
            connection.abort()
        closing = self.sockets.pop(sid).close(
            wait=False, abort=True, reason=self.reason.TRANSPORT_ERROR
        )
        task = asyncio.ensure_future(closing)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _connected(self, sid: str, environ: dict[str, Any]) -> None:
        # What Flask-SocketIO's own middleware would add.
        environ["flask.app"] = self._app
        self._opened_with[sid] = credential_of(environ["asgi.scope"])
        self._note(sid, environ["asgi.scope"])
        self._handle["connect"](sid, environ)

    def _note(self, sid: str, scope: dict[str, Any]) -> None:
        connection = connection_of(scope)
        if connection is not None:
            self._connections[sid] = connection

    async def _told(self, sid: str, message: Any) -> None:
        # One after the other for each client: it may leave a room right after it joined.
        await self._threads.run(partial(self._handle["message"], sid, message))

    async def _gone(self, sid: str, reason: str) -> None:
        self._opened_with.pop(sid, None)
        connection = self._connections.pop(sid, None)
        if connection is not None and reason == self.reason.PING_TIMEOUT:
            # A farewell would wait for a client that does not read.
            connection.abort()
        if reason == self.reason.CLIENT_DISCONNECT and sid in self.sockets:
            # Answers its long poll, if it has left one.
            self.sockets[sid].queue.put_nowait(None)
        await self._threads.run(partial(self._handle["disconnect"], sid, reason))


class ThreadSafeEngine:
    """The engine as Flask-SocketIO uses it, from any thread; nothing here waits."""

    def __init__(self, engine: SocketEngine, loop: asyncio.AbstractEventLoop) -> None:
        self._engine = engine
        self._loop = loop
        self._due: deque[tuple[str, Packet]] = deque()
        self._is_woken = False
        self.generate_id = engine.generate_id

    def send(self, sid: str, message: str | bytes) -> None:
        """Send a message to a client."""
        self.send_packet(sid, Packet(MESSAGE, message))

    def send_packet(self, sid: str, packet: Packet) -> None:
        """Send a packet to a client."""
        self._due.append((sid, packet))
        if not self._is_woken:
            self._is_woken = True
            # The loop is gone when the server has stopped.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # First, so that what is added from now on wakes the loop again.
        self._is_woken = False
        self._engine.deliver(self._due)
