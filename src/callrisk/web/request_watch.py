"""Each request: its id, who asks, and what is told and logged of it once it was answered."""

import hmac
import logging
import re
import time
from collections.abc import Callable
from hashlib import sha256
from uuid import uuid4

from apiflask import APIFlask
from flask import Response, current_app, g, has_request_context, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from callrisk.domain.access.policy_table import Operation

logger = logging.getLogger(__name__)

REQUEST_ID_HEADER = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PERSON_DIGITS = 12
_FAILED_FROM = 400
_LOG_KEY = "callrisk.log_key"
# Asked all the time and told by metrics: turns of a telephony, and whoever watches the process.
_QUIET_ENDPOINTS = frozenset({"pages.show_alive", "pages.show_ready", "static"})
# Takes the method, the template of the route (None without one), the status and the seconds.
Answered = Callable[[str, str | None, int, float], None]


def nobody(_method: str, _route: str | None, _status: int, _seconds: float) -> None:
    """Watch nothing."""


def register(app: APIFlask, answered: Answered, *, is_behind_proxy: bool) -> None:
    """Give each request an id, log it, and tell `answered` of it; before anything looks at it."""

    @app.before_request
    def begin() -> None:
        clear_contextvars()
        g.began_at, g.request_id = time.perf_counter(), _request_id(is_behind_proxy)
        bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        route = None if request.url_rule is None else request.url_rule.rule
        seconds = time.perf_counter() - g.began_at
        answered(request.method, route, response.status_code, seconds)
        _log(route, response.status_code, seconds)
        response.headers[REQUEST_ID_HEADER] = g.request_id
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        clear_contextvars()


def request_id() -> str:
    """Return the id of the request that is answered; empty outside of one."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def name_person(subject_id: str) -> None:
    """Have all lines of the log that this request writes say who asks, by a keyed id."""
    bind_contextvars(person=keyed_person(current_app.extensions[_LOG_KEY], subject_id))


def name_persons_by(app: APIFlask, key: bytes) -> None:
    """Have the ids of persons in the log made with a key."""
    app.extensions[_LOG_KEY] = key


def keyed_person(key: bytes, subject_id: str) -> str:
    """Return what a person is called in the log: the same each time, and nobody's name."""
    digest = hmac.new(key, f"callrisk log {subject_id}".encode(), sha256)
    return digest.hexdigest()[:_PERSON_DIGITS]


def _request_id(is_behind_proxy: bool) -> str:
    """Return the id that a proxy of ours gave to the request, else a new one.

    Who reaches the server past the proxy comes without the address that the proxy adds.
    """
    given = request.headers.get(REQUEST_ID_HEADER, "")
    is_forwarded = is_behind_proxy and "X-Forwarded-For" in request.headers
    return given if is_forwarded and _REQUEST_ID.fullmatch(given) else uuid4().hex


def _log(route: str | None, status: int, seconds: float) -> None:
    is_quiet = g.get("operation") is Operation.FEED_CALLS or request.endpoint in _QUIET_ENDPOINTS
    level = logging.DEBUG if is_quiet and status < _FAILED_FROM else logging.INFO
    if logger.isEnabledFor(level):
        # The template, as a path may name a customer.
        about = {
            "method": request.method, "route": route or "none", "status": status,
            "ms": round(1000 * seconds, 1),
        }  # fmt: skip
        logger.log(level, "request", extra=about)
