"""What other services call when something changed there; each payload is a hint, never a fact."""

import hmac
import logging
import threading
from collections import OrderedDict
from http import HTTPStatus
from typing import Any

from apiflask import APIBlueprint, abort
from flask import current_app, request

from callrisk.web.app_state import AppState

logger = logging.getLogger(__name__)

webhooks = APIBlueprint("webhooks", __name__, url_prefix="/api/webhooks", tag="webhooks")

_REMEMBERED = 1000
_LONGEST_NUMBER = 15


class _Seen:
    """Notifications that were taken already; Kintone promises neither once nor at all."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, notification_id: object) -> bool:
        """Whether this one comes for the first time; one without an id always does."""
        if not isinstance(notification_id, str):
            return True
        with self._lock:
            if notification_id in self._ids:
                return False
            self._ids[notification_id] = None
            while len(self._ids) > _REMEMBERED:
                self._ids.popitem(last=False)
        return True


_seen = _Seen()


@webhooks.post("/kintone/<token>")
@webhooks.doc(hide=True)
def kintone(token: str) -> tuple[str, HTTPStatus]:
    """A record of the customers app changed: it is read again, beside the answer."""
    expected = current_app.config["KINTONE_WEBHOOK_TOKEN"]
    if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        abort(HTTPStatus.NOT_FOUND)
    parts: AppState = current_app.extensions["callrisk"]
    told = request.get_json(silent=True)
    body = told if isinstance(told, dict) else {}
    record_id = _record_id(body)
    # Comments and the like are none of ours; nothing but a good answer is of any use to Kintone.
    if parts.crm is not None and record_id is not None and _seen.is_new(body.get("id")):
        logger.info("kintone told of record=%d", record_id)
        parts.crm.joining.refresh(record_id)
    return "", HTTPStatus.NO_CONTENT


def _record_id(body: dict[str, Any]) -> int | None:
    record = body.get("record")
    number = record.get("$id") if isinstance(record, dict) else None
    number = number.get("value") if isinstance(number, dict) else body.get("recordId")
    text = str(number)
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None
