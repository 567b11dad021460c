"""A web server on this machine that answers what a test tells it to, well or badly."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


Answer = Callable[["Handler", Asked], None]


@dataclass
class ScriptedServer:
    """Gives the answers of its script one after the other, then `otherwise` for ever."""

    script: list[Answer] = field(default_factory=list)
    otherwise: Answer | None = None
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    # Set when the test is over, for answers that never come.
    over: threading.Event = field(default_factory=threading.Event)

    def start(self, tls: ssl.SSLContext | None = None) -> Self:
        """Listen on a free port."""
        self._lock = threading.Lock()
        handler = type("Bound", (Handler,), {"scripted": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._server.server_port}"
        return self

    def stop(self) -> None:
        """Listen no more, and let go whoever still waits."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def next_answer(self, asked: Asked) -> Answer:
        """What this request gets."""
        with self._lock:
            self.asked.append(asked)
            if self.script:
                return self.script.pop(0)
            assert self.otherwise, "the script has ended"
            return self.otherwise


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    scripted: ScriptedServer

    def setup(self) -> None:
        """Count connections."""
        super().setup()
        self.scripted.connections += 1

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, parts.path, query, dict(self.headers), body)
        answer = self.scripted.next_answer(asked)
        try:
            answer(self, asked)
        except OSError:  # the client has gone
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def head(self, status: int, headers: dict[str, str]) -> None:
        """Send status and headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def raw(body: bytes, status: int = 200, **headers: str) -> Answer:
    """These bytes; names of headers are written with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler, _asked: Asked) -> None:
        handler.head(status, {"Content-Length": str(len(body))} | named)
        handler.wfile.write(body)

    return answer


def told(content: Any, status: int = 200, **headers: str) -> Answer:
    """This JSON."""
    body = json.dumps(content).encode()
    return raw(body, status, Content_Type="application/json;charset=utf-8", **headers)


def refused(status: int, code: str, **more: Any) -> Answer:
    """An error as Kintone words it."""
    error = {"code": code, "id": "jxcbVKLdjmcOc1wQ2nMT", "message": "だめです", **more}
    return told(error, status)


def slammed(handler: Handler, _asked: Asked) -> None:
    """The connection is closed without a word."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_short(content: Any) -> Answer:
    """Half a body, although a whole one was promised."""
    body = json.dumps(content).encode()

    def answer(handler: Handler, _asked: Asked) -> None:
        handler.head(200, {"Content-Length": str(len(body))})
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return answer


def silent(handler: Handler, _asked: Asked) -> None:
    """Nothing at all, until the test is over."""
    handler.scripted.over.wait(20)
    handler.close_connection = True


def dripping(handler: Handler, _asked: Asked) -> None:
    """A body of one byte every twentieth of a second."""
    handler.head(200, {"Content-Length": "100000"})
    _drip(handler)


def dripping_chunk(handler: Handler, _asked: Asked) -> None:
    """The same within one chunk, which a client may wait for as a whole."""
    handler.head(200, {"Transfer-Encoding": "chunked"})
    handler.wfile.write(b"186a0\r\n")
    _drip(handler)


def dripping_head(handler: Handler, _asked: Asked) -> None:
    """A header that does not end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    _drip(handler)


def _drip(handler: Handler) -> None:
    handler.close_connection = True
    try:
        while not handler.scripted.over.wait(0.05):
            handler.wfile.write(b" ")
    except OSError:
        return


def late(answer: Answer, seconds: float) -> Answer:
    """The same answer, later."""

    def wait(handler: Handler, asked: Asked) -> None:
        time.sleep(seconds)
        answer(handler, asked)

    return wait
