"""A database that does not answer: 503 with Retry-After, and one line in the log for an outage."""

import logging
import threading
import time
from http import HTTPStatus

from apiflask import APIFlask
from flask import Response

from callrisk.domain.wording import Text
from callrisk.store.ciphers.data_keys import KeyLostError
from callrisk.store.store_away import STORE_AWAY_ERRORS
from callrisk.web.problems import problem_response

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5
# Errors so close together are of one outage.
_SAME_OUTAGE_S = 60.0
_DETAIL = Text(
    "データベースが応答しません。保存されていないので、もう一度送ってください。",
    "store: the database does not answer, and what you sent was not stored. Send it again.",
)
_NO_KEY = Text(
    "この内容の鍵が見つかりません。管理者が `python run.py keys lost` で確認できます。",
    "store: the key of these words is missing; an administrator finds out with `python run.py keys "
    "lost`.",
)


def register(app: APIFlask) -> None:
    """Let every request of `app` that the database leaves unanswered say so."""
    outage = _Outage()
    for error in STORE_AWAY_ERRORS:
        app.register_error_handler(error, outage.answer)
    app.register_error_handler(KeyLostError, _key_lost)


def _key_lost(error: Exception) -> Response:
    """Return the problem of words that cannot be opened, and log what is missing."""
    logger.error("words cannot be opened: %s", error)
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, _NO_KEY, {})


class _Outage:
    """Answers the requests of an outage and logs the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed_at: float | None = None

    def answer(self, error: Exception) -> Response:
        """Return the problem of a request."""
        now = time.monotonic()
        with self._lock:
            is_new = self._failed_at is None or now - self._failed_at > _SAME_OUTAGE_S
            self._failed_at = now
        if is_new:
            logger.error("the database does not answer: %s", error.__cause__ or error)
        headers = {"Retry-After": str(RETRY_AFTER_S)}
        return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, _DETAIL, headers)
