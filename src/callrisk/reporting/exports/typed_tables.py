"""Tables of typed values as a workbook and as CSV, with what they were made from."""

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from callrisk.artifacts.csv_cells import escape_formula

TypedValue = str | int | float | datetime | date | None
_HEAD = PatternFill("solid", fgColor="E8E8FA")
_MOMENT, _DAY = "yyyy/mm/dd hh:mm", "yyyy/mm/dd"
_NARROWEST, _WIDEST, _WIDE_LETTER = 10, 60, 0x2E80
# Excel refuses these in the name of a sheet, and longer names.
_NOT_IN_A_NAME, _LONGEST_NAME = re.compile(r"[\[\]:*?/\\']"), 31


@dataclass(frozen=True, slots=True)
class TypedTable:
    """A table: its title, its headings, and rows of values; moments are those of clocks in Japan.

    `percents` are the places of columns of shares.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[TypedValue]]
    percents: frozenset[int] = frozenset()


def typed_xlsx(tables: Sequence[TypedTable]) -> bytes:
    """Return a workbook with a sheet for each table: the head is frozen, nothing is a formula."""
    book = Workbook(write_only=True)
    for table in tables:
        _add_sheet(book, table)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add_sheet(book: Workbook, table: TypedTable) -> None:
    sheet = book.create_sheet(_NOT_IN_A_NAME.sub(" ", table.title)[:_LONGEST_NAME])
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(table.headings):
        letter = get_column_letter(number + 1)
        sheet.column_dimensions[letter].width = _width([heading, *_column(table, number)])
    if table.rows:
        last = get_column_letter(len(table.headings))
        sheet.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    heads = [typed_cell(sheet, heading) for heading in table.headings]
    for head in heads:
        head.font, head.fill = Font(bold=True), _HEAD
    sheet.append(heads)
    for row in table.rows:
        cells = [typed_cell(sheet, value) for value in row]
        for number in table.percents:
            cells[number].number_format = "0.0%"
        sheet.append(cells)


def _column(table: TypedTable, number: int) -> list[TypedValue]:
    return [row[number] for row in table.rows]


def _width(values: Sequence[TypedValue]) -> float:
    """Return a width for the longest value; Japanese letters are twice as wide."""
    texts = (_written(value) for value in values)
    longest = max(sum(1 + (ord(letter) >= _WIDE_LETTER) for letter in text) for text in texts)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def typed_cell(sheet: WriteOnlyWorksheet, value: TypedValue) -> Cell:
    """Return a cell of the value's kind; text is never a formula or an error."""
    # A day without a time is known to openpyxl, and not to its types.
    cell = WriteOnlyCell(sheet, value=cast(Any, value))
    if isinstance(value, str):
        # openpyxl takes "=…" for a formula and "#N/A" for an error unless told otherwise.
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif isinstance(value, datetime):
        cell.number_format = _MOMENT
    elif isinstance(value, date):
        cell.number_format = _DAY
    elif isinstance(value, int):
        cell.number_format = "#,##0"
    return cell


def table_of(
    title: str, rows: Sequence[Mapping[str, TypedValue]], percents: Collection[str] = (),
    nothing: str = "–",
) -> TypedTable:  # fmt: skip
    """Return rows by heading as a table; `percents` are the headings of shares.

    Without a row the one heading is `nothing`.
    """
    headings = list(rows[0]) if rows else [nothing]
    shares = frozenset(headings.index(name) for name in percents if name in headings)
    return TypedTable(title, headings, [[row[name] for name in headings] for row in rows], shares)


def shown_value(value: TypedValue, is_percent: bool = False) -> str:
    """Return a value as people read it: thousands apart, a share in percent, nothing a dash."""
    if value is None:
        return "–"
    if is_percent and isinstance(value, float):
        return f"{value:.1%}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else _written(value)


def typed_csv(table: TypedTable, facts: TypedTable | None = None) -> str:
    """Return the table as CSV, and below it, after an empty line, what it was made from.

    It has a byte order mark, which Japanese Excel needs to see UTF-8.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.headings)
    writer.writerows(_written_row(row) for row in table.rows)
    if facts is not None:
        writer.writerow([])
        writer.writerows(_written_row(row) for row in facts.rows)
    return "\ufeff" + text.getvalue()


def _written_row(row: Sequence[TypedValue]) -> list[str | int | float]:
    return [
        escape_formula(value) if isinstance(value, str | int | float) else _written(value)
        for value in row
    ]


def _written(value: TypedValue) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y/%m/%d %H:%M}"
    return f"{value:%Y/%m/%d}" if isinstance(value, date) else str(value)
