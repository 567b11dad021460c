"""A WSGI application as an ASGI one: its bodies are read and its answers sent beside its threads.

A thread is busy only while the application works: a client that sends slowly or reads slowly holds
none. Bodies are held whole, as the largest is 1 MB, and so are answers that tell their length. Any
other answer is made a part at a time, each once the client has read the ones before.
"""

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes
from uuid import uuid4
from wsgiref.types import WSGIApplication

from callrisk.domain.wording import Text
from callrisk.web.access.access_words import spoken
from callrisk.web.refusal_words import language_asked_for
from callrisk.web.request_watch import REQUEST_ID_HEADER
from callrisk.web.serving.request_threads import BusyError, RequestThreads
from callrisk.wire.problem import MEDIA_TYPE, Problem

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
# Both as ASGI has them.
Scope = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

_RETRY_AFTER_S = 1
_BUSY = Text(
    "要求が多すぎます。処理されていないので、もう一度送ってください。",
    "server: too many requests wait, and nothing was done for this one. Send it again.",
)
# A body that is too large is read on for so many times its limit, so that its sender, who does not
# look before all is sent, hears why it was refused.
_READ_ON = 8
# What is sent of a long answer at once, at least, in bytes; and how long its next part waits for a
# thread before it asks for one again.
_PART, _ASK_AGAIN_S = 1 << 16, 0.1
_OWN_NAMES = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


class WsgiAnswers:
    """The application; `largest_body` is the limit that it has itself, in bytes."""

    def __init__(self, app: WSGIApplication, threads: RequestThreads, largest_body: int) -> None:
        self._app = app
        self._threads = threads
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer a request; 503 when too many wait.

        There are no WebSockets but those of Socket.IO.
        """
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        body = await self._body(receive)
        if body is None:
            return
        try:
            answer = await self._threads.run(partial(_answer, self._app, environ_of(scope, body)))
        except BusyError:
            answer = _busy(scope)
        if answer.is_whole:
            await send(answer.head())
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await self._stream(answer, receive, send)

    async def _stream(self, answer: "_Answer", receive: Any, send: Any) -> None:
        """Send an answer as it is made, until its client goes away."""
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await send(answer.head())
            part = answer.body
            while part and not gone.done():
                await send({"type": "http.response.body", "body": part, "more_body": True})
                part = await self._run(answer.next_part)
            if not part:
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            await self._run(answer.close)

    async def _run(self, job: Callable[[], _Result]) -> _Result:
        """Return what a job returns; an answer that has begun cannot become a 503."""
        while True:
            try:
                return await self._threads.run(job)
            except BusyError:
                await asyncio.sleep(_ASK_AGAIN_S)

    async def _body(self, receive: Any) -> bytes | None:
        """Return the body, None without its sender; of one that is too large, more than may be."""
        parts, length, more = [], 0, True
        while more and length <= self._largest_body * _READ_ON:
            message = await receive()
            if message["type"] != "http.request":
                return None
            part, more = message.get("body", b""), message.get("more_body", False)
            if length <= self._largest_body:
                parts.append(part)
            length += len(part)
        return b"".join(parts)


class _Answer:
    """The answer of an application: its `body`, of a long one the part made so far."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self.body = b""
        self._parts: Iterable[bytes] = ()
        self._left: Iterator[bytes] = iter(())
        # A part may still be made when the server comes to its end.
        self._lock = threading.Lock()

    def start(self, status: str, headers: Iterable[tuple[str, str]], _error: Any = None) -> Any:
        """Take status and headers: `start_response` of WSGI."""
        self.status = int(status[:3])
        self.headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        return self._write

    @property
    def is_whole(self) -> bool:
        """True for an answer that tells its length."""
        return any(name == b"content-length" for name, _ in self.headers)

    def head(self) -> dict[str, Any]:
        """Return status and headers, as ASGI has them."""
        return {
            "type": "http.response.start", "status": self.status, "headers": self.headers,
        }  # fmt: skip

    def take(self, parts: Iterable[bytes]) -> None:
        """Take the body, of a long answer the first part of it."""
        self._parts, self._left = parts, iter(parts)
        try:
            self.body += b"".join(self._left) if self.is_whole else self.next_part()
        except BaseException:
            self.close()
            raise
        if self.is_whole:
            self.close()

    def next_part(self) -> bytes:
        """Return what comes next, no bytes at the end."""
        gathered = bytearray()
        with self._lock:
            for part in self._left:
                gathered += part
                if len(gathered) >= _PART:
                    break
        return bytes(gathered)

    def close(self) -> None:
        """Let the application know that nobody asks for more."""
        with self._lock:
            parts, self._parts, self._left = self._parts, (), iter(())
            if hasattr(parts, "close"):
                parts.close()

    def _write(self, part: bytes) -> None:
        self.body += part


def _answer(app: WSGIApplication, environ: dict[str, Any]) -> _Answer:
    answer = _Answer()
    answer.take(app(environ, answer.start))
    return answer


async def _gone(receive: Any) -> None:
    """Return once the client is away."""
    while (await receive())["type"] != "http.disconnect":
        pass


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the environ of a request (PEP 3333), whose length is that of its body."""
    (host, port), (sender, _) = scope["server"], scope["client"] or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host, "SERVER_PORT": str(port), "REMOTE_ADDR": sender,
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope["scheme"], "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip
    for name, value in scope["headers"]:
        # One with an underscore could pass for another with a hyphen; the body came in whole.
        if b"_" not in name and name != b"transfer-encoding":
            _add(environ, name, value.decode("latin-1"))
    if "CONTENT_LENGTH" in environ or body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _add(environ: dict[str, Any], name: bytes, value: str) -> None:
    key = _OWN_NAMES.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
    environ[key] = f"{environ[key]},{value}" if key in environ else value


def _busy(scope: Scope) -> _Answer:
    """Return 503 as a problem; nothing was done for the request."""
    status, request_id = HTTPStatus.SERVICE_UNAVAILABLE, uuid4().hex
    logger.warning("refused: too many requests wait", extra={"request_id": request_id})
    asked = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    problem = Problem(
        type="about:blank", title=status.phrase, status=status.value,
        detail=spoken(_BUSY, language_asked_for(asked)),
        instance=unquote_to_bytes(scope["raw_path"]).decode("utf-8", "replace"), errors=[],
        request_id=request_id,
    )  # fmt: skip
    answer = _Answer()
    answer.body = json.dumps(problem.rendered(), ensure_ascii=False).encode()
    answer.start(
        str(status.value),
        [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(answer.body))),
         ("Retry-After", str(_RETRY_AFTER_S)), ("Cache-Control", "no-store"),
         (REQUEST_ID_HEADER, request_id)],
    )  # fmt: skip
    return answer
