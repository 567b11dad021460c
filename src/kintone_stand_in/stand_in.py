"""The stand-in as a whole: its apps, the faults it simulates and its HTTP server."""

import threading
from collections.abc import Sequence
from typing import Self

from kintone_stand_in.api.access import Tenant
from kintone_stand_in.api.gateway import Gateway, ReceivedRequest
from kintone_stand_in.api.http_server import Server, serve
from kintone_stand_in.faults import Faults
from kintone_stand_in.kintone_app import App


class StandIn:
    """A Kintone tenant on this computer: `start` it and send requests to `url`.

    Stopped and started again it has the same port and the same records.
    """

    def __init__(self, apps: Sequence[App], guest_space: int | None = None) -> None:
        self.apps = {app.app_id: app for app in apps}
        if len(self.apps) < len(apps):
            raise ValueError("two apps have the same number")
        self.faults = Faults()
        self._gateway = Gateway(Tenant(self.apps, guest_space), self.faults)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Return the base URL at which it listens, or has last listened."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> list[ReceivedRequest]:
        """Return the requests under /k in order of arrival."""
        return self._gateway.requests

    def start(self, port: int = 0) -> Self:
        """Listen on this port; 0 means the previous port, or any free one at first."""
        if self._server is not None:
            raise RuntimeError(f"the stand-in listens already, at {self.url}")
        self._gateway.stopping.clear()
        self._server = Server(port or self._port, self._gateway, self.faults)
        self._port = self._server.server_address[1]
        self._thread = serve(self._server)
        return self

    def stop(self) -> None:
        """Refuse new connections and cut the open ones; the records stay."""
        if self._server is None or self._thread is None:
            return
        server, self._server = self._server, None
        self._gateway.stopping.set()
        server.shutdown()
        server.server_close()
        server.cut()
        self._thread.join()

    def __enter__(self) -> Self:
        return self if self._server else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def count(
        self, path: str | None = None, method: str | None = None, app: int | None = None
    ) -> int:
        """Return the number of received requests by end of path, method and app."""
        return self._gateway.count(path, method, app)

    def forget_requests(self) -> None:
        """Clear the list of received requests."""
        self._gateway.forget_requests()

    def rename(self, app: int, old: str, new: str) -> None:
        """Give a field of an app another code, as an administrator may in its settings."""
        if app not in self.apps:
            raise ValueError(f"there is no app {app}")
        self.apps[app].rename(old, new)
