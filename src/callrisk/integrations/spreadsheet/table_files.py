"""Files as sheets of lines: workbooks, and text in any Japanese encoding with any delimiter."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from callrisk.integrations.spreadsheet.file_limits import (
    DataError,
    refuse_oversized,
    without_panic,
)
from callrisk.integrations.spreadsheet.text_encodings import encoding_of

Cell = int | float | str | bool | date | datetime | time | timedelta | None

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")  # .xlsb to be told what to do
TEXTS = (".csv", ".tsv", ".txt")
_DELIMITERS = (",", "\t", ";", "|")
# Excel's own cells end at 32,767 characters; a CSV may come from elsewhere.
_LONGEST_FIELD = 10_000_000
_SAMPLE_LINES = 30
_IN_MEMORY = 200 * 2**20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Files that are something else under the name of a table.
_OTHERS = (
    (b"%pdf", "a PDF"), (b"<html", "a web page"), (b"<!doc", "a web page"),
    (b"<table", "a web page"), (b"<?xml", "an XML file"), (b"{", "a JSON file"),
)  # fmt: skip


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
    if path.suffix.lower() not in (*WORKBOOKS, *TEXTS):
        raise DataError(
            f"{path}: not a kind of file that is read; expected .xlsx or .csv "
            "／ .xlsx か .csv にしてください"
        )
    with path.open("rb") as file:
        begin = file.read(512)
    is_workbook = begin.startswith((_ZIP, _OLE))
    if not is_workbook:
        _refuse_other(path, begin)
    if is_workbook or (path.suffix.lower() in WORKBOOKS and not _is_text(begin)):
        return _workbook(path)
    return [_text(path, named)]


def _is_text(begin: bytes) -> bool:
    return bool(begin) and b"\x00\x00" not in begin


def _refuse_other(path: Path, begin: bytes) -> None:
    start = begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, kind in _OTHERS:
        if start.startswith(mark):
            raise DataError(
                f"{path}: is {kind} under the name of a table; open it in Excel and save it as "
                ".xlsx ／ 中身が表計算ファイルではありません。Excel で開き .xlsx で保存してください"
            )


def _workbook(path: Path) -> list[Sheet]:
    notes = refuse_oversized(path)
    try:
        workbook = without_panic(path, lambda: _opened(path))
    except (CalamineError, OSError) as error:
        raise DataError(
            f"{path}: cannot be read as a workbook ({error}); save it as .xlsx without a password "
            "／ パスワードなしの .xlsx で保存してください"
        ) from error
    return [_sheet(path, workbook, name, notes) for name in workbook.sheet_names]


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
            raise DataError(f'{path}, sheet "{name}": cannot be read ({error})') from error
        # Blank columns at the left count, so that letters of columns are those that Excel shows.
        left: list[Cell] = [""] * (0 if sheet.start is None else sheet.start[1])
        yield from ([*left, *cells] if left else cells for cells in sheet.iter_rows())

    return Sheet(path, name, lines, notes=notes)


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
                f"{path}: cannot be read as CSV near line {reader.line_num:,} ({error}); look for "
                f'a lone " there ／ {reader.line_num:,} 行目の付近の " が正しく閉じられていません'
            ) from error
