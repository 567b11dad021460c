"""Rows of a workbook or CSV file in any encoding, with the row numbers that a person sees."""

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from callrisk.integrations.spreadsheet.file_limits import COUNTS_FROM_1904, DataError
from callrisk.integrations.spreadsheet.headers.header_rows import chosen_header
from callrisk.integrations.spreadsheet.headers.headings import (
    column_letter,
    is_blank,
    positions_of,
)
from callrisk.integrations.spreadsheet.headers.odd_rows import odd_row
from callrisk.integrations.spreadsheet.headers.tables_in_records import tables_in_records
from callrisk.integrations.spreadsheet.table_files import Cell, as_typed, sheets_of
from callrisk.integrations.spreadsheet.written_numbers import Decimals, decimals_in

__all__ = ["BadCellError", "Cell", "DataError", "OpenedTable", "Row", "Where", "open_table"]

# So many rows that were left out are named, and so many headings compared with a missing one.
_MOST_ROWS = 5
_MOST_COMPARED = 500
_FEW_COLUMNS = 3
# Lines in which the decimal sign of a file with semicolons shows itself.
_MOST_LOOKED_AT = 10_000
_TEXT_MARKS = ("'", "=")
_NEAR = 0.5


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

    def __init__(self, where: Where, complaint: str, ja: str = "") -> None:
        self.where = where
        self.complaint = complaint
        self._ja = ja
        both = f" ／ {self.in_japanese()}" if ja else ""
        super().__init__(f"{where}: {complaint}{both}")

    def in_japanese(self) -> str:
        """Return the place and what is wrong in Japanese; empty where nobody said it."""
        return f"{self.where.row} 行目「{self.where.column}」は{self._ja}" if self._ja else ""


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
        if isinstance(cell, str) and cell[:1] in _TEXT_MARKS:
            cell = as_typed(cell)
        return None if is_blank(cell) else cell

    def raw(self, positions: Sequence[int]) -> tuple[Cell, ...]:
        """Return the cells at these positions, None beyond the end of the row."""
        cells, width = self.cells, len(self.cells)
        return tuple(cells[at] if at < width else None for at in positions)

    def error(self, column: str, expected: str, ja: str = "") -> BadCellError:
        """Return the error for a cell that is not what is expected; `ja` says what is wrong."""
        value = self.value(column)
        shown = "an empty cell" if value is None else f"{str(value)[:40]!r}"
        where = Where(self.where.path, self.where.sheet, self.where.row, column)
        shown_ja = "空欄で、" if value is None else f"「{str(value)[:40]}」で、"
        return BadCellError(
            where, f"found {shown}, expected {expected}", f"{shown_ja}{ja}" if ja else ""
        )


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """An open table: its place, its header and its lines, which can be read once.

    `header_row` is the number of the header's row, `notes` what was taken or left out on the way.
    """

    where: Where
    positions: dict[str, int]
    lines: Iterator[Sequence[Cell]]
    header_row: int = 1
    decimals: Decimals = "."
    notes: list[str] = field(default_factory=list)
    # Fields in a line of a text file; 0 for a sheet, beside whose table remarks may stand.
    width: int = 0
    # Named columns as the file writes them, with units.
    headings: dict[str, str] = field(default_factory=dict)
    # Columns without a heading.
    untitled: tuple[int, ...] = ()

    @property
    def counts_from_1904(self) -> bool:
        """True if plain day numbers in this workbook are four years later than elsewhere."""
        return COUNTS_FROM_1904 in self.notes

    def require(self, columns: Iterable[str]) -> None:
        """Raise DataError if one of these columns is missing, with the nearest names there are."""
        missing = [column for column in columns if column not in self.positions]
        if missing:
            row = f", row {self.header_row}"
            near = "".join(self._nearest(column) for column in missing)
            raise DataError(
                f"{self.where}{row}: missing column {', '.join(missing)}{near}; {self.found()} ／ "
                f"列がありません: {'、'.join(missing)}。列名か config.py を直してください"
                "（--inspect で設定例が出ます）"
            )

    def found(self) -> str:
        """Return the headings that were found, and the command that makes settings of them."""
        return (
            f"found {', '.join(self.positions)[:200] or 'nothing'}; python src/main.py --inspect "
            "FILE prints entries for config.py"
        )

    def _nearest(self, column: str) -> str:
        near = difflib.get_close_matches(column, list(self.positions)[:_MOST_COMPARED], 1, _NEAR)
        return f' (is "{near[0]}" it? then name it in config.py)' if near else ""

    def rows(self, id_column: str = "") -> Iterator[Row]:
        """Yield the rows under the header but totals and remarks; DataError when there are none."""
        left_out: dict[str, list[int]] = defaultdict(list)
        untitled: set[int] = set()
        any_row = False
        for number, cells in enumerate(self.lines, start=self.header_row + 1):
            filled = [cell for cell in cells if not is_blank(cell)]
            if not filled:
                continue
            row = Row(Where(self.where.path, self.where.sheet, number), self.positions, cells)
            odd = odd_row(cells, filled, self.positions, id_column)
            if odd:
                left_out[odd].append(number)
                continue
            self._refuse_wide(number, cells)
            self._refuse_lone(row, filled, id_column)
            if self.untitled:
                untitled.update(self._untitled_values(cells))
            any_row = True
            yield row
        if not any_row:
            raise DataError(
                f"{self.where}: no rows under the header; expected one row a call or customer "
                "／ 見出しの下にデータの行がありません"
            )
        self.notes.extend(
            f"left out {odd}: row {', '.join(map(str, numbers[:_MOST_ROWS]))}"
            f"{f' and {len(numbers) - _MOST_ROWS} more' if len(numbers) > _MOST_ROWS else ''}"
            for odd, numbers in left_out.items()
        )
        if untitled:
            letters = ", ".join(column_letter(at) for at in sorted(untitled)[:_MOST_ROWS])
            self.notes.append(
                f"left out values in column {letters}, which has no heading ／ {letters} 列は"
                "見出しがないため読みません"
            )

    def _untitled_values(self, cells: Sequence[Cell]) -> Iterator[int]:
        return (at for at in self.untitled if at < len(cells) and not is_blank(cells[at]))

    def _refuse_wide(self, number: int, cells: Sequence[Cell]) -> None:
        """Raise DataError for a line of text with more fields than headings: what is whose?"""
        if self.width and any(not is_blank(cell) for cell in cells[self.width :]):
            raise DataError(
                f"{self.where}, row {number}: {len(cells)} fields under {self.width} headings; a "
                f'value with a comma needs "quotation marks" ／ {number} 行目の項目数が見出しより'
                '多く、ずれています。カンマを含む値は " で囲んでください'
            )

    def _refuse_lone(self, row: Row, filled: Sequence[Cell], id_column: str) -> None:
        """Raise DataError for a row with one filled cell and no id: a section, a unit, a remark."""
        is_lone = len(filled) == 1 and len(self.positions) > _FEW_COLUMNS
        if id_column in self.positions and is_lone and row.value(id_column) is None:
            shown = str(filled[0])[:40]
            raise DataError(
                f"{row.where}: holds nothing but {shown!r}; delete such rows from the table "
                f"／ {row.where.row} 行目は「{shown}」だけの行です。削除してください"
            )


def open_table(path: Path, named: Sequence[str] = (), required: Sequence[str] = ()) -> OpenedTable:
    """Return the table of a workbook or CSV file whose header has most of the named columns.

    Of sheets with equally many, the one with all required columns is read.
    DataError for a file that cannot be read, an empty one, or a named column that stands twice.
    """
    sheets = sheets_of(path, named)
    chosen = chosen_header(sheets, named, required)
    if chosen is None:
        raise DataError(
            f"{Where(path, sheets[0].name)}: the sheet is empty; expected a header row and calls "
            "under it ／ シートが空です"
        )
    where = Where(path, chosen.sheet.name)
    place = f"{where}, row {chosen.row}"
    lines: Iterator[Sequence[Cell]] = islice(chosen.sheet.lines(), chosen.row, None)
    header, notes = chosen.cells, [*chosen.sheet.notes, *chosen.notes]
    tables = tables_in_records(header, islice(chosen.sheet.lines(), chosen.row, None))
    if tables is not None:
        tables.refuse(header, named, place)
        # A blank line is passed over, and those below it keep their numbers.
        lines = ([] if tables.is_further_row(cells) else cells for cells in lines)
        notes += filter(None, [tables.note(header)])
        header = tables.without_columns(header)
    apart = chosen.columns_apart(named) if not chosen.sheet.delimiter else frozenset[int]()
    if apart:
        lines = (_without(cells, apart) for cells in lines)
        notes.append(chosen.note_apart(apart))
        header = _without(header, apart)
    positions = positions_of(header, named, place)
    decimals: Decimals = "."
    if chosen.sheet.delimiter == ";":
        decimals = decimals_in(islice(chosen.sheet.lines(), chosen.row, _MOST_LOOKED_AT))
        notes += [f'numbers are read with "{decimals}" before decimals'] * (decimals != "?")
    width = len(chosen.cells) if chosen.sheet.delimiter else 0
    return OpenedTable(
        where,
        positions,
        lines,
        chosen.row,
        decimals,
        notes,
        width,
        {name: str(header[at]) for name, at in positions.items()},
        tuple(at for at, cell in enumerate(chosen.cells) if is_blank(cell)),
    )


def _without(cells: Sequence[Cell], apart: Collection[int]) -> list[Cell]:
    return [None if at in apart else cell for at, cell in enumerate(cells)]
