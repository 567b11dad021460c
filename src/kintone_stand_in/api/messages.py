"""Requests and responses as values, without sockets."""

import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from kintone_stand_in.api.refusals import (
    INDEX_TOO_HIGH,
    RefusedError,
    invalid,
    refused,
)

_OVERRIDE = "x-http-method-override"
_METHODS = {"GET", "POST", "PUT", "DELETE"}
_INDICES_IN_URL = 100
_JSON = "application/json"
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Request:
    """A request as received; header names are in lower case, repeated headers joined."""

    verb: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def method(self) -> str:
        """Return the effective method: a POST may name another one in a header."""
        meant = self.headers.get(_OVERRIDE, "") if self.verb == "POST" else ""
        return meant if meant in _METHODS else self.verb

    @property
    def path(self) -> str:
        """Return the target without its query string."""
        return self.target.partition("?")[0]

    def parameters(self) -> dict[str, Any]:
        """Return the parameters from the JSON body, or from the query string of a GET."""
        is_json = self.headers.get("content-type", "").partition(";")[0].strip().lower() == _JSON
        if self.body:
            if not is_json:
                raise refused("CB_IL02")
            return _object_of(self.body)
        if is_json and self.method in {"GET", "DELETE"}:
            raise refused("CB_IL02")
        if self.method not in {"GET", "DELETE"}:
            raise refused("CB_IJ01")
        return _parameters_of(self.target.partition("?")[2])


@dataclass(frozen=True, slots=True)
class Response:
    """A response as sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def json_response(
    content: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response in JSON."""
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Response(status, {"Content-Type": f"{_JSON};charset=utf-8", **(headers or {})}, body)


def text_response(status: int, text: str, kind: str) -> Response:
    """Return a response that is not JSON."""
    return Response(status, {"Content-Type": f"{kind};charset=utf-8"}, text.encode())


def refusal_response(refusal: RefusedError) -> Response:
    """Return the answer to a refused request: its code, a request id and the messages."""
    content: dict[str, Any] = {
        "code": refusal.code,
        "id": "".join(secrets.choice(_LETTERS) for _ in range(20)),
        "message": refusal.message,
    }
    if refusal.errors:
        content["errors"] = {
            place: {"messages": messages} for place, messages in refusal.errors.items()
        }
    return json_response(content, refusal.status, {"X-Cybozu-Error": refusal.code})


def _object_of(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; numbers with a point keep their digits."""
    try:
        sent = json.loads(body.decode(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise refused("CB_IJ01") from error
    if not isinstance(sent, dict):
        raise refused("CB_IJ01")
    return sent


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _parameters_of(query: str) -> dict[str, Any]:
    """Return the parameters of a URL; `fields[0]`, `fields[1]` … become lists."""
    parameters: dict[str, Any] = {}
    lists: dict[str, dict[int, str]] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        name, bracket, index = key.partition("[")
        if not bracket:
            parameters[name] = value
            continue
        number = index.removesuffix("]")
        if not (number.isascii() and number.isdigit()) or int(number[:9]) >= _INDICES_IN_URL:
            raise invalid({key: [INDEX_TOO_HIGH]})
        lists.setdefault(name, {})[int(number)] = value
    return parameters | {
        name: [value for _, value in sorted(values.items())] for name, values in lists.items()
    }
