"""Notifications of Kintone's webhooks: hints that anybody could forge, and that may get lost."""

from collections.abc import Iterator, Mapping
from typing import Any

from callrisk.domain.customer import RecordChange, normal_id
from callrisk.domain.phone import all_domestic_digits
from callrisk.integrations.kintone.customers.customer_mapping import OWN_ID, FieldMap, plain

_LONGEST_NUMBER = 15
_COMMENT = "ADD_RECORD_COMMENT"


def changed_record(
    notification: Mapping[str, Any], app: int, columns: FieldMap
) -> RecordChange | None:
    """Return the record of an app that has changed; None for a comment and for other apps.

    The record itself must be read again; its fields only tell which calls it may concern.
    """
    if _app_of(notification) not in ("", str(app)) or notification.get("type") == _COMMENT:
        return None
    record, notification_id = notification.get("record"), notification.get("id")
    record = record if isinstance(record, dict) else {}
    record_id = str(_value(record, OWN_ID) or notification.get("recordId"))
    if not (record_id.isascii() and record_id.isdigit()) or len(record_id) > _LONGEST_NUMBER:
        return None
    its_id = notification_id if isinstance(notification_id, str) else None
    number = str(int(record_id))
    if not record and "recordId" in notification:
        return RecordChange(number, its_id, frozenset(), frozenset())
    return RecordChange(number, its_id, _ids(record, columns, number), _phones(record, columns))


def _app_of(notification: Mapping[str, Any]) -> str:
    told = notification.get("app")
    return str(told.get("id", "")) if isinstance(told, dict) else ""


def _ids(record: Mapping[str, Any], columns: FieldMap, number: str) -> frozenset[str] | None:
    """Return the ids that the record may have, its own number among them."""
    if columns.customer_id not in record:
        return None
    written = plain(_value(record, columns.customer_id))
    return frozenset({number, normal_id(written or "") or number})


def _phones(record: Mapping[str, Any], columns: FieldMap) -> frozenset[str] | None:
    if not all(code in record for code in columns.phones):
        return None
    return frozenset(digits for code in columns.phones for digits in _digits(record, code))


def _digits(record: Mapping[str, Any], code: str) -> Iterator[str]:
    yield from all_domestic_digits(plain(_value(record, code)))


def _value(record: Mapping[str, Any], code: str) -> Any:
    cell = record.get(code)
    return cell.get("value") if isinstance(cell, dict) else None
