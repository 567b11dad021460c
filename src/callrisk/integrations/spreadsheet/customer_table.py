"""The customers table, one row a customer record, as typed values."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callrisk.domain.customer import Customer, CustomerField, FieldKind, FieldValue
from callrisk.integrations.spreadsheet.call_export import identifier, number
from callrisk.integrations.spreadsheet.rows import Row, read_rows


@dataclass(frozen=True, slots=True)
class CustomerFormat:
    """What the columns are called, and which fields are declared."""

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]


def read_customers(path: Path, columns: CustomerFormat) -> dict[str, Customer]:
    """All records by customer id; DataError for a bad cell or an id that stands twice."""
    customers: dict[str, Customer] = {}
    for row in read_rows(path, (columns.customer_id,)):
        customer = _customer(row, columns)
        if customer.customer_id in customers:
            raise row.error(columns.customer_id, "each customer record once")
        customers[customer.customer_id] = customer
    return customers


def _customer(row: Row, columns: CustomerFormat) -> Customer:
    return Customer(
        customer_id=identifier(row, columns.customer_id),
        name=_text(row, columns.name),
        phone=_text(row, columns.phone),
        values=_values(row, columns.fields),
    )


def _values(row: Row, fields: Sequence[CustomerField]) -> dict[str, FieldValue]:
    return {field.name: _value(row, field) for field in fields}


def _value(row: Row, field: CustomerField) -> FieldValue:
    if field.kind is FieldKind.NUMBER:
        return number(row, field.column)
    return _text(row, field.column)


def _text(row: Row, column: str) -> str | None:
    value = row.value(column)
    return None if value is None else str(value).strip()
