"""The customers table, one row per customer record, as typed values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from callrisk.domain.customer import Customer, CustomerField, FieldValue
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cell_columns import CellColumn, CellColumns
from callrisk.integrations.spreadsheet.cells import (
    day,
    field_value,
    identifier,
    text,
)
from callrisk.integrations.spreadsheet.rows import BadCellError, Row, open_table


@dataclass(frozen=True, slots=True)
class CustomerFormat:
    """The column names of a customers table and its declared fields."""

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]

    @property
    def persons(self) -> frozenset[str]:
        """Return the columns that identify a person."""
        return frozenset((self.customer_id, self.name, self.phone))


@dataclass(frozen=True, slots=True)
class PaymentDates:
    """The due date of a customer's first payment and the date it was paid."""

    due: date | None = None
    paid: date | None = None


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """The content of a customers table in the order of its rows.

    `further` are the columns that were asked for by nobody, a value a record.
    """

    records: Mapping[str, Customer]
    header: frozenset[str] = frozenset()
    payments: Mapping[str, PaymentDates] = field(default_factory=dict)
    further: tuple[CellColumn, ...] = ()


def read_customers(path: Path, columns: CustomerFormat) -> dict[str, Customer]:
    """Return all records by customer id; DataError for invalid cells or a repeated id."""
    return dict(read_customer_table(path, columns, ExcludedColumns()).records)


@dataclass(frozen=True, slots=True)
class ExcludedColumns:
    """Columns that are no features: payment dates, and further ones by name."""

    due_date: str = ""
    paid_date: str = ""
    names: Collection[str] = ()


def read_customer_table(
    path: Path, columns: CustomerFormat, excluded: ExcludedColumns
) -> CustomerTable:
    """Return the table with payment dates and further columns; DataError for invalid cells."""
    table, problems = open_table(path), Problems()
    table.require((columns.customer_id,))
    further = _further(table.positions, columns, excluded)
    cells, positions = CellColumns(further), [table.positions[name] for name in further]
    records: dict[str, Customer] = {}
    payments: dict[str, PaymentDates] = {}
    for row in table.rows():
        customer = _customer(row, columns, problems)
        if customer.customer_id and customer.customer_id in records:
            problems.add(row.error(columns.customer_id, "each customer record once"))
        due, paid = (
            problems.read(day, row, name) for name in (excluded.due_date, excluded.paid_date)
        )
        records[customer.customer_id] = customer
        payments[customer.customer_id] = PaymentDates(due, paid)
        cells.take(row.raw(positions))
    problems.refuse()
    return CustomerTable(records, frozenset(table.positions), payments, cells.columns())


def _further(
    header: Collection[str], columns: CustomerFormat, excluded: ExcludedColumns
) -> list[str]:
    declared = {field.column for field in columns.fields}
    used = declared | columns.persons | set(excluded.names)
    return [name for name in header if name not in used | {excluded.due_date, excluded.paid_date}]


def _customer(row: Row, columns: CustomerFormat, problems: Problems) -> Customer:
    return Customer(
        customer_id=problems.read(identifier, row, columns.customer_id) or "",
        name=text(row, columns.name),
        phone=text(row, columns.phone),
        values={field.name: _value(row, field, problems) for field in columns.fields},
    )


def _value(row: Row, field: CustomerField, problems: Problems) -> FieldValue:
    try:
        return field_value(row, field)
    except BadCellError as error:
        problems.add(error)
        return None
