"""The page at the address of the live calls while the first start sets things up."""

from __future__ import annotations

import contextlib
import dataclasses
import http.server
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from launcher.telling import UserError

# A page that is open asks every second, and is to learn why nothing more comes.
_LEARNS_WITHIN_S = 2.5
_STOPPED = (
    "止まりました。run.py を起動したウィンドウを見てください。",
    "It has stopped: look at the window in which run.py was started.",
)


@dataclasses.dataclass
class Step:
    """A step of the set-up in words, with the moments of its beginning and end."""

    japanese: str
    english: str
    began_at: float | None = None
    ended_at: float | None = None

    def begin(self) -> None:
        """Count the seconds from now on."""
        self.began_at = time.monotonic()

    def told(self) -> dict[str, object]:
        """Return the step for the page: its words, its state and its seconds so far."""
        now = self.ended_at or time.monotonic()
        state = "later" if self.began_at is None else "now" if self.ended_at is None else "done"
        seconds = None if self.began_at is None else round(now - self.began_at)
        return {"ja": self.japanese, "en": self.english, "state": state, "seconds": seconds}


class StartingPage:
    """A server at the live port that tells the steps, until the live server takes its place."""

    def __init__(self, port: int, page: Path, steps: Sequence[Step]) -> None:
        self.steps = steps
        self._page = page.read_text(encoding="utf-8")
        self._stopped: tuple[str, str] | None = None
        self._has_learnt = threading.Event()
        self._asked_at = float("-inf")
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.page = self

    def __enter__(self) -> StartingPage:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Give the port free; an open page is told before why nothing more comes."""
        if error is not None:
            first, second = error.args if isinstance(error, UserError) else _STOPPED
            self._stopped = (str(first), str(second))
            if time.monotonic() - self._asked_at < _LEARNS_WITHIN_S:
                self._has_learnt.wait(_LEARNS_WITHIN_S)
        self._server.shutdown()
        self._server.server_close()

    @contextlib.contextmanager
    def under_way(self, step: Step) -> Iterator[None]:
        """Tell that a step is under way while it is, and then that it is done."""
        step.begin()
        yield
        step.ended_at = time.monotonic()

    def html(self) -> tuple[str, str]:
        """Return the page and the policy that lets its own script and style run alone."""
        nonce = secrets.token_urlsafe(16)
        own = f"script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
        policy = f"default-src 'none'; {own}; connect-src 'self'; img-src data:"
        return self._page.replace("NONCE", nonce), policy

    def told(self) -> dict[str, object]:
        """Return the state for the page."""
        self._asked_at = time.monotonic()
        told: dict[str, object] = {"steps": [one.told() for one in self.steps]}
        if self._stopped is not None:
            told["stopped"] = {"ja": self._stopped[0], "en": self._stopped[1]}
            self._has_learnt.set()
        return told


class _Server(http.server.ThreadingHTTPServer):
    page: StartingPage
    daemon_threads = True
    # Windows would let a second server listen on the same port.
    allow_reuse_address = os.name != "nt"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer with the page, its state, or nothing."""
        path = self.path.partition("?")[0]
        if path == "/starting.json":
            self._send(200, "application/json", json.dumps(self.server.page.told()))
        elif path == "/api/health":
            # Not ready yet: whoever waits for the live server goes on waiting.
            self._send(503, "application/json", json.dumps({"status": "starting"}))
        elif path == "/":
            html, policy = self.server.page.html()
            self._send(200, "text/html; charset=utf-8", html, policy)
        else:
            self._send(404, "text/plain; charset=utf-8", "")

    def _send(self, status: int, kind: str, text: str, policy: str = "default-src 'none'") -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", f"{policy}; frame-ancestors 'none'"),
        ):
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # the page was closed
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the window belongs to the set-up."""
