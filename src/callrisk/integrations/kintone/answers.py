"""Answers of Kintone: a body to its end, and JSON where it is Kintone that answers."""

import json
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from callrisk.integrations.kintone.errors import Received, Where, refusal, unreadable

OK = 200
_LARGEST_BODY = 50_000_000
_CHUNK = 65_536


def body_of(answer: requests.Response) -> bytes:
    """Return all of a body; ValueError where it is cut short or without end."""
    parts, size = [], 0
    for part in answer.iter_content(_CHUNK):
        size += len(part)
        if size > _LARGEST_BODY:
            raise ValueError("the answer is too large")
        parts.append(part)
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and answer.raw.tell() != int(length):
        raise ValueError("the answer was cut short")
    return b"".join(parts)


def read(where: Where, received: Received) -> dict[str, Any]:
    """Return the JSON of a good answer; a KintoneError for any other."""
    content = _json(received.body)
    if received.status != OK:
        raise refusal(where, received, content or {})
    if content is None:
        raise unreadable(where)
    return content


def retry_after_s(header: str, now: datetime) -> float:
    """Return the wait that a Retry-After header asks for, in seconds or as a date; else 0."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body.decode(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _no_number(name: str) -> None:
    raise ValueError(name)
