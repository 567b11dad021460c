"""The HTTP server of the stand-in on 127.0.0.1, with an endpoint for faults beside /k."""

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kintone_stand_in.api.gateway import Gateway, Transmission
from kintone_stand_in.api.messages import Request, Response, json_response
from kintone_stand_in.api.refusals import RefusedError
from kintone_stand_in.faults import Faults, set_from_json

_HOST = "127.0.0.1"
_ADMIN = "/stand-in/"


class Server(ThreadingHTTPServer):
    """A listening socket and the connections it has accepted."""

    # Elsewhere this lets a port be used again at once; on Windows two programs would share it.
    allow_reuse_address = os.name != "nt"
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, gateway: Gateway, faults: Faults) -> None:
        super().__init__((_HOST, port), _Handler)
        self.gateway = gateway
        self.faults = faults
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keep the connection, so that it can be cut when the server stops."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log errors, but not those of connections that were cut or closed."""
        with self._lock:
            is_cut = request not in self._connections
        if not is_cut:
            super().handle_error(request, client_address)

    def cut(self) -> None:
        """Close every open connection."""
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
        """Answer a GET request."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST request."""
        self._serve()

    def do_PUT(self) -> None:
        """Answer a PUT request."""
        self._serve()

    def do_DELETE(self) -> None:
        """Answer a DELETE request."""
        self._serve()

    def _serve(self) -> None:
        """Answer a request; the endpoints decide on its method."""
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self.send_error(411)
            return
        request = self._request()
        if request.path.startswith(_ADMIN):
            self._send(Transmission(_administered(self.server, request)))
            return
        with self.server.gateway.handling(request) as sent, contextlib.suppress(ConnectionError):
            self._send(sent)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: `StandIn.requests` lists the requests."""

    def _request(self) -> Request:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            first = headers.get(name.lower())
            headers[name.lower()] = value if first is None else f"{first},{value}"
        return Request(self.command, self.path, headers, body)

    def _send(self, transmission: Transmission) -> None:
        response = transmission.response
        if response is None:
            self.close_connection = True
            _cut(self.connection)
            return
        self._send_head(response)
        self.close_connection |= transmission.is_half
        share = 2 if transmission.is_half else 1
        self.wfile.write(response.body[: len(response.body) // share])
        self.wfile.flush()

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()


def _administered(server: Server, request: Request) -> Response:
    """Return the response to a request that sets or clears faults."""
    actions: dict[tuple[str, str], Callable[[], None]] = {
        ("POST", "faults"): lambda: set_from_json(server.faults, request.parameters()),
        ("DELETE", "faults"): server.faults.clear,
    }
    action = actions.get((request.method, request.path.removeprefix(_ADMIN)))
    if action is None:
        return json_response({"error": "no such endpoint"}, 404)
    try:
        action()
    except (ValueError, RefusedError) as error:
        return json_response({"error": str(error)}, 400)
    return json_response({})


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def serve(server: Server) -> threading.Thread:
    """Start a thread that answers requests until the server is shut down, and return it."""
    thread = threading.Thread(
        target=server.serve_forever, args=(0.05,), name="stand-in", daemon=True
    )
    thread.start()
    return thread
