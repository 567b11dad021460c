"""Customers of a table without labels as feature rows, many at a time.

A cell is read by the same rules as in training; of equal cells in a column of a batch one is read,
and counted as often as it stands there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.customer import CustomerField, FieldKind, FieldValue
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.integrations.spreadsheet.rows import BadCellError, DataError, OpenedTable, Row

ROWS_AT_ONCE = 20_000
_LONGEST_PLAIN_ID = 15

Days = NDArray[np.datetime64]


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
        self._features, self._today = features, today
        self._problems = Problems()
        cells = self._cells = CellReader(
            columns.cells, table.decimals, table.counts_from_1904, table.headings
        )
        self._readers = {
            field: self._reader(field.column, partial(cells.field_value, field=field))
            for field in present
        }
        self._day_reader = None
        if day_column is not None:
            self._day_reader = self._reader(day_column, partial(cells.day, column=day_column))

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
        for field, reader in self._readers.items():
            named |= self._columns_of(reader, field, rows, unseen)
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

    def _reader(self, column: str, parse: Callable[[Row], FieldValue]) -> "_ColumnReader":
        return _ColumnReader(column, parse, self._cells, self._problems)

    def _identifier(self, row: Row) -> str:
        column = self._columns.customer_id
        cell = row.cells[row.positions[column]] if row.cells else None
        # Most ids are plain digits and need no rules; longer ones may have lost digits.
        is_plain = isinstance(cell, str) and cell.isascii() and cell.isdigit()
        if is_plain and len(str(cell)) <= _LONGEST_PLAIN_ID:
            return str(cell)
        return self._problems.read(self._cells.identifier, row, column) or ""

    def _columns_of(
        self, reader: "_ColumnReader", field: CustomerField, rows: Sequence[Row],
        unseen: dict[int, list[str]],
    ) -> dict[str, Floats]:  # fmt: skip
        values, place = reader.read(rows)
        if field.kind is FieldKind.CHOICE:
            return _choices(field, values, place, unseen)
        if field.kind is FieldKind.DATE:
            return {field.name: self._days_since(_days(values)[place], rows)}
        amounts = [
            np.nan
            if not isinstance(value, (int, float)) or field.is_unknown(float(value))
            else float(value)
            for value in values
        ]
        return {field.name: np.array(amounts, dtype=np.float64)[place]}

    def _days_since(self, dates: Days, rows: Sequence[Row]) -> Floats:
        """Return the days that passed since these dates; NaN for none, and for a later date."""
        counted_to: Days
        if self._day_reader is None:
            counted_to = np.full(len(rows), np.datetime64(self._today, "D"))
        else:
            values, place = self._day_reader.read(rows)
            counted_to = _days(values)[place]
        passed = (counted_to - dates) / np.timedelta64(1, "D")
        return np.where(passed >= 0, passed, np.nan)


def _days(values: Sequence[FieldValue]) -> Days:
    days = [value if isinstance(value, date) else "NaT" for value in values]
    return np.array(days, dtype="datetime64[D]")


def _choices(
    field: CustomerField, values: Sequence[FieldValue], place: Ints, unseen: dict[int, list[str]]
) -> dict[str, Floats]:
    """Return a column for each choice; values that are none of them are added to `unseen`."""
    numbers = {choice: number for number, choice in enumerate(field.choices)}
    code = np.array([numbers.get(value, -1) if isinstance(value, str) else -1 for value in values])
    is_unseen = (code < 0) & np.array([value is not None for value in values])
    for row in np.flatnonzero(is_unseen[place]).tolist():
        unseen.setdefault(row, []).append(f"{field.label}：{values[place[row]]}")
    known = code >= 0
    return {
        f"{field.name}={choice}": np.where(known, code == number, np.nan)[place]
        for number, choice in enumerate(field.choices)
    }


class _ColumnReader:
    """Reads the cells of one column, of equal ones in a batch only the first."""

    def __init__(
        self, column: str, parse: Callable[[Row], FieldValue], cells: CellReader, problems: Problems
    ) -> None:
        self._column, self._parse = column, parse
        self._cells, self._problems = cells, problems

    def read(self, rows: Sequence[Row]) -> tuple[list[FieldValue], Ints]:
        """Return the different values, None for one that cannot be read, and which a row has."""
        at = rows[0].positions[self._column]
        cells = (row.cells[at] if at < len(row.cells) else None for row in rows)
        # By type too: to Python TRUE is 1.
        keys = [(type(cell), cell) for cell in cells]
        number_of = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        place = np.fromiter(map(number_of.__getitem__, keys), np.int64, len(keys))
        _, first, times = np.unique(place, return_index=True, return_counts=True)
        values: list[FieldValue] = []
        is_bad = np.zeros(len(first), dtype=np.bool_)
        for number, (row, count) in enumerate(zip(first.tolist(), times.tolist(), strict=True)):
            self._cells.times = count
            try:
                values.append(self._parse(rows[row]))
            except BadCellError:
                values.append(None)
                is_bad[number] = True
        self._cells.times = 1
        for row in np.flatnonzero(is_bad[place]).tolist():
            # Each row that bears such a cell is named.
            self._problems.read(lambda bad, _: self._parse(bad), rows[row], self._column)
        return values, place
