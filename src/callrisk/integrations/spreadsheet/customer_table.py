"""The customers table, one row per customer record, as typed values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from callrisk.domain.customer import Customer, CustomerField, FieldValue
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cell_columns import CellColumn, CellColumns
from callrisk.integrations.spreadsheet.cell_rules import CellRules
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.rows import BadCellError, Row, open_table


@dataclass(frozen=True, slots=True)
class CustomerFormat:
    """The column names of a customers table and its declared fields."""

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]
    cells: CellRules = field(default_factory=CellRules)

    @property
    def named(self) -> tuple[str, ...]:
        """Return the columns that the format names, by which a header row is known."""
        declared = (field.column for field in self.fields)
        return tuple(dict.fromkeys((self.customer_id, self.name, self.phone, *declared)))

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
    notes: tuple[str, ...] = ()


def read_customers(path: Path, columns: CustomerFormat) -> dict[str, Customer]:
    """Return all records by customer id; DataError for invalid cells or a repeated id."""
    return dict(read_customer_table(path, columns, ExcludedColumns()).records)


@dataclass(frozen=True, slots=True)
class ExcludedColumns:
    """Columns that are no features: payment dates, and further ones by name."""

    due_date: str = ""
    paid_date: str = ""
    names: Collection[str] = ()

    @property
    def dates(self) -> tuple[str, ...]:
        """Return the columns of payment dates that are named."""
        return tuple(filter(None, (self.due_date, self.paid_date)))


def read_customer_table(
    path: Path, columns: CustomerFormat, excluded: ExcludedColumns
) -> CustomerTable:
    """Return the table with payment dates and further columns; DataError for invalid cells."""
    table, problems = open_table(path, (*columns.named, *excluded.dates)), Problems()
    table.require((columns.customer_id,))
    read = CellReader(columns.cells, table.decimals, table.counts_from_1904)
    further = _further(table.positions, columns, excluded)
    cells, positions = CellColumns(further), [table.positions[name] for name in further]
    records: dict[str, Customer] = {}
    payments: dict[str, PaymentDates] = {}
    for row in table.rows(columns.customer_id):
        customer = _customer(row, columns, read, problems)
        if customer.customer_id and customer.customer_id in records:
            problems.add(row.error(columns.customer_id, "each customer record once"))
        due, paid = (
            problems.read(read.day, row, name) for name in (excluded.due_date, excluded.paid_date)
        )
        records[customer.customer_id] = customer
        payments[customer.customer_id] = PaymentDates(due, paid)
        cells.take(row.raw(positions))
    problems.refuse()
    read.refuse_unclear(table.where, columns.fields)
    notes = (*table.notes, *read.notes())
    return CustomerTable(records, frozenset(table.positions), payments, cells.columns(), notes)


def _further(
    header: Collection[str], columns: CustomerFormat, excluded: ExcludedColumns
) -> list[str]:
    declared = {field.column for field in columns.fields}
    used = declared | columns.persons | set(excluded.names)
    return [name for name in header if name not in used | {excluded.due_date, excluded.paid_date}]


def _customer(row: Row, columns: CustomerFormat, read: CellReader, problems: Problems) -> Customer:
    return Customer(
        customer_id=problems.read(read.identifier, row, columns.customer_id) or "",
        name=read.text(row, columns.name),
        phone=read.text(row, columns.phone),
        values={field.name: _value(row, field, read, problems) for field in columns.fields},
    )


def _value(row: Row, field: CustomerField, read: CellReader, problems: Problems) -> FieldValue:
    try:
        return read.field_value(row, field)
    except BadCellError as error:
        problems.add(error)
        return None
