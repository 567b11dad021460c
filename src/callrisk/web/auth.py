"""Access to the server: one policy decides about every request and every socket.

A login is another `AccessPolicy`, handed over in place of `everyone` by `bootstrap.server`.
"""

from collections.abc import Callable
from http import HTTPStatus

from apiflask import APIFlask, abort
from flask import Request, request
from flask_socketio import SocketIO

# Returns True if the sender of a request may use the server.
AccessPolicy = Callable[[Request], bool]


def everyone(_request: Request) -> bool:
    """Allow all: without a login the server runs in development only, for its own machine."""
    return True


def register(app: APIFlask, socketio: SocketIO, policy: AccessPolicy) -> None:
    """Ask the policy before each request, and before each socket is opened."""

    @app.before_request
    def check_request() -> None:
        if not policy(request):
            abort(HTTPStatus.UNAUTHORIZED)

    @socketio.on("connect")
    def check_socket(_auth: object = None) -> bool:
        return policy(request)
