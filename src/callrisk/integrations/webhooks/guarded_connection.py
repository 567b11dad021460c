"""Connections that open to addresses alone that were checked.

A name is resolved here, once for each connection; its addresses are judged, and the connection is
opened to one of these very addresses, so that nobody can let the name mean another one between the
check and the connection. The name itself stays what the certificate and `Host` are checked by.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from requests.adapters import HTTPAdapter

from callrisk.background.request_watchdog import Opening, Watchdog, watch_pools
from callrisk.domain.webhooks.receiver_address import (
    UNFIT_URL,
    AllowedPlaces,
    UnfitAddressError,
    may_connect,
)

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[Address]]
_MOST_TRIED = 4


def resolved(host: str, port: int) -> Sequence[Address]:
    """Return the addresses of a name, in the order of the system; OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(entry[4][0])) for entry in found]


def guarded_opening(allowed: AllowedPlaces, resolve: Resolve, watchdog: Watchdog) -> Opening:
    """Return what opens connections to what may be reached, within the time of a request.

    It raises UnfitAddressError if one address of a host may not be reached.
    """

    def opened(host: str, port: int) -> socket.socket:
        found = list(dict.fromkeys(resolve(host, port)))
        # One that may not be reached among them is a trap, or a mistake to be mended.
        if not found or not all(may_connect(address, allowed) for address in found):
            raise UnfitAddressError(UNFIT_URL)
        failure: OSError = TimeoutError("no time is left")
        for address in found[:_MOST_TRIED]:
            left_s = watchdog.left_s
            if not left_s:
                break
            try:
                return socket.create_connection((str(address), port), timeout=left_s)
            except OSError as error:
                failure = error
        raise failure

    return opened


class GuardedAdapter(HTTPAdapter):
    """An adapter whose connections are opened by a guard, and by no proxy."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools with connections of our kind."""
        super().init_poolmanager(*args, **options)
        watch_pools(self.poolmanager, self._opening)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Refuse: a proxy would connect to what nobody checked."""
        raise UnfitAddressError(UNFIT_URL)
