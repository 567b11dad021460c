"""Amazon Connect on this machine, as far as the product asks it: real HTTP for a real botocore."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import boto3

from callrisk.integrations.amazon.connect_api import ConnectApi
from harness.amazon.kinesis_local import CREDENTIALS


@dataclass
class ConnectStub:
    """What it knows, what was written, and what it answers instead for a while."""

    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    # By the rest of their path: "", "/attribute/CONTACT_LENS", "/storage-configs".
    instance: dict[str, dict[str, Any]] = field(default_factory=dict)
    flows: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    segments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    written: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    # (status, error type) for the next requests, one each.
    faults: list[tuple[int, str]] = field(default_factory=list)
    # Bodies for the next requests, one each, sent with 200 as they are.
    garbled: list[bytes] = field(default_factory=list)
    # Status and body for the next requests, one each, sent as they are.
    raw: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def start(self) -> Self:
        """Listen on a free port."""
        handler = type("Handler", (_Handler,), {"stub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body for one request."""
        self.asked.append(f"{method} {path}")
        if self.faults:
            status, kind = self.faults.pop(0)
            return status, {"__type": kind, "Message": kind}
        for pattern, answer in self._routes():
            found = re.fullmatch(pattern, f"{method} {path}")
            if found:
                return answer(body, *found.groups())
        return 404, {"__type": "ResourceNotFoundException", "Message": path}

    def _routes(self) -> list[tuple[str, Callable[..., tuple[int, dict[str, Any]]]]]:
        return [
            (r"GET /contacts/[^/]+/([^/]+)", lambda _, one: _known(self.contacts, one, "Contact")),
            (r"GET /instance/[^/]+(.*)", lambda _, rest: (200, self.instance[rest])),
            (
                r"GET /contact-flows/[^/]+/([^/]+)",
                lambda _, one: _known(self.flows, one, "ContactFlow"),
            ),
            (r"GET /users/[^/]+/([^/]+)", lambda _, one: _known(self.users, one, "User")),
            (r"POST /contact/attributes", self._write),
            (r"POST /realtime-contact-analysis/analysis-segments", self._list),
        ]

    def _write(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.written.append((body["InitialContactId"], body["Attributes"]))
        return 200, {}

    def _list(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        held = self.segments.get(body["ContactId"])
        if held is None:
            return 404, {"__type": "ResourceNotFoundException", "Message": "no analysis"}
        begin = int(body.get("NextToken", 0))
        end = begin + min(body.get("MaxResults", 100), 100)
        page: dict[str, Any] = {"Segments": held[begin:end]}
        if end < len(held):
            page["NextToken"] = str(end)
        return 200, page


def _known(held: dict[str, dict[str, Any]], one: str, name: str) -> tuple[int, dict[str, Any]]:
    if one not in held:
        return 404, {"__type": "ResourceNotFoundException", "Message": one}
    return 200, {name: held[one]}


class _Handler(BaseHTTPRequestHandler):
    stub: ConnectStub

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = self.rfile.read(length)
        if self.stub.raw:
            answer: dict[str, Any] = {}
            status, content = self.stub.raw.pop(0)
        elif self.stub.garbled:
            status, answer, content = 200, {}, self.stub.garbled.pop(0)
        else:
            path, body = self.path.partition("?")[0], json.loads(asked or b"{}")
            status, answer = self.stub.answer(self.command, path, body)
            content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if "__type" in answer:
            self.send_header("x-amzn-ErrorType", answer["__type"])
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _serve  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def api(connect: ConnectStub) -> ConnectApi:
    """The calls of Connect, against the stub."""
    clients = [
        boto3.client(name, endpoint_url=connect.url, **CREDENTIALS)
        for name in ("connect", "connect-contact-lens")
    ]
    return ConnectApi(*clients, "0f3c", "customer_id")
