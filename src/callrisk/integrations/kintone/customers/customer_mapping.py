"""A record of the customers app as our Customer: the codes of its fields, and their values."""

from collections.abc import Collection, Mapping
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
from callrisk.integrations.kintone.values import KintoneRecord

# The number of a record, which the app may show with its code: APP-12.
OWN_ID = "$id"
_NAMES = ("name", "code")


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The codes of the fields in the app; `fields` are the declared ones, `column` their code.

    `further_phones` are searched for a caller's number beside `phone`, and shown nowhere.
    """

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]
    further_phones: tuple[str, ...] = ()
    kana: str = ""
    address: str = ""

    @property
    def phones(self) -> tuple[str, ...]:
        """Every code of a telephone number."""
        return tuple(dict.fromkeys(code for code in (self.phone, *self.further_phones) if code))

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that is read, with the number of the record."""
        declared = (field.column for field in self.fields)
        persons = (self.customer_id, self.name, *self.phones, self.kana, self.address)
        named = (code for code in persons if code)
        return tuple(dict.fromkeys((*named, *declared, OWN_ID, "$revision")))


@dataclass(frozen=True, slots=True)
class KintoneCustomer:
    """A customer's record with all that the customer is called by.

    `ids` are the customer id, and the number of the record with the app's code.
    """

    record: CustomerRecord
    ids: frozenset[str]


def read_customer(
    record: KintoneRecord, columns: FieldMap, at: datetime, number_code: str | None = None
) -> KintoneCustomer:
    """Return a record as a customer; fields that it lacks are unknown.

    `number_code` is the field that shows the number of the record where that is the customer's id.
    The id is empty where it can be nobody's.
    """
    written = normal_id(plain(record.get(columns.customer_id)) or "") or ""
    shown = normal_id(plain(record.get(number_code or "")) or "") or ""
    customer_id = written if number_code is None else str(record[OWN_ID])
    phones = tuple(filter(None, (plain(record.get(code)) for code in columns.further_phones)))
    customer = Customer(
        customer_id=customer_id,
        name=plain(record.get(columns.name)),
        phone=plain(record.get(columns.phone)),
        values={field.name: value_of(record.get(field.column), field) for field in columns.fields},
        as_of=at,
        further_phones=phones,
        kana=plain(record.get(columns.kana)),
        address=plain(record.get(columns.address)),
    )
    ids = frozenset({customer_id, written, shown} - {""})
    return KintoneCustomer(CustomerRecord(customer, str(record[OWN_ID])), ids)


def value_of(value: Any, field: CustomerField) -> FieldValue:
    """Return a value of the record as the field is declared; None where it does not fit."""
    if field.kind is FieldKind.NUMBER:
        return _number(value)
    if field.kind is FieldKind.DATE:
        if isinstance(value, datetime):
            return value.astimezone(JST).date()
        return value if isinstance(value, date) else None
    return plain(value)


def plain(value: Any) -> str | None:
    """Return a value as text, without blanks around it; None when blank.

    Of several values each is told; of users and files the name; of tables nothing.
    """
    if isinstance(value, list | tuple):
        return "、".join(filter(None, (plain(one) for one in _plain_ones(value)))) or None
    if isinstance(value, Mapping):
        return plain(next((value[name] for name in _NAMES if name in value), None))
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f") if value == value.to_integral() else str(value)
    text = "" if value is None else str(value).strip()
    return text or None


def _plain_ones(values: Collection[Any]) -> Collection[Any]:
    """Return the values of a list that are no rows of a table."""
    return [one for one in values if not (isinstance(one, Mapping) and "value" in one)]


def _number(value: Any) -> float | None:
    """Return a number, which comes as text from calculated fields; None beyond all bounds."""
    is_single = not isinstance(value, list | tuple | Mapping)
    return written_number(str(value)) if is_single and value is not None else None
