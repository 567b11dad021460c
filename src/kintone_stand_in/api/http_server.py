"""The sockets of the stand-in: HTTP/1.1 on 127.0.0.1, and an entrance for faults apart from /k."""

import contextlib
import os
import socket
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kintone_stand_in.api.front import Front, Sending
from kintone_stand_in.api.messages import Request, Response, json_response
from kintone_stand_in.api.refusals import RefusedError
from kintone_stand_in.faults import Faults, set_by

_HOST = "127.0.0.1"
_ADMIN = "/stand-in/"


class Server(ThreadingHTTPServer):
    """One listening socket and the connections that came through it."""

    # Elsewhere this lets a port be used again at once; on Windows two programs would share it.
    allow_reuse_address = os.name != "nt"
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, front: Front, faults: Faults) -> None:
        super().__init__((_HOST, port), _Handler)
        self.front = front
        self.faults = faults
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that it can be cut when the server stops."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no news; anything else is."""
        with self._lock:
            is_cut = request not in self._connections
        if not is_cut:
            super().handle_error(request, client_address)

    def cut(self) -> None:
        """End every connection that is still open."""
        with self._lock:
            connections, self._connections = self._connections, set()
        for connection in connections:
            _cut(connection)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    # Headers and body leave together: in two packets the second would wait for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Read."""
        self._serve()

    def do_POST(self) -> None:
        """Add, or what a header says instead."""
        self._serve()

    def do_PUT(self) -> None:
        """Update."""
        self._serve()

    def do_DELETE(self) -> None:
        """Clear, at the entrance for faults."""
        self._serve()

    def _serve(self) -> None:
        """What exists for which method is for the endpoints to say."""
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self.send_error(411)
            return
        request = self._request()
        if request.path.startswith(_ADMIN):
            self._send(Sending(_administered(self.server, request)))
            return
        with self.server.front.sending(request) as sending, contextlib.suppress(ConnectionError):
            self._send(sending)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: `GET /stand-in/requests` tells what came."""

    def _request(self) -> Request:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            known = headers.get(name.lower())
            headers[name.lower()] = value if known is None else f"{known},{value}"
        return Request(self.command, self.path, headers, body)

    def _send(self, sending: Sending) -> None:
        response = sending.response
        if response is None:
            self.close_connection = True
            _cut(self.connection)
            return
        self._send_head(response)
        if sending.is_half:
            self.close_connection = True
            self.wfile.write(response.body[: len(response.body) // 2])
        elif sending.pause_s:
            self._send_slowly(response.body, sending.pause_s)
        else:
            self.wfile.write(response.body)
        self.wfile.flush()

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()

    def _send_slowly(self, body: bytes, pause_s: float) -> None:
        for at in range(len(body)):
            self.wfile.write(body[at : at + 1])
            self.wfile.flush()
            if self.server.front.stopping.wait(pause_s):
                return


def _administered(server: Server, request: Request) -> Response:
    """The entrance for whoever cannot reach the Python object."""
    entrances: dict[tuple[str, str], Callable[[], object]] = {
        ("POST", "faults"): lambda: set_by(server.faults, request.parameters()),
        ("DELETE", "faults"): server.faults.clear,
        ("GET", "requests"): lambda: _requests(server.front),
        ("DELETE", "requests"): server.front.forget_requests,
    }
    entrance = entrances.get((request.method, request.path.removeprefix(_ADMIN)))
    if entrance is None:
        return json_response({"error": "no such entrance"}, 404)
    try:
        return json_response(entrance() or {})
    except (ValueError, RefusedError) as wrong:
        return json_response({"error": str(wrong)}, 400)


def _requests(front: Front) -> object:
    """Every request in its order, and how often each method and path was asked for each app."""
    asked = front.requests
    return {
        "requests": [it._asdict() for it in asked],
        "counts": [{**it._asdict(), "count": count} for it, count in Counter(asked).items()],
    }


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def serve(server: Server) -> threading.Thread:
    """Answer requests in a thread until the server is shut down."""
    thread = threading.Thread(
        target=server.serve_forever, args=(0.05,), name="stand-in", daemon=True
    )
    thread.start()
    return thread
