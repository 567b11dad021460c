"""The live page, the description of its events, and the headers that every answer carries."""

from flask import Blueprint, Response, current_app, make_response, render_template

from callrisk import __version__
from callrisk.domain.access.policy_table import Operation
from callrisk.web.access.guards import needs, open_to_all
from callrisk.web.app_state import app_state
from callrisk.wire.base import Json
from callrisk.wire.sockets.asyncapi import asyncapi_document

pages = Blueprint("pages", __name__)

# The setting of the application with the origins that may hold the touch page.
FRAMED_BY = "CALLRISK_FRAMED_BY"
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors "
)
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@pages.get("/")
@needs(Operation.READ_CALL_ROWS, is_page=True)
def live_page() -> str:
    """The agent's page."""
    return render_template("live.html")


@pages.get("/touch")
@needs(Operation.WORK_ON_CALLS, is_page=True)
def touch_page() -> Response:
    """Return the agent's page in its layout for fingers, which the tablet app holds in a frame."""
    answer = make_response(render_template("live.html", touch=True))
    holders = " ".join(["'self'", *current_app.config[FRAMED_BY]])
    answer.headers["Content-Security-Policy"] = f"{_POLICY}{holders}"
    return answer


@pages.get("/livez")
@open_to_all
def show_alive() -> Json:
    """Return that the server is up, for whoever watches over its process; nothing about calls."""
    return {"product": "callrisk", "status": "up"}


@pages.get("/readyz")
@open_to_all
def show_ready() -> Json:
    """Return that the server can work: its database answers; 503 while it does not."""
    app_state().queries.last_seq()
    return {"product": "callrisk", "status": "ready"}


@pages.get("/asyncapi.json")
@needs(Operation.READ_HEALTH)
def describe_events() -> Json:
    """Return the AsyncAPI document of what goes over Socket.IO."""
    return asyncapi_document(__version__)


@pages.after_app_request
def add_headers(response: Response) -> Response:
    """Keep answers out of browser caches, and foreign content out of our pages."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype in ("application/json", "application/problem+json"):
        response.headers["Cache-Control"] = "no-store"
    return response
