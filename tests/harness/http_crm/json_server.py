"""A web server on this machine that answers JSON, and can be away, stopped and started again."""

import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `steps` are the parts of its path."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def steps(self) -> list[str]:
        """The parts of the path without their escapes."""
        return [unquote(step) for step in self.path.strip("/").split("/")]

    @property
    def content(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """An answer: status, JSON, headers; without content an empty body."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class JsonServer:
    """Answers by `answer`, after the faults that a test has put into `faults`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        # The answers of the next requests, in place of the right ones.
        self.faults: list[Told] = []
        self._port = 0
        self._is_away = False
        self.start()

    def answer(self, asked: Asked) -> Told:
        """Return the right answer."""
        raise NotImplementedError

    def start(self) -> None:
        """Listen, on the port of before."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def serve(self) -> None:
                server.serve(self)

            do_GET = do_POST = do_PATCH = serve  # noqa: N815 - the names that http.server calls

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._is_away = False
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        self._port = self._server.server_port
        self.url = f"http://127.0.0.1:{self._port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more, and let go whoever is connected still."""
        self._is_away = True
        self._server.shutdown()
        self._server.server_close()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Take one request and answer it."""
        if self._is_away:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        asked = Asked(handler.command, parts.path, query, dict(handler.headers), body)
        self.asked.append(asked)
        told = self.faults.pop(0) if self.faults else self.answer(asked)
        content = b"" if told.content is None else json.dumps(told.content).encode()
        try:
            self._send(handler, told, content)
        except OSError:  # the client has gone
            handler.close_connection = True

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, told: Told, content: bytes) -> None:
        handler.send_response(told.status)
        handler.send_header("Content-Type", "application/json;charset=UTF-8")
        handler.send_header("Content-Length", str(len(content)))
        for name, value in told.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
