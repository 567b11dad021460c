"""ASGI middleware of both apps: known hosts, headers against foreign pages, closed addresses."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from streamlit import config

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

# What stands before an app, the first outermost.
Stack = list[Middleware]

# Streamlit's page brings scripts in line and compiles its chart grammar; frames hold our reports.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:; frame-src 'self' blob: data:{frames}; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# What Streamlit tells of the process and its hosts is of no use to the page.
_CLOSED = ("/_stcore/metrics",)


def serve_below(path: str) -> None:
    """Have an app answer below a path, as one of several of an origin."""
    config.set_option("server.baseUrlPath", path.strip("/"))


def serve_static_files() -> None:
    """Have an app answer with the files of `static` below /app/static: its manifest and icons."""
    config.set_option("server.enableStaticServing", True)


def guards(further_hosts: Sequence[str] = (), frames: Sequence[str] = ()) -> Stack:
    """Return what stands before an app, which answers under the names in its settings only.

    Beside its own origin it holds pages of those in `frames`.
    """
    hosts = [*config.get_option("server.allowedHosts"), *further_hosts]
    # Streamlit looks at the names of sockets by itself.
    config.set_option("server.allowedHosts", hosts)
    return [
        Middleware(BrowserGuard, frames=frames),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
    ]


class BrowserGuard:
    """Sets the headers on every answer, and answers 404 where nothing is to be read."""

    def __init__(self, app: Asgi, frames: Sequence[str] = ()) -> None:
        self._app = app
        named = "".join(f" {origin}" for origin in frames)
        self._headers = {name: value.format(frames=named) for name, value in _HEADERS.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message.get("headers", ())}
                added = [
                    (name.lower().encode(), value.encode())
                    for name, value in self._headers.items()
                    if name.lower().encode() not in names
                ]
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        if scope["type"] == "http" and scope["path"].startswith(_CLOSED):
            await with_headers(
                {"type": "http.response.start", "status": HTTPStatus.NOT_FOUND, "headers": []}
            )
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, with_headers)
