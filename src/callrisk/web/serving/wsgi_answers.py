"""A WSGI application as an ASGI one: its bodies are read and its answers sent beside its threads.

A thread is busy only while the application works: a client that sends slowly or reads slowly holds
none. Bodies and answers are held whole, as the largest body is 1 MB.
"""

import io
import json
import logging
import sys
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes
from uuid import uuid4
from wsgiref.types import WSGIApplication

from callrisk.web.request_watch import REQUEST_ID_HEADER
from callrisk.web.serving.request_threads import BusyError, RequestThreads
from callrisk.wire.problem import MEDIA_TYPE, Problem

logger = logging.getLogger(__name__)

# Both as ASGI has them.
Scope = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

_RETRY_AFTER_S = 1
_BUSY = (
    "server: too many requests wait, and nothing was done for this one. Send it again."
    " 要求が多すぎます。処理されていないので、もう一度送ってください。"
)
# A body that is too large is read on for so many times its limit, so that its sender, who does not
# look before all is sent, hears why it was refused.
_READ_ON = 8
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
        await _send(send, answer)

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
    """What an application answers."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self.body = b""

    def start(self, status: str, headers: Iterable[tuple[str, str]], _error: Any = None) -> Any:
        """Take status and headers: `start_response` of WSGI."""
        self.status = int(status[:3])
        self.headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        return self._write

    def _write(self, part: bytes) -> None:
        self.body += part


def _answer(app: WSGIApplication, environ: dict[str, Any]) -> _Answer:
    answer = _Answer()
    parts = app(environ, answer.start)
    try:
        answer.body += b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return answer


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
    problem = Problem(
        type="about:blank", title=status.phrase, status=status.value, detail=_BUSY,
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


async def _send(send: Any, answer: _Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})
