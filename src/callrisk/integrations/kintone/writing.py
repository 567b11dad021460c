"""Rows on their way into Kintone: in chunks that one request takes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.values import text_of, wire_record

_MOST_ROWS = 100
_LONGEST_KEY = 64


def chunks(
    rows: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], str] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """At most 100 rows each; no two of one key, as they would meet in one transaction."""
    some: list[dict[str, Any]] = []
    keys: set[str] = set()
    for row in rows:
        its_key = key(row) if key else None
        if len(some) == _MOST_ROWS or its_key in keys:
            yield some
            some, keys = [], set()
        some.append(row)
        keys |= set() if its_key is None else {its_key}
    if some:
        yield some


def update_of(row: Mapping[str, Any], key_field: str) -> dict[str, Any]:
    """A row as an upsert takes it: the key beside the fields, never among them."""
    fields = {code: value for code, value in row.items() if code != key_field}
    key = {"field": key_field, "value": _key(row, key_field)}
    return {"updateKey": key, "record": wire_record(fields)}


def key_of(update: Mapping[str, Any]) -> str:
    """The key of a row made by `update_of`."""
    return str(update["updateKey"]["value"])


def key_is_taken(error: KintoneError, key_field: str) -> bool:
    """Whether an upsert lost against another that added the same key at the same moment."""
    return error.code == "CB_VA01" and any(
        path.endswith(f".{key_field}.value") for path in error.errors
    )


def _key(row: Mapping[str, Any], key_field: str) -> str:
    key = text_of(row.get(key_field))
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError(f"{key_field}: a key has 1 to {_LONGEST_KEY} characters")
    return key
