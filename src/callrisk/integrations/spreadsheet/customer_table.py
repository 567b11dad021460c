"""The customers table, one row per customer record, as typed values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from callrisk.domain.customer import Customer, CustomerField, FieldValue
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cell_columns import CellColumn, CellColumns
from callrisk.integrations.spreadsheet.cell_rules import CellRules
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.rows import BadCellError, DataError, Row, Where, open_table

# Ids that a message names.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class CustomerFormat:
    """The column names of a customers table and its declared fields."""

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]
    cells: CellRules = field(default_factory=CellRules)
    kana: str = ""
    address: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Return the columns that the format names, by which a header row is known."""
        declared = (field.column for field in self.fields)
        return tuple(dict.fromkeys((*self._of_person, *declared)))

    @property
    def persons(self) -> frozenset[str]:
        """Return the columns that identify a person."""
        return frozenset(self._of_person)

    @property
    def _of_person(self) -> tuple[str, ...]:
        optional = filter(None, (self.kana, self.address))
        return (self.customer_id, self.name, self.phone, *optional)


@dataclass(frozen=True, slots=True)
class PaymentDates:
    """The due date of a customer's first payment and the date it was paid."""

    due: date | None = None
    paid: date | None = None


@dataclass(frozen=True, slots=True)
class RowsLeftOut:
    """The rows of nobody: those without an id, and those whose id other rows bear as well."""

    blank: int = 0
    repeated: int = 0
    ids: tuple[str, ...] = ()

    def warnings(self) -> list[str]:
        """Return a sentence for each kind."""
        some = ", ".join(self.ids[:_MOST_NAMED]) + ("…" if len(self.ids) > _MOST_NAMED else "")
        warnings = []
        if self.repeated:
            warnings.append(
                f"{self.repeated} rows of the customers table share an id with another row "
                f"({some}) and are left out; give each record an id of its own"
            )
        if self.blank:
            warnings.append(
                f"{self.blank} rows of the customers table have no customer id and are left out"
            )
        return warnings


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
    left_out: RowsLeftOut = RowsLeftOut()


def read_customers(path: Path, columns: CustomerFormat) -> dict[str, Customer]:
    """Return all records by customer id; DataError for invalid cells."""
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
    """Return the table with payment dates and further columns; DataError for invalid cells.

    A row without an id, or with one that other rows bear, is nobody's: live calls cannot tell
    whose it is either. DataError where that is most of the rows, as the column is the wrong one.
    """
    required, problems = (columns.customer_id,), Problems()
    table = open_table(path, (*columns.named, *excluded.dates), required)
    table.require(required)
    read = CellReader(columns.cells, table.decimals, table.counts_from_1904, table.headings)
    further = _further(table.positions, columns, excluded)
    cells = CellColumns(further, columns.cells, table.decimals)
    positions = [table.positions[name] for name in further]
    owners = _Owners()
    records: dict[str, Customer] = {}
    payments: dict[str, PaymentDates] = {}
    for row in table.rows(columns.customer_id):
        has_id = owners.has_id(row, columns)
        customer = _customer(row, columns, read, problems) if has_id else None
        if customer is None or owners.is_repeated(customer.customer_id):
            continue
        due, paid = (
            problems.read(read.day, row, name) for name in (excluded.due_date, excluded.paid_date)
        )
        records[customer.customer_id] = customer
        payments[customer.customer_id] = PaymentDates(due, paid)
        cells.take(row.raw(positions))
    problems.refuse()
    read.refuse_unclear(table.where, columns.fields)
    owners.refuse_most(table.where, columns.customer_id)
    kept = np.array([customer_id not in owners.repeated for customer_id in records], dtype=bool)
    for customer_id in owners.repeated:
        del records[customer_id], payments[customer_id]
    whole = (replace(column, values=column.values[kept]) for column in cells.columns())
    header = frozenset(table.positions)
    left_out = owners.left_out()
    notes = (*table.notes, *left_out.warnings(), *read.notes())
    return CustomerTable(records, header, payments, tuple(whole), notes, left_out)


class _Owners:
    """The ids of a table's rows, as far as they have been read."""

    def __init__(self) -> None:
        self._rows = self._blank = self._again = 0
        self._seen: set[str] = set()
        self.repeated: dict[str, None] = {}

    def has_id(self, row: Row, columns: CustomerFormat) -> bool:
        """Return whether a row has an id; one without is counted."""
        self._rows += 1
        if row.value(columns.customer_id) is not None:
            return True
        self._blank += 1
        return False

    def is_repeated(self, customer_id: str) -> bool:
        """Return whether an earlier row bears this id; both are counted."""
        if not customer_id or customer_id not in self._seen:
            self._seen.add(customer_id)
            return False
        self.repeated.setdefault(customer_id)
        self._again += 1
        return True

    def left_out(self) -> RowsLeftOut:
        """Return what is left out of the rows read so far."""
        return RowsLeftOut(self._blank, self._again + len(self.repeated), tuple(self.repeated))

    def refuse_most(self, where: Where, column: str) -> None:
        """Raise DataError when more rows are left out than are taken."""
        left_out = self.left_out()
        if 2 * (left_out.blank + left_out.repeated) > self._rows:
            raise DataError(
                f'{where}, column "{column}": {left_out.blank} of {self._rows} rows have no id and '
                f"{left_out.repeated} share one; name the column that tells customers apart in "
                "CUSTOMER_COLUMNS of config.py ／ 顧客番号が空の行と重複した行が半分を超えます。"
                "顧客を区別する列を config.py の CUSTOMER_COLUMNS に書いてください"
            )


def _further(
    header: Collection[str], columns: CustomerFormat, excluded: ExcludedColumns
) -> list[str]:
    declared = {field.column for field in columns.fields}
    used = declared | columns.persons | set(excluded.names)
    return [name for name in header if name not in used | {excluded.due_date, excluded.paid_date}]


def _customer(row: Row, columns: CustomerFormat, read: CellReader, problems: Problems) -> Customer:
    return Customer(
        customer_id=problems.read(read.identifier, row, columns.customer_id) or "",
        name=problems.read(read.text, row, columns.name),
        phone=problems.read(read.text, row, columns.phone),
        kana=problems.read(read.text, row, columns.kana) if columns.kana else None,
        address=problems.read(read.text, row, columns.address) if columns.address else None,
        values={field.name: _value(row, field, read, problems) for field in columns.fields},
    )


def _value(row: Row, field: CustomerField, read: CellReader, problems: Problems) -> FieldValue:
    try:
        return read.field_value(row, field)
    except BadCellError as error:
        problems.add(error)
        return None
