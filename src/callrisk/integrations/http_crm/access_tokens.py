"""The access of requests: a header that is fixed, or tokens that are fetched and end."""

import json
import threading
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import requests

from callrisk.background.clock import Clock, Deadline
from callrisk.background.request_watchdog import Watchdog
from callrisk.integrations.http.http_answers import Received
from callrisk.integrations.http.http_session import HttpSession, SessionLimits, SilenceError
from callrisk.integrations.http.request_verdicts import LATER, REFUSED
from callrisk.integrations.http_crm.crm_causes import LOGIN, SILENT
from callrisk.integrations.http_crm.crm_connection import ClientLogin, HeaderToken
from callrisk.integrations.http_crm.crm_errors import (
    Where,
    error_at,
    refusal,
    silence,
    unreadable,
)

_LIMITS = SessionLimits(read_s=10.0, at_once=1, largest_body=100_000)
_OK, _REFUSALS = 200, frozenset({400, 401, 403})
# Some servers say nothing of when a token ends: then it is fetched again so often, or at 401.
_ASSUMED_LIFE_S = 3600.0
# A token is not used in the last part of its life: a request takes its time.
_SPARED_SHARE, _MOST_SPARED_S = 0.1, 60.0


class Access(Protocol):
    """The access of a request."""

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the headers of a request; HttpCrmError when no token is had in time."""

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Drop headers that were refused; return whether others may be had."""


class FixedAccess:
    """A token that a person has copied: the same until that person changes it."""

    def __init__(self, token: HeaderToken) -> None:
        self._headers = token.headers

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the header of the token."""
        return self._headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Return False: there is no other."""
        return False


class FetchedAccess:
    """Tokens of the client credentials flow: one for all threads until shortly before it ends."""

    def __init__(self, crm: str, login: ClientLogin, clock: Clock) -> None:
        self._where = Where(crm, "POST", urlsplit(login.token_url).path)
        self._login = login
        self._clock = clock
        self._session = HttpSession(login.token_url, clock, _LIMITS)
        self._lock = threading.Lock()
        self._headers: Mapping[str, str] = {}
        self._until = float("-inf")

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the header of a token that is not about to end."""
        if not self._lock.acquire(timeout=deadline.left_s()):
            raise error_at(self._where, LATER, SILENT)
        try:
            if self._clock.monotonic() >= self._until:
                self._take(self._fetched(deadline))
            return self._headers
        finally:
            self._lock.release()

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Drop the token, unless another thread has fetched the next one already."""
        # Without the lock: whoever fetches holds it for as long as the other side takes.
        if self._headers == refused:
            self._until = float("-inf")
        return True

    def _fetched(self, deadline: Deadline) -> Any:
        login = self._login
        form = {
            "grant_type": "client_credentials", "client_id": login.client_id,
            "client_secret": login.client_secret, "scope": login.scope,
        }  # fmt: skip
        content = urlencode({name: value for name, value in form.items() if value})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
        }  # fmt: skip
        request = requests.Request("POST", login.token_url, headers, data=content.encode())
        received = self._exchange(self._session.prepared(request), deadline)
        if received.status in _REFUSALS:
            raise error_at(self._where, REFUSED, LOGIN, received.status)
        if received.status != _OK:
            raise refusal(self._where, received)
        return received

    def _exchange(self, prepared: requests.PreparedRequest, deadline: Deadline) -> Received:
        left_s = deadline.left_s()
        if not left_s:
            raise error_at(self._where, LATER, SILENT)
        watchdog = Watchdog(left_s)
        try:
            with watchdog:
                return self._session.exchange(prepared, watchdog, left_s)
        except SilenceError as error:
            raise silence(
                self._where, error.error, was_sent=watchdog.was_sent, is_over=watchdog.is_over
            ) from None

    def _take(self, received: Received) -> None:
        token, life_s = _token_of(received, self._where)
        self._headers = {"Authorization": f"Bearer {token}"}
        spared_s = min(_MOST_SPARED_S, life_s * _SPARED_SHARE)
        self._until = self._clock.monotonic() + life_s - spared_s


def _token_of(received: Received, where: Where) -> tuple[str, float]:
    """Return the token of an answer and its life in seconds (RFC 6749, 5.1)."""
    try:
        content = json.loads(received.body)
        token = content["access_token"]
        told = content.get("expires_in")
        life_s = _ASSUMED_LIFE_S if told is None else float(told)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise unreadable(where) from None
    if not (isinstance(token, str) and token.isascii() and token.isprintable() and token):
        raise unreadable(where)
    return token, life_s


def access_of(crm: str, login: HeaderToken | ClientLogin, clock: Clock) -> Access:
    """Return what lets requests to a CRM in."""
    if isinstance(login, HeaderToken):
        return FixedAccess(login)
    return FetchedAccess(crm, login, clock)
