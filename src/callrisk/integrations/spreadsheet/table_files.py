"""Files as sheets of lines: workbooks, and text in any Japanese encoding with any delimiter."""

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from callrisk.integrations.spreadsheet.file_limits import (
    DataError,
    refuse_oversized,
    without_panic,
)
from callrisk.integrations.spreadsheet.text_encodings import encoding_of

# First and last row and column of a merged cell, from 0 on.
_Range = tuple[tuple[int, int], tuple[int, int]]
Cell = int | float | str | bool | date | datetime | time | timedelta | None

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")  # .xlsb to be told what to do
TEXTS = (".csv", ".tsv", ".txt")
_DELIMITERS = (",", "\t", ";", "|")
# Excel's own cells end at 32,767 characters; a CSV may come from elsewhere.
_LONGEST_FIELD = 10_000_000
_SAMPLE_LINES = 30
_IN_MEMORY = 200 * 2**20
# The names of the parts of an old workbook stand near its beginning or its end.
_LONGEST_DIRECTORY = 1 << 20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Files that are something else under the name of a table.
_OTHERS = (
    (rb"%pdf", "a PDF"), (rb"<\?xml", "an XML file"), (rb"\{", "a JSON file"),
    (rb"mime-version:|<(?:!|html|head|meta|title|style|script|body|div|table)", "a web page"),
)  # fmt: skip
# Excel keeps a file of this name beside a workbook as long as it is open.
_LOCK = "~$"
# The name of the part that a locked workbook has in the place of sheets.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, whose lines can be read again and again; a text file is one without a name."""

    path: Path
    name: str | None
    lines: Callable[[], Iterator[Sequence[Cell]]]
    delimiter: str = ""
    notes: tuple[str, ...] = ()


def as_typed(text: str) -> str:
    """Return a text without the marks by which Excel and CSV keep it text: '0012 and ="0012"."""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:  # noqa: PLR2004 - ="
        return text[2:-1]
    return text.removeprefix("'")


def sheets_of(path: Path, named: Sequence[str]) -> list[Sheet]:
    """Return the sheets of a file; DataError for one that is no table, or too large to read."""
    if not path.is_file():
        raise DataError(
            f"{path}: there is no such file; name an .xlsx or .csv file ／ ファイルがありません"
        )
    if path.name.startswith(_LOCK):
        raise DataError(
            f"{path}: the mark of a workbook that is open in Excel, not the workbook; name "
            f"{path.name.removeprefix(_LOCK)} ／ Excel で開いている間だけできる印のファイルです。"
            f"{path.name.removeprefix(_LOCK)} を指定してください"
        )
    if path.suffix.lower() not in (*WORKBOOKS, *TEXTS):
        raise DataError(
            f"{path}: not a kind of file that is read; expected .xlsx or .csv "
            "／ .xlsx か .csv にしてください"
        )
    with path.open("rb") as file:
        begin = file.read(512)
    if not begin.strip():
        raise DataError(f"{path}: the file is empty ／ ファイルが空です")
    is_workbook = begin.startswith((_ZIP, _OLE))
    if not is_workbook:
        _refuse_other(path, begin)
    if is_workbook or (path.suffix.lower() in WORKBOOKS and not _is_text(begin)):
        return _workbook(path)
    return [_text(path, named)]


def _is_text(begin: bytes) -> bool:
    return b"\x00\x00" not in begin


def _refuse_other(path: Path, begin: bytes) -> None:
    # The marks of UTF-8 and UTF-16, and the second bytes of Latin letters in UTF-16.
    start = begin.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"").lstrip().lower()
    for mark, kind in _OTHERS:
        if re.match(mark, start):
            raise DataError(
                f"{path}: is {kind} under the name of a table; open it in Excel and save it as "
                ".xlsx ／ 中身が表計算ファイルではありません。Excel で開き .xlsx で保存してください"
            )


def _workbook(path: Path) -> list[Sheet]:
    notes = refuse_oversized(path)
    try:
        workbook = without_panic(path, lambda: _opened(path))
    except (CalamineError, OSError) as error:
        if isinstance(error, PasswordError) or _is_encrypted(path):
            raise DataError(
                f"{path}: the workbook is locked with a password; save it without one "
                "／ パスワードがかかっています。パスワードなしで保存してください"
            ) from error
        raise DataError(
            f"{path}: cannot be read as a workbook; open it in Excel and save it as .xlsx "
            "／ 表計算ファイルとして読めません。Excel で開き .xlsx で保存してください"
        ) from error
    return [
        _sheet(path, workbook, name, tuple(note for of, note in notes if of in (None, name)))
        for name in workbook.sheet_names
    ]


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        begin = file.read(_LONGEST_DIRECTORY)
        file.seek(-min(_LONGEST_DIRECTORY, path.stat().st_size), os.SEEK_END)
        return _ENCRYPTED in begin or _ENCRYPTED in file.read()


def _opened(path: Path) -> CalamineWorkbook:
    if path.stat().st_size > _IN_MEMORY:
        return CalamineWorkbook.from_path(path)
    # By its content: a workbook may be named .csv, and an old one .xlsx.
    with path.open("rb") as file:
        return CalamineWorkbook.from_filelike(io.BytesIO(file.read()))


def _sheet(path: Path, workbook: CalamineWorkbook, name: str, notes: tuple[str, ...]) -> Sheet:
    def lines() -> Iterator[Sequence[Cell]]:
        try:
            sheet = without_panic(path, lambda: workbook.get_sheet_by_name(name))
        except CalamineError as error:
            raise DataError(
                f'{path}, sheet "{name}": cannot be read; open the file in Excel and save it '
                "again ／ シートが読めません。Excel で開いて保存し直してください"
            ) from error
        # Blank columns at the left count, so that letters of columns are those that Excel shows.
        left: list[Cell] = [""] * (0 if sheet.start is None else sheet.start[1])
        rows: Iterator[list[Cell]] = ([*left, *cells] for cells in sheet.iter_rows())
        yield from _filled(rows, sheet.merged_cell_ranges or ())

    return Sheet(path, name, lines, notes=notes)


def _filled(rows: Iterable[list[Cell]], merged: Iterable[_Range]) -> Iterator[Sequence[Cell]]:
    """Yield the rows with the value of cells that are merged downwards in each of their rows.

    Cells that are merged to the right alone stay as they are: titles and remarks.
    """
    begins: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in merged:
        if bottom > top:
            begins.setdefault(top, []).append((left, bottom))
    if not begins:
        yield from rows
        return
    # Column -> the last row of its merged cell, and the value.
    values: dict[int, tuple[int, Cell]] = {}
    for number, cells in enumerate(rows):
        values = {at: value for at, value in values.items() if value[0] >= number}
        # A row with nothing of its own stays blank.
        if values and any(cell not in (None, "") for cell in cells):
            _fill(cells, values)
        for column, bottom in begins.get(number, ()):
            if column < len(cells):
                values[column] = (bottom, cells[column])
        yield cells


def _fill(cells: list[Cell], values: Mapping[int, tuple[int, Cell]]) -> None:
    for column, (_, value) in values.items():
        if column < len(cells):
            cells[column] = value


def _text(path: Path, named: Sequence[str]) -> Sheet:
    csv.field_size_limit(_LONGEST_FIELD)
    encoding = encoding_of(path, named)
    best = max(_DELIMITERS, key=lambda each: _fit(path, encoding, each, named))

    def lines() -> Iterator[Sequence[Cell]]:
        return _lines(path, encoding, best)

    return Sheet(path, None, lines, best)


def _fit(path: Path, encoding: str, delimiter: str, named: Sequence[str]) -> tuple[int, int]:
    """Return how many named columns a delimiter makes, then how many columns at all."""
    lines = _first_lines(path, encoding, delimiter)
    names = set(named)
    fits = max((len(names & {str(cell).strip() for cell in line}) for line in lines), default=0)
    return fits, max((len(line) for line in lines), default=0)


def _first_lines(path: Path, encoding: str, delimiter: str) -> list[Sequence[Cell]]:
    lines: list[Sequence[Cell]] = []
    try:
        lines.extend(islice(_lines(path, encoding, delimiter), _SAMPLE_LINES))
    except DataError:  # a wrong delimiter; the right one is told when all is read
        return lines
    return lines


def _lines(path: Path, encoding: str, delimiter: str) -> Iterator[Sequence[Cell]]:
    with path.open(encoding=encoding, newline="") as file:
        # Strict, for a quotation mark that is never closed would swallow the rows behind it.
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise DataError(
                f"{path}: cannot be read as CSV near line {reader.line_num:,}; look for "
                f'a lone " there ／ {reader.line_num:,} 行目の付近の " が正しく閉じられていません'
            ) from error
