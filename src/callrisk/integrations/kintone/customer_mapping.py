"""A record of the customers app as our Customer: the codes of its fields, and their values."""

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
from callrisk.integrations.kintone.errors import REFUSED, KintoneError
from callrisk.integrations.kintone.values import KintoneRecord

# The number of a record, which the app may show with its code: APP-12.
OWN_ID = "$id"


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The codes of the fields in the app; `fields` are the declared ones, `column` their code."""

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that is read, with the number of the record."""
        declared = (field.column for field in self.fields)
        named = (code for code in (self.customer_id, self.name, self.phone) if code)
        return tuple(dict.fromkeys((*named, *declared, OWN_ID, "$revision")))


@dataclass(frozen=True, slots=True)
class KintoneCustomer:
    """A customer's record with all that the customer is called by.

    `ids` are the customer id, and the number of the record with the app's code.
    """

    record: CustomerRecord
    ids: frozenset[str]


def read_customer(
    record: KintoneRecord, columns: FieldMap, at: datetime, is_numbered: bool = False
) -> KintoneCustomer:
    """Return a record as a customer, whose id may be the number of the record.

    The id is empty where it can be nobody's; KintoneError when a mapped field is not in the record.
    """
    missing = [code for code in columns.codes if code not in record]
    if missing:
        raise KintoneError(
            f"the customers app has no field {', '.join(missing)} any more; "
            "write its new code into field_codes of KINTONE in config.py",
            REFUSED,
        )
    written = normal_id(plain(record[columns.customer_id]) or "") or ""
    customer_id = str(record[OWN_ID]) if is_numbered else written
    customer = Customer(
        customer_id=customer_id,
        name=plain(record[columns.name]) if columns.name else None,
        phone=plain(record[columns.phone]) if columns.phone else None,
        values={field.name: value_of(record[field.column], field) for field in columns.fields},
        as_of=at,
    )
    ids = frozenset({customer_id, written})
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
    """Return a value as text, without blanks around it; None when blank."""
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f") if value == value.to_integral() else str(value)
    text = "" if value is None else str(value).strip()
    return text or None


def _number(value: Any) -> float | None:
    """Return a number, which comes as text from calculated fields; None beyond all bounds."""
    return None if value is None else written_number(str(value))
