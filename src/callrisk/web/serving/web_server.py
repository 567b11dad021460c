"""The web server of an application: what it answers with, and how it comes to its end."""

import asyncio
import logging
from types import FrameType
from typing import Any

import engineio
import uvicorn
from flask import Flask

from callrisk.web.serving.request_threads import RequestThreads
from callrisk.web.serving.socket_connections import Connection
from callrisk.web.serving.socket_engine import SocketEngine, ThreadSafeEngine
from callrisk.web.serving.timed_http import TimedHttp
from callrisk.web.serving.wsgi_answers import WsgiAnswers

# As many as the database has connections at hand.
_REQUEST_THREADS, _MOST_REQUESTS_WAITING = 16, 256
# Handlers of sockets only read the database; requests that take long do not hold them up.
_SOCKET_THREADS, _MOST_MESSAGES_WAITING = 2, 100_000
_KEEP_ALIVE_S = 30
# What runs at the end may take so long.
_GRACE_S = 5


class WebServer(uvicorn.Server):
    """Serves an application at given sockets until `should_exit`, which signals set."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._sockets = app.extensions["socketio"].server
        self._threads: list[RequestThreads] = []
        super().__init__(
            uvicorn.Config(
                self._answer, loop="asyncio", http=TimedHttp, ws=Connection,
                ws_max_size=self._sockets.eio.max_http_buffer_size, ws_ping_interval=None,
                ws_per_message_deflate=False, lifespan="off", interface="asgi3", log_config=None,
                log_level=logging.WARNING, access_log=False, proxy_headers=False,
                server_header=False, timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )  # fmt: skip

    async def startup(self, sockets: Any = None) -> None:
        """Listen."""
        for_sockets = RequestThreads("socket", _SOCKET_THREADS, _MOST_MESSAGES_WAITING)
        for_requests = RequestThreads("request", _REQUEST_THREADS, _MOST_REQUESTS_WAITING)
        self._threads += for_sockets, for_requests
        self._engine = SocketEngine(self._sockets.eio, self._app, for_sockets)
        self._attach(self._engine)
        answers = WsgiAnswers(self._app, for_requests, self._app.config["MAX_CONTENT_LENGTH"])
        self._whole = engineio.ASGIApp(self._engine, answers, engineio_path="socket.io")
        await super().startup(sockets)

    def _attach(self, engine: SocketEngine) -> None:
        """Let Flask-SocketIO give its packets to an engine."""
        self._sockets.eio = ThreadSafeEngine(engine, asyncio.get_running_loop())
        # A client's messages are handled one after the other, in the thread that brings them.
        self._sockets.async_handlers = False

    async def shutdown(self, sockets: Any = None) -> None:
        """Take no more requests, finish those that run, close sockets so that they come again."""
        self._engine.end_polls()
        await super().shutdown(sockets)
        for threads in self._threads:
            threads.end()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Come to the end; at a second signal without waiting for anything."""
        # uvicorn would raise the signal again at the end, and the exit status would not be 0.
        self.force_exit = self.should_exit
        self.should_exit = True

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        await self._whole(scope, receive, send)
