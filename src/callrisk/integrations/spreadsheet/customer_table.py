"""The customers table, one row a customer record, as typed values."""

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
    """What the columns are called, and which fields are declared."""

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]

    @property
    def persons(self) -> frozenset[str]:
        """Columns that name a person."""
        return frozenset((self.customer_id, self.name, self.phone))


@dataclass(frozen=True, slots=True)
class PaymentDates:
    """When a customer first had to pay, and when the money came."""

    due: date | None = None
    paid: date | None = None


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """Everything that a customers table tells, in the order of its rows.

    `further` are the columns that were asked for by nobody, a value a record.
    """

    records: Mapping[str, Customer]
    header: frozenset[str] = frozenset()
    payments: Mapping[str, PaymentDates] = field(default_factory=dict)
    further: tuple[CellColumn, ...] = ()


def read_customers(path: Path, columns: CustomerFormat) -> dict[str, Customer]:
    """All records by customer id; DataError for bad cells or an id that stands twice."""
    return dict(read_customer_table(path, columns, Apart()).records)


@dataclass(frozen=True, slots=True)
class Apart:
    """Columns that are not to be learnt from: payment dates, and what else is known by name."""

    due_date: str = ""
    paid_date: str = ""
    names: Collection[str] = ()


def read_customer_table(path: Path, columns: CustomerFormat, apart: Apart) -> CustomerTable:
    """The records with their payment dates and further columns; DataError for bad cells."""
    table, problems = open_table(path), Problems()
    table.require((columns.customer_id,))
    further = _further(table.positions, columns, apart)
    cells, positions = CellColumns(further), [table.positions[name] for name in further]
    records: dict[str, Customer] = {}
    payments: dict[str, PaymentDates] = {}
    for row in table.rows():
        customer = _customer(row, columns, problems)
        if customer.customer_id and customer.customer_id in records:
            problems.add(row.error(columns.customer_id, "each customer record once"))
        due, paid = (problems.read(day, row, name) for name in (apart.due_date, apart.paid_date))
        records[customer.customer_id] = customer
        payments[customer.customer_id] = PaymentDates(due, paid)
        cells.take(row.raw(positions))
    problems.refuse()
    return CustomerTable(records, frozenset(table.positions), payments, cells.columns())


def _further(header: Collection[str], columns: CustomerFormat, apart: Apart) -> list[str]:
    declared = {one.column for one in columns.fields}
    known = declared | columns.persons | set(apart.names)
    return [name for name in header if name not in known | {apart.due_date, apart.paid_date}]


def _customer(row: Row, columns: CustomerFormat, problems: Problems) -> Customer:
    return Customer(
        customer_id=problems.read(identifier, row, columns.customer_id) or "",
        name=text(row, columns.name),
        phone=text(row, columns.phone),
        values={one.name: _value(row, one, problems) for one in columns.fields},
    )


def _value(row: Row, one: CustomerField, problems: Problems) -> FieldValue:
    try:
        return field_value(row, one)
    except BadCellError as error:
        problems.add(error)
        return None
