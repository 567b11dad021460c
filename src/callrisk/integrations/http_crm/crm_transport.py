"""One request to a CRM: let in, sent within its time, answered with JSON, or an HttpCrmError."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from callrisk.background.clock import Clock, Deadline
from callrisk.background.request_watchdog import Watchdog
from callrisk.domain.wording import Text
from callrisk.integrations.http.http_answers import Received, json_of
from callrisk.integrations.http.http_session import HttpSession, SessionLimits, SilenceError
from callrisk.integrations.http.request_verdicts import LATER
from callrisk.integrations.http_crm.access_tokens import Access
from callrisk.integrations.http_crm.crm_causes import SILENT
from callrisk.integrations.http_crm.crm_connection import CrmConnection
from callrisk.integrations.http_crm.crm_errors import (
    HttpCrmError,
    Where,
    error_at,
    refusal,
    silence,
    unreadable,
)

logger = logging.getLogger(__name__)

_MOST_AT_ONCE = 8
_GOOD, _EMPTY, _MULTI_STATUS = range(200, 300), 204, 207
_UNAUTHORIZED, _NOT_FOUND = 401, 404


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a whole address; `where` names it without values.

    With `may_be_absent` 404 is an answer, None; with `may_quote` nothing of a person is in it, so
    that the CRM's own words about it may be shown.
    """

    where: Where
    url: str
    body: Any = None
    may_be_absent: bool = False
    may_quote: bool = False

    @property
    def idempotent(self) -> bool:
        """Return True: searches change nothing, and results are written by their key."""
        return True

    def unreadable(self) -> HttpCrmError:
        """Return the error for a good answer that cannot be read."""
        return unreadable(self.where)

    def postponed(self, message: str, reason: Text | None) -> HttpCrmError:
        """Return the error for a request that the circuit breaker did not let through."""
        return HttpCrmError(message, LATER, reason or Text(message, message))


class CrmTransport:
    """The one session with a CRM; used by any number of threads."""

    def __init__(
        self, connection: CrmConnection, access: Access, clock: Clock, count: Callable[[], None]
    ) -> None:
        self._name = connection.name
        self._access = access
        self._clock = clock
        self._count = count
        limits = SessionLimits(
            connection.connect_timeout_s, connection.read_timeout_s, at_once=_MOST_AT_ONCE
        )
        self._session = HttpSession(connection.base_url, clock, limits)

    @contextmanager
    def slot(self, deadline: Deadline) -> Iterator[None]:
        """Wait for leave to send one request; the wait is part of the caller's time."""
        with self._session.slot(deadline) as is_free:
            if not is_free:
                raise HttpCrmError(
                    f"{self._name}: {_MOST_AT_ONCE} requests are still under way after "
                    f"{deadline.within_s:g} s; try later",
                    LATER,
                    SILENT,
                )
            yield

    def send(self, request: Request, deadline: Deadline) -> Any:
        """Return the JSON of the answer, None for none; an HttpCrmError for anything else."""
        headers = self._access.headers(deadline)
        received = self._sent(request, headers, deadline)
        if received.status == _UNAUTHORIZED and self._access.renew(headers):
            received = self._sent(request, self._access.headers(deadline), deadline)
        if received.status == _NOT_FOUND and request.may_be_absent:
            return None
        if received.status not in _GOOD or received.status == _MULTI_STATUS:
            raise refusal(request.where, received, may_quote=request.may_quote)
        if received.status == _EMPTY or not received.body:
            return None
        content = json_of(received.body)
        if content is None:
            raise unreadable(request.where)
        return content

    def _sent(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> Received:
        left_s = deadline.left_s()
        if not left_s:
            raise error_at(request.where, LATER, SILENT)
        prepared = self._session.prepared(_prepared(request, headers))
        started, watchdog = self._clock.monotonic(), Watchdog(left_s)
        try:
            with watchdog:
                received = self._session.exchange(prepared, watchdog, left_s)
        except SilenceError as error:
            self._log(logging.WARNING, request, started, "none")
            raise silence(
                request.where, error.error, was_sent=watchdog.was_sent, is_over=watchdog.is_over
            ) from None
        finally:
            if watchdog.was_sent:
                self._count()
        level = logging.DEBUG if received.status in _GOOD else logging.WARNING
        self._log(level, request, started, str(received.status))
        return received

    def _log(self, level: int, request: Request, started: float, status: str) -> None:
        logger.log(
            level, "%s status=%s ms=%d",
            request.where, status, (self._clock.monotonic() - started) * 1000,
        )  # fmt: skip


def _prepared(request: Request, headers: Mapping[str, str]) -> requests.Request:
    sent = {"Accept": "application/json", **headers}
    if request.body is None:
        return requests.Request(request.where.method, request.url, sent)
    sent["Content-Type"] = "application/json"
    body = json.dumps(request.body, ensure_ascii=False).encode()
    return requests.Request(request.where.method, request.url, sent, data=body)
