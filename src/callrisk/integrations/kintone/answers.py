"""Answers of Kintone: JSON where it is Kintone that answers, else an error."""

from typing import Any

from callrisk.integrations.http.http_answers import Received, json_of
from callrisk.integrations.kintone.errors import Where, refusal, unreadable

OK = 200


def read(where: Where, received: Received) -> dict[str, Any]:
    """Return the JSON of a good answer; a KintoneError for any other."""
    parsed = json_of(received.body)
    content = parsed if isinstance(parsed, dict) else None
    if received.status != OK:
        raise refusal(where, received, content or {})
    if content is None:
        raise unreadable(where)
    return content
