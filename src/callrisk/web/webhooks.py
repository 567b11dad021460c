"""Webhooks: other services call them when something changed there; a body is only a hint."""

import hmac
import logging
import threading
from collections import OrderedDict
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import request

from callrisk.web.access.guards import open_to_all
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers_nothing, object_sent
from callrisk.web.refusal_words import refuse
from callrisk.wire.webhook import RecordChanged

logger = logging.getLogger(__name__)

webhooks = APIBlueprint("webhooks", __name__, url_prefix="/api/webhooks", tag="webhooks")

_REMEMBERED = 1000


class _Seen:
    """Notifications that were taken already; a CRM may send one twice."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, notification_id: str | None) -> bool:
        """Return whether this one comes for the first time; one without an id always does."""
        if notification_id is None:
            return True
        with self._lock:
            if notification_id in self._ids:
                return False
            self._ids[notification_id] = None
            while len(self._ids) > _REMEMBERED:
                self._ids.popitem(last=False)
        return True


_seen = _Seen()


@webhooks.post("/<crm>/<token>")
@answers_nothing(HTTPStatus.NOT_FOUND, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, told=RecordChanged)
@open_to_all
def record_changed(crm: str, token: str) -> tuple[str, HTTPStatus]:
    """Have a record of the CRM that changed read again, beside the answer."""
    served = app_state().crm
    if served is None or served.directory.key != crm or not _is_token(token, served.webhook_token):
        refuse(HTTPStatus.NOT_FOUND)
    if request.mimetype not in ("", "application/json"):
        refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    change = served.directory.changed_record(object_sent())
    # A body that is about no record needs nothing; only a good answer is of any use to a CRM.
    if change is not None and _seen.is_new(change.notification_id):
        logger.info("%s told of record=%s", crm, change.record_id)
        served.joining.refresh(change)
    return "", HTTPStatus.NO_CONTENT


def _is_token(token: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(token.encode(), expected.encode())
