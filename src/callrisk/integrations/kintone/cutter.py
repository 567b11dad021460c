"""Ends a request whose time is over, whatever the other end still sends."""

import contextlib
import logging
import socket
import ssl
import threading
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter


class Cutter:
    """Shuts the connection of one request when its time is over, so that no read outlasts it.

    A time-out of a socket counts anew with every byte, so a slow drip never meets it.
    """

    # A line goes back to the pool, and on to another request, before we hear of it.
    _claims = threading.Lock()

    def __init__(self, after_s: float) -> None:
        self.was_sent = False
        self.is_over = False
        self._connection: Any = None
        self._timer = threading.Timer(after_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _present.cutter = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        self._timer.cancel()
        _present.cutter = None

    def claim(self, connection: Any) -> None:
        """Claim a connection until another request does; TimeoutError when the time is over."""
        with self._claims:
            if self.is_over:
                raise TimeoutError("the time is over")
            self.was_sent = True
            self._connection = connection
            connection.claimed = (self, connection.sock)

    def _cut(self) -> None:
        with self._claims:
            self.is_over = True
            if self._connection is None or self._connection.claimed[0] is not self:
                return
            # The plain shutdown: that of a TLS socket would pull it from under its reader.
            with contextlib.suppress(OSError, TypeError):
                socket.socket.shutdown(self._connection.claimed[1], socket.SHUT_RDWR)


class _Present(threading.local):
    cutter: Cutter | None = None


_present = _Present()


def _not_ours(_record: logging.LogRecord) -> bool:
    return _present.cutter is None


def keep_urls_out_of_logs() -> None:
    """Silence urllib3 while a cutter is at work: it logs whole URLs, with what is asked for."""
    logging.getLogger("urllib3.connectionpool").addFilter(_not_ours)


class CuttingAdapter(HTTPAdapter):
    """An adapter whose lines are claimed by the cutter of their thread as they are used.

    `tls` is the context of connections that show a client certificate.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self._tls: dict[str, Any] = {} if tls is None else {"ssl_context": tls}
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools with connections of our kind."""
        super().init_poolmanager(*args, **options | self._tls)
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Return the manager of a proxy, with connections of our kind."""
        is_made = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options | self._tls)
        if not is_made:
            self._watch(manager)
        return manager

    def _watch(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            scheme: type("Pool", (pool,), {"ConnectionCls": _claimed(pool.ConnectionCls)})
            for scheme, pool in manager.pool_classes_by_scheme.items()
        }


def _claimed(kind: Any) -> type:
    def send(self: Any, content: Any) -> None:
        if self.sock is None:
            self.connect()
        if _present.cutter is not None:
            _present.cutter.claim(self)
        kind.send(self, content)

    return type("Connection", (kind,), {"send": send})
