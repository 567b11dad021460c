"""The stand-in as a whole: apps, what may go wrong, the server, and who is notified."""

import threading
import time
from collections.abc import Sequence
from typing import Self

from kintone_stand_in.api.access import Site
from kintone_stand_in.api.front import Asked, Front
from kintone_stand_in.api.http_server import Server, serve
from kintone_stand_in.faults import Faults
from kintone_stand_in.kintone_app import App
from kintone_stand_in.table import StoredRecord
from kintone_stand_in.webhook_sender import Webhooks

_ANSWERED_WITHIN_S = 0.1


class StandIn:
    """Kintone on this computer: `start` it, and ask `url` what you would ask Kintone.

    Stopped and started again it has the same port and the same records.
    """

    def __init__(self, apps: Sequence[App], guest_space: int | None = None) -> None:
        self.apps = {app.app_id: app for app in apps}
        if len(self.apps) < len(apps):
            raise ValueError("two apps have the same number")
        self.faults = Faults(self.rename, self._refuse)
        self._front = Front(Site(self.apps, guest_space), self.faults)
        self._webhooks = Webhooks()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self._is_wanted = False
        for app in apps:
            app.told = self._told

    @property
    def url(self) -> str:
        """Where it listens, or has last listened."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def webhook_url(self) -> str | None:
        """Where notifications go; nowhere while it is None."""
        return self._webhooks.url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self._webhooks.url = url

    @property
    def requests(self) -> list[Asked]:
        """Every request under /k: the method that was meant, the path, and the app it named."""
        return self._front.requests

    def start(self, port: int = 0) -> Self:
        """Listen on this port; 0 means the one it had before, or any that is free."""
        if self._server is not None:
            raise RuntimeError(f"the stand-in listens already, at {self.url}")
        self._is_wanted = True
        self._open(port or self._port)
        return self

    def stop(self) -> None:
        """Refuse connections and cut those that are open; the records stay."""
        self._is_wanted = False
        self._close()
        self._webhooks.stop()

    def _open(self, port: int) -> None:
        self._front.stopping.clear()
        self._server = Server(port, self._front, self.faults)
        self._port = self._server.server_address[1]
        self._thread = serve(self._server)

    def _close(self) -> None:
        if self._server is None or self._thread is None:
            return
        server, self._server = self._server, None
        self._front.stopping.set()
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
        """How many requests came: by the end of the path, the method, the app."""
        return self._front.count(path, method, app)

    def forget_requests(self) -> None:
        """Begin to count anew."""
        self._front.forget_requests()

    def rename(self, app: int, old: str, new: str) -> None:
        """Give a field of an app another code, as somebody might do in its settings."""
        if app not in self.apps:
            raise ValueError(f"there is no app {app}")
        self.apps[app].rename(old, new)

    def _refuse(self, seconds: float) -> None:
        """Be gone for a while, a moment after whoever wished it has got an answer."""
        threading.Thread(target=self._pause, args=(float(seconds),), daemon=True).start()

    def _pause(self, seconds: float) -> None:
        time.sleep(_ANSWERED_WITHIN_S)
        self._close()
        time.sleep(seconds)
        # Whoever stopped it meanwhile wants it to stay so.
        if self._is_wanted and self._server is None:
            self._open(self._port)

    def _told(self, app: App, kind: str, record: StoredRecord) -> None:
        self._webhooks.notify(app, kind, record, self.url)
