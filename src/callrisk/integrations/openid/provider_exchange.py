"""The calls of one exchange with an identity provider: one time for all, and bounded answers."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from callrisk.background.request_watchdog import Watchdog, present_watchdog, watch_pools
from callrisk.domain.access.provider_login import ProviderError

# Discovery, tokens, keys and userinfo together: a thread of the server waits for all of them.
EXCHANGE_S = 10.0
# Seconds to connect, and between two bytes.
TIMEOUT_S = (3.0, 5.0)
_LARGEST_ANSWER, _PART = 1 << 20, 1 << 16
# What is unpacked, and whole, when it is handed on.
_NO_MORE = ("Content-Encoding", "Transfer-Encoding", "Content-Length")


@contextmanager
def exchange(issuer: str, within_s: float) -> Iterator[None]:
    """Cut every connection of this thread to a provider when the time is over.

    ProviderError then, with `is_away`, however far the exchange came.
    """
    with Watchdog(within_s) as watchdog:
        try:
            yield
        except ProviderError as error:
            if not watchdog.is_over or error.is_away:
                raise
            raise _late(issuer, within_s) from error
        if watchdog.is_over:
            raise _late(issuer, within_s)


def left_s() -> float:
    """Return the seconds that are left to the exchange of this thread."""
    watchdog = present_watchdog()
    return EXCHANGE_S if watchdog is None else watchdog.left_s


def mount_on(session: requests.Session) -> None:
    """Have a session make the calls of an exchange."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, _BoundedAdapter())


def asked(address: str, headers: dict[str, str]) -> requests.Response:
    """Return the answer of a provider to a GET; RequestException where there is none."""
    with requests.Session() as session:
        mount_on(session)
        return session.get(address, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)


class _BoundedAdapter(HTTPAdapter):
    """An adapter that reads answers whole, within the time of the exchange and up to a size."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools with connections that the watchdog may cut."""
        super().init_poolmanager(*args, **options)
        watch_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Return the manager of a proxy, with such connections."""
        is_made = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not is_made:
            watch_pools(manager)
        return manager

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Return the answer with its body; RequestException for one that is late or too large."""
        try:
            body = _body_of(super().build_response(req, resp))
        finally:
            resp.close()
        for name in _NO_MORE:
            resp.headers.pop(name, None)
        whole = type(resp)(
            io.BytesIO(body), resp.headers, resp.status, reason=resp.reason, preload_content=False
        )
        return super().build_response(req, whole)


def _body_of(answer: requests.Response) -> bytes:
    body = bytearray()
    for part in answer.iter_content(_PART):
        body += part
        if len(body) > _LARGEST_ANSWER:
            raise requests.ConnectionError("the answer is too large")
    watchdog = present_watchdog()
    # A connection that was cut looks like an answer that ended.
    if watchdog is not None and watchdog.is_over:
        raise requests.ReadTimeout("the time is over")
    return bytes(body)


def _late(issuer: str, within_s: float) -> ProviderError:
    return ProviderError(f"{issuer} did not answer within {within_s:g} s", is_away=True)
