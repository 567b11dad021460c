"""Connections that open to addresses alone that were checked, and end in time.

A name is resolved here, once for each connection; its addresses are judged, and the connection is
opened to one of these very addresses, so that nobody can let the name mean another one between the
check and the connection. The name itself stays what the certificate and `Host` are checked by.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter

from callrisk.domain.webhooks.receiver_address import (
    UNFIT_URL,
    AllowedPlaces,
    UnfitAddressError,
    may_connect,
)

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[Address]]
_MOST_TRIED = 4
# Each part of urllib3 that logs; a filter does not reach the loggers below its own.
_LOGGERS = ("connection", "connectionpool", "poolmanager", "response", "util.retry")


def resolved(host: str, port: int) -> Sequence[Address]:
    """Return the addresses of a name, in the order of the system; OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(entry[4][0])) for entry in found]


class Line:
    """The connection of one request: opens it to what may be reached, and cuts it in time.

    A time-out of a socket counts anew with every byte, so a slow drip never meets it.
    """

    def __init__(self, allowed: AllowedPlaces, resolve: Resolve, within_s: float) -> None:
        self.is_over = False
        self._allowed = allowed
        self._resolve = resolve
        self._until = time.monotonic() + within_s
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._timer = threading.Timer(within_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _present.is_at_work = True
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        _present.is_at_work = False
        self._timer.cancel()
        with self._lock:
            if self._handle is not None:
                self._handle.close()
                self._handle = None

    def open(self, host: str, port: int) -> socket.socket:
        """Return a connection; UnfitAddressError if one address of the host may not be reached."""
        found = list(dict.fromkeys(self._resolve(host, port)))
        # One that may not be reached among them is a trap, or a mistake to be mended.
        if not found or not all(may_connect(address, self._allowed) for address in found):
            raise UnfitAddressError(UNFIT_URL)
        failure: OSError = TimeoutError("no time is left")
        for address in found[:_MOST_TRIED]:
            left_s = self._until - time.monotonic()
            if left_s <= 0:
                break
            try:
                opened = socket.create_connection((str(address), port), timeout=left_s)
            except OSError as error:
                failure = error
                continue
            self._watch(opened)
            return opened
        raise failure

    def _watch(self, opened: socket.socket) -> None:
        # Of its own: TLS takes the socket itself over, and its reader must not lose it.
        with self._lock:
            self._handle = opened.dup()
        if self.is_over:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            if self._handle is not None:
                with contextlib.suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)


class _Present(threading.local):
    is_at_work = False


_present = _Present()


def _not_ours(_record: logging.LogRecord) -> bool:
    return not _present.is_at_work


def keep_urls_out_of_logs() -> None:
    """Silence urllib3 while a line is at work: it logs whole URLs, which may hold a token."""
    for name in _LOGGERS:
        logging.getLogger(f"urllib3.{name}").addFilter(_not_ours)


class GuardedAdapter(HTTPAdapter):
    """An adapter whose connections are opened by a line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools with connections of our kind."""
        super().init_poolmanager(*args, **options)
        manager: Any = self.poolmanager
        manager.pool_classes_by_scheme = {
            scheme: type("Pool", (pool,), {"ConnectionCls": _guarded(pool.ConnectionCls, self)})
            for scheme, pool in manager.pool_classes_by_scheme.items()
        }

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Refuse: a proxy would connect to what nobody checked."""
        raise UnfitAddressError(UNFIT_URL)

    def open(self, host: str, port: int) -> socket.socket:
        """Return a connection of the line."""
        return self._line.open(host, port)


def _guarded(kind: Any, adapter: GuardedAdapter) -> type:
    def open_socket(self: Any) -> socket.socket:
        return adapter.open(self.host, self.port)

    return type("Connection", (kind,), {"_new_conn": open_socket})
