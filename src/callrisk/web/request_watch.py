"""Tells whoever watches over the server of each request that was answered."""

import time
from collections.abc import Callable

from apiflask import APIFlask
from flask import Response, g, request

# Takes the method, the template of the route (None without one), the status and the seconds.
Answered = Callable[[str, str | None, int, float], None]


def nobody(_method: str, _route: str | None, _status: int, _seconds: float) -> None:
    """Watch nothing."""


def register(app: APIFlask, answered: Answered) -> None:
    """Tell `answered` of each request; before anything else looks at it the time begins."""

    @app.before_request
    def begin() -> None:
        g.began_at = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = None if request.url_rule is None else request.url_rule.rule
        seconds = time.perf_counter() - g.began_at
        answered(request.method, route, response.status_code, seconds)
        return response
