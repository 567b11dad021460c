"""A proxy before the Kinesis endpoint, which lets requests fail as those of AWS sometimes do."""

import http.client
import json
import os
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

DENIED = "AccessDeniedException"
EXPIRED = "ExpiredIteratorException"
THROTTLED = "ProvisionedThroughputExceededException"
# The line is cut before anything was answered, or in the middle of the answer.
RESET, CUT = "reset", "cut"
FAULTS = (EXPIRED, THROTTLED, RESET, CUT)


@dataclass
class Faulty:
    """Passes everything on, but lets one operation fail as long as it is told to."""

    port_behind: int
    operation: str = "GetRecords"
    # What each of its requests meets until this is None again; what the next ones meet, one each.
    lasting: str | None = None
    once: list[str] = field(default_factory=list)
    struck: int = 0

    def start(self) -> Self:
        """Listen on a free port."""
        handler = type("Handler", (_Handler,), {"faulty": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> str | None:
        """What the request at hand meets."""
        found = self.once.pop(0) if self.once else self.lasting
        self.struck += found is not None
        return found


class _Handler(BaseHTTPRequestHandler):
    faulty: Faulty
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer one request of the API, all of which are posted."""
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = str(self.headers.get("X-Amz-Target")).rpartition(".")[2]
        fault = self.faulty.next() if operation == self.faulty.operation else None
        if fault == RESET:
            self._reset()
        elif fault in (CUT, None):
            self._answer(*self._behind(asked), cut=fault == CUT)
        else:
            self._answer(400, json.dumps({"__type": fault, "message": fault}).encode())

    def _behind(self, asked: bytes) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.faulty.port_behind, timeout=30)
        try:
            line.request("POST", self.path, asked, dict(self.headers))
            found = line.getresponse()
            return found.status, found.read()
        finally:
            line.close()

    def _answer(self, status: int, content: bytes, cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            self._reset()

    def _reset(self) -> None:
        """End the line with a reset, as a router that has forgotten it would."""
        at_once = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        socket.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
