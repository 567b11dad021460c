"""The header Idempotency-Key: a request that adds something may be sent again and adds it once.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from flask import current_app, request

from callrisk.domain.wording import Text
from callrisk.store.idempotency.answered_requests import OtherBodyError, RequestKey
from callrisk.web.access.guards import subject
from callrisk.web.refusal_words import refuse, refuse_fields
from callrisk.wire.base import Json
from callrisk.wire.requests import IDEMPOTENCY_HEADER, IDEMPOTENCY_KEY, Body

View = Callable[..., Any]

_NAME = "callrisk.idempotency"
_RETRY_AFTER_S = 1
_PARAMETER: Json = {
    "name": IDEMPOTENCY_HEADER, "in": "header", "required": False,
    "description": "A random text such as a UUID, the same each time this request is sent again. "
    "For 24 hours it then adds nothing more and is answered alike; with another body it is refused "
    "(422), and while the first is in progress put off (409).",
    "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY},
}  # fmt: skip
_OTHER_BODY = Text(
    "このキーは別の内容で使われています。リクエストごとに新しいキーを付けてください。",
    "This key was sent with another body; give each request a key of its own.",
)
_IN_PROGRESS = Text(
    "同じキーのリクエストを処理中です。少し待ってからもう一度送ってください。",
    "The request with this key is in progress; send it again in a moment.",
)
_NO_KEY = Text(
    "半角の英数字と記号、1～255文字にしてください", "1 to 255 visible ASCII characters are a key"
)


class _InProgress:
    """The requests that this server answers at the moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    @contextmanager
    def entered(self, key: RequestKey) -> Iterator[None]:
        """Answer a request; 409 while another one with its key is being answered."""
        with self._lock:
            is_first = key.key_sha256 not in self._keys
            self._keys.add(key.key_sha256)
        if not is_first:
            headers = {"Retry-After": str(_RETRY_AFTER_S)}
            refuse(HTTPStatus.CONFLICT, _IN_PROGRESS, headers)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key.key_sha256)


def register(app: APIFlask) -> None:
    """Keep the requests in progress beside `app`."""
    app.extensions[_NAME] = _InProgress()


def idempotent(view: View) -> View:
    """Declare that a route, whose answers are declared already, takes an Idempotency-Key."""
    spec: Json = view._spec  # type: ignore[attr-defined]
    spec["extensions"] = {"parameters": [_PARAMETER]}
    return view


@contextmanager
def idempotent_request(body: Body) -> Iterator[RequestKey | None]:
    """Give the key of the request that is answered, None without one; refuse what is no key."""
    key = _request_key(body)
    if key is None:
        yield None
        return
    in_progress: _InProgress = current_app.extensions[_NAME]
    with in_progress.entered(key):
        try:
            yield key
        except OtherBodyError:
            refuse_fields("headers", {IDEMPOTENCY_HEADER: _OTHER_BODY})


def _request_key(body: Body) -> RequestKey | None:
    given = request.headers.get(IDEMPOTENCY_HEADER)
    if given is None:
        return None
    # The draft quotes keys as structured headers do; most clients do not.
    quoted = re.fullmatch(r'"([^"]+)"', given)
    key = given if quoted is None else quoted[1]
    if re.fullmatch(IDEMPOTENCY_KEY, key) is None:
        refuse_fields("headers", {IDEMPOTENCY_HEADER: _NO_KEY})
    return RequestKey.of(key, subject().subject_id, request.path, body.model_dump_json())
