"""What other services call when something changed there; each payload is a hint, never a fact."""

import hmac
import logging
import threading
from collections import OrderedDict
from http import HTTPStatus

from apiflask import APIBlueprint, abort
from flask import current_app, request

from callrisk.web.app_state import app_state
from callrisk.web.contract import answers_nothing
from callrisk.wire.webhook import RecordChanged

logger = logging.getLogger(__name__)

webhooks = APIBlueprint("webhooks", __name__, url_prefix="/api/webhooks", tag="webhooks")

_REMEMBERED = 1000


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
@answers_nothing(HTTPStatus.NOT_FOUND, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, told=RecordChanged)
def receive_kintone_change(token: str) -> tuple[str, HTTPStatus]:
    """Take note that a record of the customers app changed: it is read again, beside the answer."""
    expected = current_app.config["KINTONE_WEBHOOK_TOKEN"]
    if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        abort(HTTPStatus.NOT_FOUND)
    if request.mimetype not in ("", "application/json"):
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    change, state = _change(), app_state()
    record_id = change.record_id
    # Comments and the like are none of ours; nothing but a good answer is of any use to Kintone.
    if state.crm is not None and record_id is not None and _seen.is_new(change.id):
        logger.info("kintone told of record=%d", record_id)
        state.crm.joining.refresh(record_id)
    return "", HTTPStatus.NO_CONTENT


def _change() -> RecordChanged:
    """Return what the body says; nothing where it is no JSON object."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    return RecordChanged.model_validate(body if isinstance(body, dict) else {})
