"""The parameters of a request, each read as what it must be or refused by its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kintone_stand_in.api.refusals import (
    AN_INTEGER,
    BOTH_KEYS,
    KEY_IN_RECORD,
    REQUIRED_PARAMETER,
    TOO_MANY_ADDED,
    TOO_MANY_FIELDS,
    TOO_MANY_UPDATED,
    invalid,
    refused,
)
from kintone_stand_in.changes import ANY_REVISION

_MOST_ITEMS, _MOST_FIELDS = 100, 1000
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Update:
    """One item of an update: which record by number or by key, what it gets, what it must be."""

    place: str
    record_id: int | None
    key: tuple[str, object] | None
    sent: Mapping[str, object]
    revision: int


def whole_number(
    parameters: Mapping[str, Any], name: str, place: str = "", least: int = 1
) -> int | None:
    """A number or a string of digits; None where it is missing."""
    value = parameters.get(name)
    if value is None or value == "":
        return None
    text = "" if isinstance(value, bool) else str(value)
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _LONGEST_NUMBER:
        raise invalid({place + name: [AN_INTEGER]})
    if int(text) < least:
        raise invalid({place + name: [AN_INTEGER]})
    return int(text)


def required_number(parameters: Mapping[str, Any], name: str, place: str = "") -> int:
    """A number that may not be missing."""
    number = whole_number(parameters, name, place)
    if number is None:
        raise invalid({place + name: [REQUIRED_PARAMETER]})
    return number


def is_wished(parameters: Mapping[str, Any], name: str) -> bool:
    """Whether a switch is on; a URL can only write it as a word."""
    return parameters.get(name) in (True, "true")


def query_text(parameters: Mapping[str, Any]) -> str:
    """The query; empty where it is missing."""
    text = parameters.get("query") or ""
    if not isinstance(text, str):
        raise refused("CB_IJ01")
    return text


def wanted_fields(parameters: Mapping[str, Any]) -> list[str] | None:
    """The field codes that the answer shall hold; None means all."""
    fields = parameters.get("fields")
    if not fields:
        return None
    if not isinstance(fields, list) or not all(isinstance(code, str) for code in fields):
        raise refused("CB_IJ01")
    if len(fields) > _MOST_FIELDS:
        raise invalid({"fields": [TOO_MANY_FIELDS]})
    return fields


def sent_record(record: object) -> dict[str, object]:
    """Field code to the value that was sent; what stands beside the value is not needed."""
    if record is None:
        return {}
    if not isinstance(record, dict) or not all(isinstance(it, dict) for it in record.values()):
        raise refused("CB_IJ01")
    return {code: it.get("value") for code, it in record.items()}


def sent_records(parameters: Mapping[str, Any]) -> list[dict[str, object]]:
    """The records of an addition of many."""
    items = _items(parameters)
    if len(items) > _MOST_ITEMS:
        raise invalid({"records": [TOO_MANY_ADDED]})
    return [sent_record(item) for item in items]


def updates_of(parameters: Mapping[str, Any]) -> list[Update]:
    """The items of an update of many."""
    items = _items(parameters)
    if len(items) > _MOST_ITEMS:
        raise invalid({"records": [TOO_MANY_UPDATED]})
    if not all(isinstance(item, dict) for item in items):
        raise refused("CB_IJ01")
    return [
        update_of(item, f"records[{number}].", f"records[{number}]")
        for number, item in enumerate(items)
    ]


def update_of(item: Mapping[str, Any], prefix: str = "", place: str = "record") -> Update:
    """One item of an update; `place` is what its fields are named after in errors."""
    record_id, key = whole_number(item, "id", prefix), _key(item.get("updateKey"), prefix)
    sent = sent_record(item.get("record"))
    revision = whole_number(item, "revision", prefix, ANY_REVISION)
    if record_id is not None and key is not None:
        raise invalid({f"{prefix}id": [BOTH_KEYS]})
    if record_id is None and key is None:
        raise invalid({f"{prefix}id": [REQUIRED_PARAMETER]})
    if key is not None and key[0] in sent:
        raise invalid({f"{place}.{key[0]}.value": [KEY_IN_RECORD]})
    return Update(place, record_id, key, sent, ANY_REVISION if revision is None else revision)


def _items(parameters: Mapping[str, Any]) -> list[Any]:
    items = parameters.get("records")
    if items is None:
        raise invalid({"records": [REQUIRED_PARAMETER]})
    if not isinstance(items, list):
        raise refused("CB_IJ01")
    return items


def _key(key: object, prefix: str) -> tuple[str, object] | None:
    """The field and the value of an updateKey."""
    if key is None:
        return None
    if not isinstance(key, dict):
        raise refused("CB_IJ01")
    for part in ("field", "value"):
        if key.get(part) in (None, ""):
            raise invalid({f"{prefix}updateKey.{part}": [REQUIRED_PARAMETER]})
    return str(key["field"]), key["value"]
