"""Customers of a table without labels as feature rows, many at a time.

A cell is read by the same rules as in training; equal cells of a column of choices or days are read
once. Numbers are each read: whether one is a code is told by how often it stands there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.domain.customer import CustomerField, FieldKind, FieldValue
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.integrations.spreadsheet.rows import (
    BadCellError,
    Cell,
    DataError,
    OpenedTable,
    Row,
)

ROWS_AT_ONCE = 20_000
# Of a column with more different cells each is read anew.
_MOST_REMEMBERED = 200_000
_LONGEST_PLAIN_ID = 15
_UNREAD = object()


@dataclass(frozen=True, slots=True)
class ScoredBatch:
    """Some rows to score, in the order of the file; `x` has shape (rows, features).

    `unseen` names by row the values of choice fields that the model never learnt of. A customer
    without a call has an empty `call_id` and `began_at`.
    """

    customer_id: Sequence[str]
    call_id: Sequence[str]
    began_at: Sequence[str]
    x: Floats
    unseen: Mapping[int, Sequence[str]]


class CustomerBatches:
    """A reader of a table of customers for the features of one model.

    Days are counted to `today`, or where `day_column` is given to the day that it has in a row: to
    the one that they were counted to in the training.
    """

    def __init__(
        self, table: OpenedTable, columns: CustomerFormat, features: Sequence[str], today: date,
        day_column: str | None = None,
    ) -> None:  # fmt: skip
        present = [field for field in columns.fields if field.column in table.positions]
        table.require((columns.customer_id,))
        if not present:
            wanted = ", ".join(field.column for field in columns.fields) or "none"
            raise DataError(
                f"{table.where}: no column that the model learnt from ({wanted}); {table.found()} "
                "／ このモデルが使う列がありません。列名か config.py を直してください"
            )
        self.absent = tuple(field.column for field in columns.fields if field not in present)
        self._table, self._columns, self._fields = table, columns, present
        self._features, self._today, self._day_column = features, today, day_column
        self._problems = Problems()
        self._cells = CellReader(
            columns.cells, table.decimals, table.counts_from_1904, table.headings
        )
        self._readers = [_FieldReader(field, self._cells, self._problems) for field in present]

    def batches(self) -> Iterator[ScoredBatch]:
        """Yield the rows; DataError at the end for cells that cannot be used."""
        rows: list[Row] = []
        for row in self._table.rows(self._columns.customer_id):
            rows.append(row)
            if len(rows) == ROWS_AT_ONCE:
                yield self._batch(rows)
                rows = []
        if rows:
            yield self._batch(rows)
        self._problems.refuse()
        self._cells.refuse_unclear(self._table.where, self._fields)

    def notes(self) -> list[str]:
        """Return what was taken or left out on the way."""
        notes = [*self._table.notes, *self._cells.notes()]
        if self.absent:
            notes.append(f"columns that are not there: {', '.join(self.absent)}; taken as missing")
        return notes

    def _batch(self, rows: Sequence[Row]) -> ScoredBatch:
        unseen: dict[int, list[str]] = {}
        named: dict[str, Floats] = {}
        for reader in self._readers:
            named |= self._columns_of(reader, rows, unseen)
        said = [name for name in self._features if name.startswith("said_")]
        named |= {name: np.zeros(len(rows)) for name in said}
        blank = np.full(len(rows), np.nan)
        none = [""] * len(rows)
        return ScoredBatch(
            customer_id=[self._identifier(row) for row in rows],
            call_id=none,
            began_at=none,
            x=np.column_stack([named.get(name, blank) for name in self._features]),
            unseen=unseen,
        )

    def _identifier(self, row: Row) -> str:
        column = self._columns.customer_id
        cell = row.cells[row.positions[column]] if row.cells else None
        # Most ids are plain digits and need no rules; longer ones may have lost digits.
        is_plain = isinstance(cell, str) and cell.isascii() and cell.isdigit()
        if is_plain and len(str(cell)) <= _LONGEST_PLAIN_ID:
            return str(cell)
        return self._problems.read(self._cells.identifier, row, column) or ""

    def _columns_of(
        self, reader: "_FieldReader", rows: Sequence[Row], unseen: dict[int, list[str]]
    ) -> dict[str, Floats]:
        field, values = reader.field, reader.values(rows)
        if field.kind is FieldKind.CHOICE:
            return _choices(field, values, unseen)
        if field.kind is FieldKind.DATE:
            days = map(self._days_between, values, map(self._day_of, rows))
            return {field.name: np.array(list(days))}
        amounts = [
            np.nan
            if not isinstance(value, (int, float)) or field.is_unknown(float(value))
            else float(value)
            for value in values
        ]
        return {field.name: np.array(amounts, dtype=np.float64)}

    def _day_of(self, row: Row) -> date | None:
        if self._day_column is None:
            return self._today
        return self._problems.read(self._cells.day, row, self._day_column)

    @staticmethod
    def _days_between(value: FieldValue, day: date | None) -> float:
        if not isinstance(value, date) or day is None:
            return float("nan")
        days = (day - value).days
        return float(days) if days >= 0 else float("nan")


def _choices(
    field: CustomerField, values: Sequence[FieldValue], unseen: dict[int, list[str]]
) -> dict[str, Floats]:
    place = {choice: number for number, choice in enumerate(field.choices)}
    code = np.array([place.get(value, -1) if isinstance(value, str) else -1 for value in values])
    for number in np.flatnonzero(code < 0).tolist():
        value = values[number]
        if value is not None:
            unseen.setdefault(number, []).append(f"{field.label}：{value}")
    known = code >= 0
    return {
        f"{field.name}={choice}": np.where(known, code == number, np.nan)
        for number, choice in enumerate(field.choices)
    }


class _FieldReader:
    """Reads the cells of one declared field."""

    def __init__(self, field: CustomerField, cells: CellReader, problems: Problems) -> None:
        self.field = field
        self._cells = cells
        self._problems = problems
        # By type too: to Python TRUE is 1.
        self._read: dict[tuple[type, Cell], object] = {}

    def values(self, rows: Sequence[Row]) -> list[FieldValue]:
        """Return the values of the field, None where it is missing or cannot be read."""
        at = rows[0].positions[self.field.column]
        return [self._value(row, row.cells[at] if at < len(row.cells) else None) for row in rows]

    def _value(self, row: Row, cell: Cell) -> FieldValue:
        found = self._read.get((type(cell), cell), _UNREAD)
        if found is _UNREAD:
            if len(self._read) >= _MOST_REMEMBERED:
                self._read.clear()
            found = self._read_cell(row, cell)
        value: FieldValue = found  # type: ignore[assignment]
        return value

    def _read_cell(self, row: Row, cell: Cell) -> FieldValue:
        read: Callable[[Row, CustomerField], FieldValue] = self._cells.field_value
        try:
            value = read(row, self.field)
        except BadCellError as error:
            # Not remembered: each row that bears it is named.
            self._problems.add(error)
            return None
        if self.field.kind is not FieldKind.NUMBER:
            self._read[type(cell), cell] = value
        return value
