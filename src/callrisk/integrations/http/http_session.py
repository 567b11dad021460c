"""The session with one host: so many requests at once, each cut when its time is over."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from callrisk.background.clock import Clock, Deadline
from callrisk.background.request_watchdog import Watchdog, keep_urls_out_of_logs
from callrisk.integrations.http.http_answers import Received, body_of, retry_after_s
from callrisk.integrations.http.watched_adapter import WatchedAdapter


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Seconds until connected and between two bytes, requests at once, bytes of one answer."""

    connect_s: float = 5.0
    read_s: float = 30.0
    at_once: int = 8
    largest_body: int = 50_000_000


class SilenceError(RuntimeError):
    """A request got no answer; `error` is what the library below says and may quote the address."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(type(error).__name__)
        self.error = error


class HttpSession:
    """One session; used by any number of threads. No redirect is followed, no cookie kept."""

    def __init__(
        self, base_url: str, clock: Clock, limits: SessionLimits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self._base_url = base_url
        self._clock = clock
        self._limits = limits or SessionLimits()
        self._slots = threading.BoundedSemaphore(self._limits.at_once)
        self._session = _session(base_url, tls, self._limits.at_once)

    @contextmanager
    def slot(self, deadline: Deadline) -> Iterator[bool]:
        """Wait for leave to send one request, within the caller's time; false without leave."""
        is_free = self._slots.acquire(timeout=deadline.left_s())
        try:
            yield is_free
        finally:
            if is_free:
                self._slots.release()

    def prepared(self, request: requests.Request) -> requests.PreparedRequest:
        """Return a request with what the session adds to each."""
        return self._session.prepare_request(request)

    def exchange(
        self, prepared: requests.PreparedRequest, watchdog: Watchdog, left_s: float
    ) -> Received:
        """Return the answer as it came; a SilenceError where there is none."""
        timeouts = (min(self._limits.connect_s, left_s), min(self._limits.read_s, left_s))
        # Nothing in the environment may switch the check of certificates off.
        settings = self._session.merge_environment_settings(self._base_url, {}, True, None, None)
        options: dict[str, Any] = {
            **settings,
            "verify": settings["verify"] or True,
            "timeout": timeouts,
        }
        try:
            # The adapter's own send follows no redirects and keeps no cookies.
            adapter = self._session.get_adapter(self._base_url)
            with adapter.send(prepared, **options) as answer:
                body = body_of(answer, self._limits.largest_body)
            if watchdog.is_over:
                raise TimeoutError  # a header that was cut off looks like one that ended
            headers = answer.headers
            wait_s = retry_after_s(headers.get("Retry-After", ""), self._clock.now())
            return Received(answer.status_code, headers, body, wait_s)
        except (requests.RequestException, OSError, ValueError) as error:
            raise SilenceError(error) from None


def _session(base_url: str, tls: ssl.SSLContext | None, at_once: int) -> requests.Session:
    keep_urls_out_of_logs()
    session = requests.Session()
    session.stream = True
    session.headers["User-Agent"] = "callrisk"
    # Proxies and certificates of the environment count; http only ever leads to this machine.
    session.trust_env = base_url.lower().startswith("https")
    session.auth = _no_password
    for scheme in ("https://", "http://"):
        session.mount(scheme, WatchedAdapter(tls, pool_maxsize=at_once))
    return session


def _no_password(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    """Otherwise a password in a .netrc file would go along with the token."""
    return prepared
