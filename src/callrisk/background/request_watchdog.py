"""A watchdog of HTTP requests: cuts their connection when the time is over, however it is sent.

A time-out of a socket counts anew with every byte, so that a slow drip never meets it. The watchdog
claims each connection of its request as it is opened, before TLS takes its socket over, and as it
is sent on; so no handshake, no answer and no connection of a pool outlasts the time. A connection
that another request has claimed since is left alone.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

# Opens a connection to a host and a port.
Opening = Callable[[str, int], socket.socket]
# Each part of urllib3 that logs; a filter does not reach the loggers below its own.
_LOGGERS = ("connection", "connectionpool", "poolmanager", "response", "util.retry")


class Watchdog:
    """Shuts the connection of the request of this thread when its time is over.

    Requests that are made one after the other share the time.
    """

    # A connection goes back to its pool, and on to another request, before we hear of it.
    _claims = threading.Lock()

    def __init__(self, within_s: float) -> None:
        self.was_sent = False
        self.is_over = False
        self._until = time.monotonic() + within_s
        self._connection: Any = None
        self._early: socket.socket | None = None
        self._timer = threading.Timer(within_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _present.watchdog = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        self._timer.cancel()
        _present.watchdog = None
        with self._claims:
            self._connection = None
            self._drop_early()

    @property
    def left_s(self) -> float:
        """The seconds that are left, none below zero."""
        return max(0.0, self._until - time.monotonic())

    def claim_opened(self, connection: Any, opened: socket.socket) -> None:
        """Claim a connection whose socket is open; TimeoutError when the time is over."""
        with self._claims:
            self._drop_early()
            # Of its own: TLS takes the socket itself over, and its reader must not lose it.
            self._early = opened.dup()
            self._claim(connection, self._early)

    def claim_to_send(self, connection: Any) -> None:
        """Claim a connection until another request does; TimeoutError when the time is over."""
        with self._claims:
            self._claim(connection, connection.sock)
            self._drop_early()
            self.was_sent = True

    def _claim(self, connection: Any, handle: socket.socket) -> None:
        if self.is_over:
            raise TimeoutError("the time is over")
        self._connection = connection
        connection.claimed = (self, handle)

    def _drop_early(self) -> None:
        if self._early is not None:
            self._early.close()
            self._early = None

    def _cut(self) -> None:
        with self._claims:
            self.is_over = True
            if self._connection is None or self._connection.claimed[0] is not self:
                return
            # The plain shutdown: that of a TLS socket would pull it from under its reader.
            with contextlib.suppress(OSError, TypeError):
                socket.socket.shutdown(self._connection.claimed[1], socket.SHUT_RDWR)


class _Present(threading.local):
    watchdog: Watchdog | None = None


_present = _Present()


def present_watchdog() -> Watchdog | None:
    """Return the watchdog that is at work in this thread, None without one."""
    return _present.watchdog


def _not_ours(_record: logging.LogRecord) -> bool:
    return _present.watchdog is None


def keep_urls_out_of_logs() -> None:
    """Silence urllib3 while a watchdog is at work: it logs whole URLs, which may hold a token."""
    for name in _LOGGERS:
        logging.getLogger(f"urllib3.{name}").addFilter(_not_ours)


def watch_pools(manager: Any, opening: Opening | None = None) -> None:
    """Have the pools of a manager of urllib3 make connections that a watchdog may cut.

    They are opened by `opening`; without it by urllib3.
    """
    manager.pool_classes_by_scheme = {
        scheme: type("Pool", (pool,), {"ConnectionCls": _watched(pool.ConnectionCls, opening)})
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }


def _watched(kind: Any, opening: Opening | None) -> type:
    def open_socket(self: Any) -> socket.socket:
        opened: socket.socket = (
            kind._new_conn(self) if opening is None else opening(self.host, self.port)
        )
        if _present.watchdog is not None:
            try:
                _present.watchdog.claim_opened(self, opened)
            except OSError:
                opened.close()
                raise
        return opened

    def send(self: Any, content: Any) -> None:
        if self.sock is None:
            self.connect()
        if _present.watchdog is not None:
            _present.watchdog.claim_to_send(self)
        kind.send(self, content)

    return type("Connection", (kind,), {"_new_conn": open_socket, "send": send})
