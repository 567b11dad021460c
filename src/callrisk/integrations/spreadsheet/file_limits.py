"""Limits of workbooks, checked by a look at the archive before a library unpacks it into memory.

A workbook is a zip of XML. A small one may unpack to gigabytes, or have one cell at the far end of
a sheet for which a reader allocates all cells before it. The look unpacks piece by piece, counts,
and keeps nothing, so its own memory is bounded; it stops at the first limit.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import IO, TypeVar

Opened = TypeVar("Opened")

# Real exports pack ten to one; so much is free, and beyond it no file unpacks more than so often.
_FREE_BYTES, _MOST_TIMES = 200 * 2**20, 60
_MOST_BYTES = 16 * 2**30
_MOST_FILES = 10_000
# Cells that a reader holds at once, blank ones too: 24 bytes or more each.
_MOST_CELLS = 60_000_000
_CHUNK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_UNCOMPUTED = re.compile(
    rb'<c\s[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
# Not #N/A, which people use for "none".
_ERROR = re.compile(
    rb'<c\s[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*?\bt="e"[^>]*>(?:<f[^<]*</f>)?<v>(?!#N/A)'
)
_ELEMENT = re.compile(rb"<table:table-(row|cell)[^>]*>")
_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="([0-9]+)"')
_SPANNED = re.compile(rb'<table:table-cell[^>]*number-rows-spanned="(?!1")')
_TAIL, _LONGEST_TAIL = 4_096, 4 << 20


_BOOKS = ("xl/workbook.xml", "content.xml")
_COUNTS_FROM_1904 = re.compile(rb'date1904="(?:1|true)"|null-date[^>]*="1904-')
# The first record of an old workbook, and the one that says from when it counts days.
_OLD_BEGIN, _OLD_DAYS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x0022
_OLD_BYTES, _OLD_RECORDS = 16 << 20, 200
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="[A-Z]+([0-9]+):[A-Z]+([0-9]+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\bhidden="(?:1|true)"')
# The note of a workbook whose plain day numbers mean other days.
COUNTS_FROM_1904 = "the workbook counts days from 1904"


class DataError(ValueError):
    """An unusable file; the message says where, what was found and what is expected."""


# The name of a sheet, None for the whole workbook, and what was noticed there.
Note = tuple[str | None, str]


def refuse_oversized(path: Path) -> tuple[Note, ...]:
    """Raise DataError for a workbook that would not fit into memory, or has no computed values.

    Return notes of what a reader of cells does not see: errors of formulas, hidden rows.
    """
    if not zipfile.is_zipfile(path):
        return ((None, COUNTS_FROM_1904),) if _is_old_from_1904(path) else ()
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(_look(path, archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise DataError(
            f"{path}: cannot be read as a workbook; open it in Excel and save it again "
            "／ 壊れたファイルです。Excel で開いて保存し直してください"
        ) from error


def _is_old_from_1904(path: Path) -> bool:
    """Return True for a workbook of Excel 97 to 2003 whose day numbers count from 1904."""
    with path.open("rb") as file:
        data = file.read(_OLD_BYTES)
    at = data.find(_OLD_BEGIN)
    for _ in range(_OLD_RECORDS if at >= 0 else 0):
        kind, length = (
            int.from_bytes(data[at + more : at + more + 2], "little") for more in (0, 2)
        )
        if kind == _OLD_DAYS:
            return data[at + 4 : at + 6] == b"\x01\x00"
        at += 4 + length
    return False


def _look(path: Path, archive: zipfile.ZipFile) -> Iterator[Note]:
    parts = archive.infolist()
    if len(parts) > _MOST_FILES:
        raise DataError(f"{path}: {len(parts):,} files in one workbook ／ 壊れたファイルです")
    if any(part.filename.endswith("workbook.bin") for part in parts):
        raise DataError(f"{path}: a binary workbook; save it as .xlsx ／ .xlsx で保存してください")
    left = min(_MOST_BYTES, max(_FREE_BYTES, _MOST_TIMES * path.stat().st_size))
    if any(_COUNTS_FROM_1904.search(_begin(archive, name)) for name in _BOOKS):
        yield None, COUNTS_FROM_1904
    names = _sheet_names(archive)
    for part in parts:
        name = part.filename.lower()
        sheet = _Sheet(path) if "worksheets/" in name and name.endswith(".xml") else None
        with archive.open(part) as file:
            left = _read_within(path, file, left, sheet)
        if sheet is not None:
            yield from ((names.get(part.filename), note) for note in sheet.end())
    if any(part.filename == "content.xml" for part in parts):
        with archive.open("content.xml") as file:
            merged = _refuse_repeats(path, file)
        if merged:
            yield (
                None,
                f"{merged:,} cells are merged over several rows, and only the first of them has "
                "the value; save the file as .xlsx, where it counts for each ／ 縦に結合したセルが"
                "あります。.xlsx で保存すると各行に使われます",
            )


def _begin(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the beginning of a part of an archive, nothing where there is no such part."""
    if name not in archive.NameToInfo:
        return b""
    with archive.open(name) as file:
        return file.read(_CHUNK)


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of the sheet in each part of a workbook."""
    relations = {
        each.get(b"Id", b""): each.get(b"Target", b"").decode()
        for each in _elements(_RELATION, _begin(archive, "xl/_rels/workbook.xml.rels"))
    }
    names: dict[str, str] = {}
    for sheet in _elements(_SHEET, _begin(archive, _BOOKS[0])):
        part = relations.get(sheet.get(b"r:id", b""), "")
        part = part.removeprefix("/") if part.startswith("/") else f"xl/{part}"
        names[part] = unescape(sheet.get(b"name", b"").decode())
    return names


def _elements(pattern: re.Pattern[bytes], text: bytes) -> Iterator[dict[bytes, bytes]]:
    return (dict(_ATTRIBUTE.findall(element)) for element in pattern.findall(text))


def _read_within(path: Path, file: IO[bytes], left: int, sheet: "_Sheet | None") -> int:
    """Return how many bytes are left after a part of the archive; DataError below none."""
    for chunk in _chunks(file):
        left -= len(chunk)
        if left < 0:
            raise DataError(
                f"{path}: a small file that unpacks to gigabytes; it is not read. Save the sheet "
                "anew as .xlsx or CSV ／ 展開すると巨大になるファイルのため読みません"
            )
        if sheet is not None:
            sheet.take(chunk)
    return left


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


class _Sheet:
    """The extent of a sheet as its cells say, and cells without a result."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tail = b""
        self._columns: set[bytes] = set()
        self._rows = 0
        self._errors, self._first_error = 0, ""
        self._hidden = self._merged = 0

    def take(self, chunk: bytes) -> None:
        """Add a piece of the sheet; DataError once it is too large."""
        # What stands behind the last whole cell belongs to the next piece.
        text = self._tail + chunk
        end = text.rfind(b"</c>") + 4
        end = end if end > 3 else max(0, len(text) - _TAIL)  # noqa: PLR2004 - not found
        text, self._tail = text[:end], text[end:][-_LONGEST_TAIL:]
        for column, row in set(_CELL.findall(text)):
            self._columns.add(column)
            self._rows = max(self._rows, int(row))
        width = max(map(_column_number, self._columns), default=0)
        if width * self._rows > _MOST_CELLS:
            raise DataError(
                f"{self._path}: a sheet of {self._rows:,} rows and {width:,} columns; delete what "
                "stands far from the table ／ 表から離れたセルを削除してください"
            )
        self._hidden += len(_HIDDEN_ROW.findall(text))
        self._merged += sum(first != last for first, last in _MERGED.findall(text))
        for error in _ERROR.finditer(text):
            self._errors += 1
            self._first_error = self._first_error or error[1].decode()
        uncomputed = _UNCOMPUTED.search(text)
        if uncomputed:
            raise DataError(
                f"{self._path}: cell {uncomputed[1].decode()} holds a formula without its result; "
                "open the file in Excel and save it ／ 数式の計算結果がありません。Excel で開いて"
                "保存し直してください"
            )

    def end(self) -> Iterator[str]:
        """Yield notes of the whole sheet."""
        self.take(b"</c>")
        if self._errors:
            yield (
                f"{self._errors:,} cells hold errors of formulas (the first: "
                f"{self._first_error}); they count as missing"
            )
        if self._merged:
            yield (
                f"{self._merged:,} cells are merged over several rows; the value counts for each "
                f"of them ／ 縦に結合した {self._merged:,} 個のセルの値を各行に使いました"
            )
        if self._hidden:
            yield (
                f"{self._hidden:,} hidden rows are read like the others; delete those that are "
                f"not meant ／ 非表示の {self._hidden:,} 行も読みました"
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _refuse_repeats(path: Path, file: IO[bytes]) -> int:
    """Raise DataError for a sheet of OpenDocument that repeats filled cells without end.

    Return how many cells are merged downwards.
    """
    cells, times, tail, merged = 0, 1, b"", 0
    for chunk in _chunks(file):
        text = tail + chunk
        end = text.rfind(b">") + 1
        text, tail = text[:end], text[end:][-_LONGEST_TAIL:]
        merged += len(_SPANNED.findall(text))
        for element in _ELEMENT.finditer(text):
            repeated = _REPEATED.search(element[0])
            count = int(repeated[1][:9]) if repeated else 1
            if element[1] == b"row":
                times = count
            elif b"value-type" in element[0]:
                cells += times * count
        if cells > _MOST_CELLS:
            raise DataError(
                f"{path}: too many repeated cells; save it as .xlsx ／ .xlsx で保存してください"
            )
    return merged


def without_panic(path: Path, opened: Callable[[], Opened]) -> Opened:
    """Return what a library returns; DataError where it panics, which is no ordinary exception."""
    try:
        return opened()
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise DataError(
            f"{path}: cannot be read as a workbook; open it in Excel and save it again "
            "／ 壊れたファイルです。Excel で開いて保存し直してください"
        ) from error
