"""A record of a CRM as our Customer: the paths of its fields in JSON, and their values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from callrisk.domain.customer import (
    JST,
    Customer,
    CustomerField,
    CustomerRecord,
    FieldKind,
    FieldValue,
    normal_id,
    written_number,
)
from callrisk.integrations.http_crm.json_paths import MISSING, value_at

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


@dataclass(frozen=True, slots=True)
class RecordMap:
    """The paths in a record; `fields` are the declared ones, `column` their path.

    `further_phones` are searched for a caller's number beside `phone`, and shown nowhere.
    """

    record_id: str
    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]
    further_phones: tuple[str, ...] = ()
    kana: str = ""
    address: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is read."""
        declared = (field.column for field in self.fields)
        persons = (self.customer_id, self.name, self.phone, *self.further_phones, self.kana,
                   self.address)  # fmt: skip
        return tuple(dict.fromkeys(path for path in (self.record_id, *persons, *declared) if path))

    def lacking(self, record: Any) -> frozenset[str]:
        """Return the paths that lead to nothing in a record, not even to null."""
        return frozenset(path for path in self.paths if value_at(record, path) is MISSING)


def read_record(record: Any, paths: RecordMap, at: datetime) -> CustomerRecord:
    """Return a record as a customer; fields that it lacks are unknown.

    The id is empty where it can be nobody's; ValueError without the id of the record.
    """

    def at_path(path: str) -> str | None:
        return plain(value_at(record, path)) if path else None

    record_id = at_path(paths.record_id)
    if record_id is None:
        raise ValueError("a record without its id")
    customer = Customer(
        customer_id=normal_id(at_path(paths.customer_id) or "") or "",
        name=at_path(paths.name),
        phone=at_path(paths.phone),
        values={
            field.name: value_of(value_at(record, field.column), field) for field in paths.fields
        },
        as_of=at,
        further_phones=tuple(filter(None, map(at_path, paths.further_phones))),
        kana=at_path(paths.kana),
        address=at_path(paths.address),
    )
    return CustomerRecord(customer, record_id)


def value_of(value: Any, field: CustomerField) -> FieldValue:
    """Return a value of a record as the field is declared; None where it does not fit."""
    written = plain(value)
    if written is None or field.kind is FieldKind.CHOICE:
        return written
    return written_number(written) if field.kind is FieldKind.NUMBER else _day(written)


def plain(value: Any) -> str | None:
    """Return a value as text, without blanks around it; None when blank, or no plain value.

    Of several values each is told; a moment is told in the time of Japan.
    """
    if isinstance(value, list):
        return "、".join(filter(None, map(plain, value))) or None
    if value is None or value is MISSING or isinstance(value, Mapping):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value == value.to_integral() else str(value)
    text = str(value).strip()
    return _in_japan(text) if _MOMENT.fullmatch(text) else text or None


def _in_japan(text: str) -> str:
    """Return a moment with its zone as the time of Japan; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        return text
    return moment.astimezone(JST).replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


def _day(written: str) -> date | None:
    """Return the day that a text begins with, None where it begins with none."""
    found = _DATE.match(written)
    try:
        return None if found is None else date.fromisoformat(found[0])
    except ValueError:
        return None
