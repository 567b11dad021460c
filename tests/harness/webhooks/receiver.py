"""A real HTTP server that receives webhooks, answers by a script, and checks signatures itself."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Sending = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """What it calls the message."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> dict[str, Any]:
        """The body."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """What was received, and the answers to come; 204 once the script is over."""

    received: list[Received] = field(default_factory=list)
    script: list[int | Sending] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    @property
    def types(self) -> list[str]:
        """The types of what was received."""
        return [one.json["type"] for one in self.received]


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver at a port of this machine."""
    receiver, lock = Receiver(scheme="http" if tls is None else "https"), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                receiver.received.append(Received(self.path, headers, body))
                told = receiver.script.pop(0) if receiver.script else 204
            if callable(told):
                told(self)
            else:
                self.send_response(told)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def do_GET(self) -> None:
            with lock:
                receiver.received.append(Received(self.path, {}, b""))
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Whoever sends may hang up."""

        def finish_request(self, request: Any, client: Any) -> None:
            if tls is not None:
                request.settimeout(5)
                request = tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client)

    server = Server(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def redirecting(to: str, status: int = 302) -> Sending:
    """An answer that leads elsewhere."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send


def asking_to_wait(seconds: str, status: int = 503) -> Sending:
    """An answer that says when to come again."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Retry-After", seconds)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send


def endless(sent: list[int]) -> Sending:
    """An answer of status 200 whose body has no end; `sent` counts its bytes."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while len(sent) < 4_000:
                handler.wfile.write(b"x" * 65_536)
                sent.append(65_536)
        except OSError:
            handler.close_connection = True

    return send


def dripping(stopped: threading.Event) -> Sending:
    """A head that comes a letter at a time, and never ends by itself."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stopped.wait(0.05):
                handler.wfile.write(b"z")
        except OSError:
            handler.close_connection = True

    return send


def waiting_for(event: threading.Event, status: int = 204) -> Sending:
    """An answer that comes once something happened."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        event.wait(60)
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send


def is_signed(one: Received, secret: str) -> bool:
    """Return whether one signature of a request is that of a secret, by the specification alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{one.id}.{one.headers['webhook-timestamp']}.".encode() + one.body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(
        hmac.compare_digest(expected, told) for told in one.headers["webhook-signature"].split(" ")
    )
