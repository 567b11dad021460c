"""Notifications of added and updated records: sent once from a thread, never again."""

import http.client
import json
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from kintone_stand_in.kintone_app import App
from kintone_stand_in.table import StoredRecord

logger = logging.getLogger(__name__)

# Kintone sends no more than this for one domain and drops the rest.
MOST_PER_MINUTE = 60
_TIMEOUT_S = 5.0
_MINUTE_S = 60.0


class Webhooks:
    """Sends to `url` while there is one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.url: str | None = None
        self._clock = clock
        self._sent_at: deque[float] = deque(maxlen=MOST_PER_MINUTE)
        self._waiting: SimpleQueue[tuple[str, dict[str, Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def notify(self, app: App, kind: str, record: StoredRecord, site_url: str) -> None:
        """Let a notification go out; more than 60 in a minute are dropped."""
        if self.url is None or not self._has_room():
            return
        self._waiting.put((self.url, notification(app, kind, record, site_url)))
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Send what waits, then end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(_TIMEOUT_S)
            self._thread = None

    def _has_room(self) -> bool:
        now = self._clock()
        is_full = len(self._sent_at) == MOST_PER_MINUTE
        if is_full and now - self._sent_at[0] < _MINUTE_S:
            return False
        self._sent_at.append(now)
        return True

    def _run(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            url, told = waiting
            try:
                _post(url, json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
            except (OSError, http.client.HTTPException, ValueError) as failure:
                logger.info("webhook lost type=%s: %s", told["type"], failure)


def notification(app: App, kind: str, record: StoredRecord, site_url: str) -> dict[str, Any]:
    """What Kintone tells of one record."""
    return {
        "id": str(uuid.uuid4()),
        "type": kind,
        "app": {"id": str(app.app_id), "name": app.name},
        "record": app.told_record(record),
        "recordTitle": app.title_of(record),
        "url": f"{site_url}/k/{app.app_id}/show#record={record.id}",
    }


def _post(url: str, body: bytes) -> None:
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", target, body, {"Content-Type": "application/json"})
        connection.getresponse().read()
    finally:
        connection.close()
