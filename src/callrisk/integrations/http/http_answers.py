"""Answers over HTTP: a body to its end, its JSON, and the wait that a header asks for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import requests

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    retry_after_s: float = 0.0


def body_of(answer: requests.Response, largest: int) -> bytes:
    """Return all of a body; ValueError where it is cut short or has more bytes than `largest`."""
    parts, size = [], 0
    for part in answer.iter_content(_CHUNK):
        size += len(part)
        if size > largest:
            raise ValueError("the answer is too large")
        parts.append(part)
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and answer.raw.tell() != int(length):
        raise ValueError("the answer was cut short")
    return b"".join(parts)


def json_of(body: bytes) -> Any:
    """Return the JSON of a body, with fractions as Decimal; None where it is none."""
    try:
        return json.loads(body.decode(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def retry_after_s(header: str, now: datetime) -> float:
    """Return the wait that a Retry-After header asks for, in seconds or as a date; else 0."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _no_number(name: str) -> None:
    raise ValueError(name)
