"""The parameters of a request, validated one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kintone_stand_in.api.refusals import (
    AN_INTEGER,
    KEY_IN_RECORD,
    REQUIRED_PARAMETER,
    TOO_MANY_ADDED,
    TOO_MANY_FIELDS,
    TOO_MANY_UPDATED,
    invalid,
    refused,
)

_MOST_ITEMS, _MOST_FIELDS = 100, 1000
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Upsert:
    """One item of an upsert: its place in the request, its key and the values of its fields."""

    place: str
    key_field: str
    key: object
    values: Mapping[str, object]


def required_number(parameters: Mapping[str, Any], name: str) -> int:
    """Return a positive number, sent as one or as digits; RefusedError where there is none."""
    value = parameters.get(name)
    if value is None or value == "":
        raise invalid({name: [REQUIRED_PARAMETER]})
    digits = "" if isinstance(value, bool) else str(value)
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER
    if not is_number or int(digits) < 1:
        raise invalid({name: [AN_INTEGER]})
    return int(digits)


def is_set(parameters: Mapping[str, Any], name: str) -> bool:
    """Return True if a switch is on; in a URL it is a word."""
    return parameters.get(name) in (True, "true")


def query_text(parameters: Mapping[str, Any]) -> str:
    """Return the query, empty where it is missing."""
    text = parameters.get("query") or ""
    if not isinstance(text, str):
        raise refused("CB_IJ01")
    return text


def requested_fields(parameters: Mapping[str, Any]) -> list[str] | None:
    """Return the field codes that the answer shall hold, or None for all."""
    fields = parameters.get("fields")
    if not fields:
        return None
    if not isinstance(fields, list) or not all(isinstance(code, str) for code in fields):
        raise refused("CB_IJ01")
    if len(fields) > _MOST_FIELDS:
        raise invalid({"fields": [TOO_MANY_FIELDS]})
    return fields


def sent_record(record: object) -> dict[str, object]:
    """Return the sent values by field code."""
    if record is None:
        return {}
    if not isinstance(record, dict) or not all(isinstance(it, dict) for it in record.values()):
        raise refused("CB_IJ01")
    return {code: it.get("value") for code, it in record.items()}


def sent_records(parameters: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the records of an addition."""
    items = _items(parameters)
    if len(items) > _MOST_ITEMS:
        raise invalid({"records": [TOO_MANY_ADDED]})
    return [sent_record(item) for item in items]


def upserts_of(parameters: Mapping[str, Any]) -> list[Upsert]:
    """Return the items of an upsert; RefusedError for one without a key."""
    items = _items(parameters)
    if len(items) > _MOST_ITEMS:
        raise invalid({"records": [TOO_MANY_UPDATED]})
    if not all(isinstance(item, dict) for item in items):
        raise refused("CB_IJ01")
    return [_upsert_of(item, f"records[{number}]") for number, item in enumerate(items)]


def _upsert_of(item: Mapping[str, Any], place: str) -> Upsert:
    field, value = _key(item.get("updateKey"), f"{place}.updateKey")
    values = sent_record(item.get("record"))
    if field in values:
        raise invalid({f"{place}.{field}.value": [KEY_IN_RECORD]})
    return Upsert(place, field, value, values)


def _items(parameters: Mapping[str, Any]) -> list[Any]:
    items = parameters.get("records")
    if items is None:
        raise invalid({"records": [REQUIRED_PARAMETER]})
    if not isinstance(items, list):
        raise refused("CB_IJ01")
    return items


def _key(key: object, place: str) -> tuple[str, object]:
    """Return the field and the value of an updateKey."""
    if not isinstance(key, dict):
        raise refused("CB_IJ01")
    for part in ("field", "value"):
        if key.get(part) in (None, ""):
            raise invalid({f"{place}.{part}": [REQUIRED_PARAMETER]})
    return str(key["field"]), key["value"]
