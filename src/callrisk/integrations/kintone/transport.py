"""One request to Kintone: sent within its time, answered with JSON, or a KintoneError."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import requests

from callrisk.background.clock import Clock, Deadline
from callrisk.background.request_watchdog import Watchdog
from callrisk.domain.wording import Text
from callrisk.integrations.http.http_session import HttpSession, SessionLimits, SilenceError
from callrisk.integrations.http.request_verdicts import LATER, REFUSED
from callrisk.integrations.kintone.answers import OK, read
from callrisk.integrations.kintone.causes import SILENT
from callrisk.integrations.kintone.connection import KintoneSettings, checked_url
from callrisk.integrations.kintone.errors import KintoneError, Where, silence, unreadable

logger = logging.getLogger(__name__)

# Kintone takes 100 at once from the whole domain, and others ask it too.
_MOST_AT_ONCE = 8
_LARGEST_BODY = 50_000_000
# The server refuses more than 8 KB; the official client changes over here.
_LONGEST_URL = 4096
_MOST_IN_URL = 100  # entries of one list


@dataclass(frozen=True, slots=True)
class Request:
    """One request to an app; `idempotent` says that doing it twice does no harm."""

    method: str
    name: str
    app: int
    content: Mapping[str, Any]
    idempotent: bool = True

    @property
    def where(self) -> Where:
        """Return the request as errors name it."""
        return Where(self.method, self.name, self.app)

    def unreadable(self) -> KintoneError:
        """Return the error for a good answer that cannot be read."""
        return unreadable(self.where)

    def postponed(self, message: str, reason: Text | None) -> KintoneError:
        """Return the error for a request that the circuit breaker did not let through."""
        return KintoneError(message, LATER, text=reason)


class Transport:
    """The one session with Kintone; used by any number of threads."""

    def __init__(
        self, settings: KintoneSettings, clock: Clock, count: Callable[[int], None]
    ) -> None:
        self._settings = settings
        self._base_url = checked_url(settings.base_url)
        self._clock = clock
        self._count = count
        limits = SessionLimits(
            settings.connect_timeout_s, settings.read_timeout_s, _MOST_AT_ONCE, _LARGEST_BODY
        )
        self._session = HttpSession(self._base_url, clock, limits, settings.tls)

    @contextmanager
    def slot(self, deadline: Deadline) -> Iterator[None]:
        """Wait for leave to send one request; the wait is part of the caller's time."""
        with self._session.slot(deadline) as is_free:
            if not is_free:
                raise KintoneError(
                    f"Kintone: {_MOST_AT_ONCE} requests are still under way after "
                    f"{deadline.within_s:g} s; try later",
                    LATER,
                    text=SILENT,
                )
            yield

    def send(self, request: Request, deadline: Deadline) -> dict[str, Any]:
        """Return the JSON of the answer; a KintoneError for anything else."""
        prepared = self._session.prepared(self._prepared(request))
        started = self._clock.monotonic()
        left_s = deadline.left_s()
        if not left_s:
            raise KintoneError(f"{request.where}: no time is left for it", LATER, text=SILENT)
        watchdog = Watchdog(left_s)
        try:
            with watchdog:
                received = self._session.exchange(prepared, watchdog, left_s)
            content = read(request.where, received)
        except SilenceError as error:
            silent = silence(
                request.where, error.error, was_sent=watchdog.was_sent, is_over=watchdog.is_over
            )
            self._log(logging.WARNING, request, started, silent)
            raise silent from None
        except KintoneError as error:
            self._log(logging.WARNING, request, started, error)
            raise
        finally:
            if watchdog.was_sent:
                self._count(request.app)
        self._log(logging.DEBUG, request, started)
        return content

    def _prepared(self, request: Request) -> requests.Request:
        url = self._base_url + self._settings.path(request.name)
        headers = self._settings.headers(self._token(request))
        if request.method == "GET":
            in_url = f"{url}?{_query_string(request.content)}"
            if len(in_url) <= _LONGEST_URL and _fits_url(request.content):
                return requests.Request("GET", in_url, headers)
            headers["X-HTTP-Method-Override"] = "GET"
        method = "POST" if request.method == "GET" else request.method
        headers["Content-Type"] = "application/json"
        body = json.dumps(request.content, ensure_ascii=False).encode()
        return requests.Request(method, url, headers, data=body)

    def _token(self, request: Request) -> str:
        token = self._settings.tokens.get(request.app)
        if token is None:
            raise KintoneError(
                f"{request.where}: there is no API token for app {request.app}; make one "
                "in the app's settings",
                REFUSED,
            )
        return token

    def _log(
        self, level: int, request: Request, started: float, error: KintoneError | None = None
    ) -> None:
        status = OK if error is None else error.status
        logger.log(
            level, "kintone %s %s app=%d status=%s code=%s id=%s ms=%d",
            request.method, self._settings.path(request.name), request.app, status or "none",
            error.code if error else "", error.reference if error else "",
            (self._clock.monotonic() - started) * 1000,
        )  # fmt: skip


def _query_string(content: Mapping[str, Any]) -> str:
    pairs = []
    for name, value in content.items():
        if isinstance(value, list):
            pairs += [(f"{name}[{index}]", entry) for index, entry in enumerate(value)]
        else:
            pairs.append((name, value))
    return urlencode(pairs, quote_via=quote)


def _fits_url(content: Mapping[str, Any]) -> bool:
    return all(len(value) <= _MOST_IN_URL for value in content.values() if isinstance(value, list))
