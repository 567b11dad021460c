"""Rows of a workbook or CSV file in any encoding, with the row numbers that a person sees."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

Cell = int | float | str | bool | date | datetime | time | timedelta | None

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_ENCODINGS = ("utf-8-sig", "cp932")
# Excel's own cells end at 32,767 characters; a CSV may come from elsewhere.
_LONGEST_FIELD = 10_000_000


class DataError(ValueError):
    """An unusable file; the message says where, what was found and what is expected."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file, as messages name it."""

    path: Path
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return `file, sheet "…", row 7, column "…"` as far as known."""
        sheet = () if self.sheet is None else (f'sheet "{self.sheet}"',)
        return ", ".join((str(self.path), *sheet, *self.within_file()))

    def within_file(self) -> tuple[str, ...]:
        """Return `row 7` and `column "…"` as far as known."""
        row = () if self.row is None else (f"row {self.row}",)
        return row if self.column is None else (*row, f'column "{self.column}"')


class BadCellError(DataError):
    """A cell that cannot be used."""

    def __init__(self, where: Where, complaint: str) -> None:
        super().__init__(f"{where}: {complaint}")
        self.where = where
        self._complaint = complaint

    def within_file(self) -> str:
        """Return the message without the name of the file."""
        return f"{', '.join(self.where.within_file())}: {self._complaint}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the header; `value(column)` is None for a blank cell or an absent column."""

    where: Where
    positions: dict[str, int]
    cells: Sequence[Cell]

    def value(self, column: str) -> Cell:
        """Return the cell of a column, or None when it is blank."""
        position = self.positions.get(column)
        if position is None or position >= len(self.cells):
            return None
        cell = self.cells[position]
        return None if isinstance(cell, str) and not cell.strip() else cell

    def raw(self, positions: Sequence[int]) -> tuple[Cell, ...]:
        """Return the cells at these positions, None beyond the end of the row."""
        cells, width = self.cells, len(self.cells)
        return tuple(cells[at] if at < width else None for at in positions)

    def error(self, column: str, expected: str) -> BadCellError:
        """Return the error for a cell that is not what is expected."""
        value = self.value(column)
        shown = "an empty cell" if value is None else f"{str(value)[:40]!r}"
        where = Where(self.where.path, self.where.sheet, self.where.row, column)
        return BadCellError(where, f"found {shown}, expected {expected}")


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """An open table: its place, its header and its lines, which can be read once."""

    where: Where
    positions: dict[str, int]
    lines: Iterator[Sequence[Cell]]

    def require(self, columns: Sequence[str]) -> None:
        """Raise DataError if one of these columns is missing."""
        missing = [column for column in columns if column not in self.positions]
        if missing:
            raise DataError(
                f"{self.where}, row 1: missing column {', '.join(missing)}; "
                f"found {', '.join(self.positions)[:200] or 'nothing'}"
            )

    def rows(self) -> Iterator[Row]:
        """Yield the rows under the header; DataError when there are none."""
        return _rows(self.where, self.positions, self.lines)


def open_table(path: Path) -> OpenedTable:
    """Return the first sheet of a workbook or a CSV file; DataError without a header."""
    sheet, lines = _lines(path)
    where = Where(path, sheet)
    header = next(lines, None)
    if header is None:
        raise DataError(f"{where}: the sheet is empty; expected a header row and calls under it")
    return OpenedTable(where, _positions(header), lines)


def _rows(
    where: Where, positions: dict[str, int], lines: Iterator[Sequence[Cell]]
) -> Iterator[Row]:
    any_row = False
    for number, cells in enumerate(lines, start=2):
        if all(cell in ("", None) for cell in cells):
            continue
        any_row = True
        yield Row(Where(where.path, where.sheet, number), positions, cells)
    if not any_row:
        raise DataError(f"{where}: no rows under the header; expected one row a call or customer")


def _positions(header: Iterable[Cell]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = str(cell or "").strip()
        if name:
            positions.setdefault(name, position)
    return positions


def _lines(path: Path) -> tuple[str | None, Iterator[Sequence[Cell]]]:
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; name an .xlsx or .csv file")
    if path.suffix.lower() in WORKBOOKS:
        return _sheet_lines(path)
    if path.suffix.lower() == ".csv":
        return None, _csv_lines(path)
    raise DataError(f"{path}: not a kind of file that is read; expected .xlsx or .csv")


def _sheet_lines(path: Path) -> tuple[str, Iterator[Sequence[Cell]]]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheet = workbook.get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise DataError(
            f"{path}: cannot be read as a workbook ({error}); save it as .xlsx without a password"
        ) from error
    return sheet.name, sheet.iter_rows()


def _csv_lines(path: Path) -> Iterator[Sequence[Cell]]:
    csv.field_size_limit(_LONGEST_FIELD)
    with path.open(encoding=_encoding(path), newline="") as file:
        try:
            yield from csv.reader(file)
        except csv.Error as error:
            raise DataError(f"{path}: cannot be read as CSV ({error})") from error


def _encoding(path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise DataError(f"{path}: neither UTF-8 nor Shift_JIS (cp932); save it as CSV UTF-8")
