"""The limit of each route: 429 with Retry-After for who asks too often."""

from collections.abc import Callable
from http import HTTPStatus
from math import ceil
from typing import Any, TypeVar

from apiflask import APIFlask
from flask import Response, current_app, request

from callrisk.domain.access.person import Means
from callrisk.domain.wording import Text
from callrisk.people.sessions import Known
from callrisk.web.limits.rate_limits import Rate, RateLimits
from callrisk.web.problems import problem_response

View = TypeVar("View", bound=Callable[..., Any])

_NAME, _RATE = "callrisk.rate_limits", "_rate"
_READS = frozenset({"GET", "HEAD"})
# Reads that are asked by POST.
_READS_BY_POST = frozenset({"calls.score_customer"})
# Who watches over the process, files without a word of anybody, and tries to log in, which are
# counted by account and address.
_NOT_LIMITED = frozenset(
    {
        "pages.show_alive", "pages.show_ready", "static", "access_pages.log_in",
        "access_pages.make_first_admin",
    }
)  # fmt: skip
_DETAIL = Text(
    "リクエストが多すぎます。{seconds} 秒後にもう一度送ってください。",
    "Too many requests of this kind; send it again in {seconds} seconds.",
)


def register(app: APIFlask, limits: RateLimits) -> None:
    """Let `limit_of` count requests by these limits."""
    app.extensions[_NAME] = limits


def limited_as(rate: Rate) -> Callable[[View], View]:
    """Give a route another limit than its method has."""

    def decorate(view: View) -> View:
        setattr(view, _RATE, rate)
        return view

    return decorate


def limit_of(known: Known | None) -> Response | None:
    """Count the request of whoever asks; return what refuses it, None if it may go on.

    Without a login everybody on this machine is the demonstration, which has no limit.
    """
    endpoint = request.endpoint or ""
    means = None if known is None else known.subject.means
    if endpoint in _NOT_LIMITED or means is Means.DEMO:
        return None
    limits: RateLimits = current_app.extensions[_NAME]
    who = (request.remote_addr or "nobody") if known is None else known.subject.subject_id
    wait_s = limits.wait_s(_rate_of(endpoint, means), who, endpoint)
    return None if wait_s is None else _refusal(ceil(wait_s))


def _rate_of(endpoint: str, means: Means | None) -> Rate:
    if means is None:
        return Rate.STRANGERS
    own: Rate | None = getattr(current_app.view_functions[endpoint], _RATE, None)
    if own is not None:
        return own
    if means is Means.KEY:
        return Rate.SERVICES
    is_read = request.method in _READS or endpoint in _READS_BY_POST
    return Rate.READING if is_read else Rate.WRITING


def _refusal(seconds: int) -> Response:
    headers = {"Retry-After": str(seconds)}
    return problem_response(HTTPStatus.TOO_MANY_REQUESTS, _DETAIL, headers, seconds=seconds)
