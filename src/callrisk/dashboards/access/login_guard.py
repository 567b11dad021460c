"""ASGI middleware of both apps: nothing without a session that may open this app."""

import asyncio
import contextlib
import html
from http import HTTPStatus
from importlib.resources import files
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from callrisk.dashboards.access.app_access import AppAccess, watch_of
from callrisk.dashboards.access.session_watch import SessionWatch
from callrisk.dashboards.browser_guard import Asgi, Message, Receive, Scope, Send, Stack
from callrisk.dashboards.texts import LANGUAGES, catalogue
from callrisk.wire.client import LiveApiError
from callrisk.wire.people import SessionAnswer

# What the page of an app understands as the end of its session.
ENDED = 4401
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SCRIPT = files(__package__).joinpath("session_end.js").read_text(encoding="utf-8")
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>callrisk</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 1.1rem/1.7 system-ui, sans-serif; margin: 4rem auto; max-width: 36rem;
padding: 0 1rem; color-scheme: light dark; }}</style></head>
<body><h1>callrisk</h1><p>{sentence}</p><p><a href="{link}">{label}</a></p></body></html>
"""


def login_guards(access: AppAccess) -> Stack:
    """Return what asks for a session before an app; nothing where none is demanded."""
    if not access.demands_login:
        return []
    return [Middleware(LoginGuard, access=access, watch=watch_of(access.api, access.cookie))]


class LoginGuard:
    """Asks the live server who is behind each request and each socket, and closes what ended."""

    def __init__(self, app: Asgi, access: AppAccess, watch: SessionWatch) -> None:
        self._app = app
        self._access = access
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket, or hand it on."""
        if scope["type"] == "http":
            await self._answer(Request(scope), receive, send)
        elif scope["type"] == "websocket":
            await self._open(HTTPConnection(scope), receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, asked: Request, receive: Receive, send: Send) -> None:
        refusal = self._astray(asked) or await self._refusal(asked)
        if refusal is not None:
            refusal.headers["Cache-Control"] = "no-store"
            await refusal(asked.scope, receive, send)
        elif _is_page(asked):
            await self._show_page(asked.scope, receive, send)
        else:
            await self._app(asked.scope, receive, send)

    def _astray(self, asked: Request) -> Response | None:
        """Return the answer to what is no request of this app, or of a page of another origin."""
        path, own = str(asked.scope["path"]), self._access.path
        if path == own:
            there = f"{own}/{_query(asked)}"
            return RedirectResponse(there, HTTPStatus.TEMPORARY_REDIRECT)
        if not path.startswith(f"{own}/"):
            return PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)
        if asked.method not in _READS and not is_own_origin(asked):
            return PlainTextResponse("Forbidden", HTTPStatus.FORBIDDEN)
        return None

    async def _refusal(self, asked: Request) -> Response | None:
        """Return the answer to who may not open this app; None to who may."""
        if asked.scope["path"].startswith(f"{self._access.path}/app/static/"):
            # The live server shows these files to everybody; a tablet reads its icon by them.
            return None
        try:
            await self._admitted(asked)
        except LiveApiError as error:
            return None if self._is_file_meanwhile(asked, error) else self._refused(asked, error)
        return None

    def _is_file_meanwhile(self, asked: Request, error: LiveApiError) -> bool:
        """Return True for a file of the app while the server is away, of who was known lately.

        An open page loads its scripts when it needs them, such as those of what it shows then.
        """
        is_file = asked.scope["path"].startswith(f"{self._access.path}/static/")
        if not is_file or error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return False
        session = self._watch.known_lately(self._access.token(asked.cookies))
        return session is not None and self._access.operation in session.operations

    async def _admitted(self, asked: HTTPConnection) -> tuple[str, SessionAnswer]:
        """Return the token and who is behind it; LiveApiError for who may not open this app."""
        token = self._access.token(asked.cookies)
        if not token:
            raise LiveApiError("no session", HTTPStatus.UNAUTHORIZED)
        session = await self._watch.known_soon(token)
        if self._access.operation not in session.operations:
            raise LiveApiError("the role may not", HTTPStatus.FORBIDDEN)
        return token, session

    def _refused(self, asked: Request, error: LiveApiError) -> Response:
        status = HTTPStatus(error.status or HTTPStatus.SERVICE_UNAVAILABLE)
        if status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            status = HTTPStatus.SERVICE_UNAVAILABLE
        if not _is_page(asked):
            # By it the doctor knows whose port this is.
            challenge = {"WWW-Authenticate": 'Session realm="callrisk"'}
            is_asked = status is HTTPStatus.UNAUTHORIZED
            return PlainTextResponse(status.phrase, status, challenge if is_asked else None)
        host = asked.headers.get("host", "")
        if status is HTTPStatus.UNAUTHORIZED:
            page = quote(asked.scope["path"]) + _query(asked)
            return RedirectResponse(self._access.login(host, page), HTTPStatus.SEE_OTHER)
        return self._told(asked, status)

    def _told(self, asked: Request, status: HTTPStatus) -> Response:
        """Return a plain page with one sentence, in the language of its reader."""
        language = _language(asked)
        say = catalogue(language)
        key = "denied" if status is HTTPStatus.FORBIDDEN else "away"
        account = self._access.account(asked.headers.get("host", ""), language)
        link = account if status is HTTPStatus.FORBIDDEN else f"{self._access.path}/"
        page = _PAGE.format(
            language=language, sentence=say[f"access.{key}"], label=say[f"access.{key}_next"],
            link=html.escape(link),
        )  # fmt: skip
        return HTMLResponse(page, status)

    async def _show_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a page on with the script that leaves it when the session ends; never kept."""
        wanted = MutableHeaders(scope=scope)
        for name in ("accept-encoding", "if-none-match", "if-modified-since", "range"):
            del wanted[name]
        await self._app(scope, receive, _ScriptAdded(send, self._script()).send)

    def _script(self) -> str:
        return f'<script data-path="{html.escape(self._access.path)}">{_SCRIPT}</script>'

    async def _open(self, asked: HTTPConnection, receive: Receive, send: Send) -> None:
        """Hand a socket on until its session ends; refuse it before it is accepted."""
        is_ours = asked.scope["path"].startswith(f"{self._access.path}/") and is_own_origin(asked)
        try:
            if not is_ours:
                raise LiveApiError("another origin", HTTPStatus.FORBIDDEN)
            token, session = await self._admitted(asked)
        except LiveApiError:
            await send({"type": "websocket.close", "code": ENDED})
            return
        visit = self._watch.enter(token, session)
        try:
            await _Watched(visit.ended, receive, send).run(self._app, asked.scope)
        finally:
            self._watch.leave(visit)


class _ScriptAdded:
    """Sends a page with a script in its head, and anything that is no page as it is."""

    def __init__(self, send: Send, script: str) -> None:
        self._send = send
        self._script = script.encode()
        self._start: Message | None = None
        self._page = bytearray()

    async def send(self, message: Message) -> None:
        """Send a message of the app once it is known whole, or at once."""
        if message["type"] == "http.response.start" and _is_shown(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._page.extend(message.get("body", b""))
            if not message.get("more_body"):
                await self._send_page(self._start)

    async def _send_page(self, start: Message) -> None:
        page = bytes(self._page).replace(b"<head>", b"<head>" + self._script, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Length"] = str(len(page))
        headers["Cache-Control"] = "no-store"
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": page})


class _Watched:
    """A socket between an app and its client, until `ended` is set."""

    def __init__(self, ended: asyncio.Event, receive: Receive, send: Send) -> None:
        self._ended = ended
        self._receive = receive
        self._send = send

    async def run(self, app: Asgi, scope: Scope) -> None:
        """Serve the socket; at the end close it, whatever the app is doing."""
        serving = asyncio.ensure_future(app(scope, self._received, self._sent))
        ending = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({serving, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                # The client may be gone by itself.
                with contextlib.suppress(OSError, RuntimeError):
                    await self._send({"type": "websocket.close", "code": ENDED})
            await serving
        finally:
            ending.cancel()
            serving.cancel()

    async def _received(self) -> Message:
        """Return the client's next message; its leave once the session is over."""
        message = asyncio.ensure_future(self._receive())
        ending = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({message, ending}, return_when=asyncio.FIRST_COMPLETED)
            if self._ended.is_set():
                return {"type": "websocket.disconnect", "code": ENDED}
            return message.result()
        finally:
            message.cancel()
            ending.cancel()

    async def _sent(self, message: Message) -> None:
        """Send a message of the app, nothing once the session is over."""
        if not self._ended.is_set():
            await self._send(message)


def _is_page(asked: Request) -> bool:
    """Return True for what a browser shows as a page, as opposed to what a page fetches."""
    if asked.method not in ("GET", "HEAD"):
        return False
    shown_as = asked.headers.get("sec-fetch-dest")
    if shown_as is not None:
        return shown_as in ("document", "iframe")
    return "text/html" in asked.headers.get("accept", "")


def _is_shown(start: Message) -> bool:
    """Return True for a page that is shown, as opposed to a file that is stored."""
    headers = MutableHeaders(raw=list(start["headers"]))
    is_html = headers.get("content-type", "").startswith("text/html")
    return is_html and "content-disposition" not in headers


def _query(asked: Request) -> str:
    query = asked.scope["query_string"].decode("latin-1")
    return f"?{query}" if query else ""


def is_own_origin(asked: HTTPConnection) -> bool:
    """Return True for what no page asks for, or one of this origin."""
    origin = asked.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == asked.headers.get("host")


def _language(asked: Request) -> str:
    named = asked.query_params.get("lang", "")
    if named in LANGUAGES:
        return named
    first = asked.headers.get("accept-language", "").strip().lower()
    return "en" if first.startswith("en") else "ja"
