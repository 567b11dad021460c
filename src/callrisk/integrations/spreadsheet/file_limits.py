"""Limits of workbooks, checked by a look at the archive before a library unpacks it into memory.

A workbook is a zip of XML. A small one may unpack to gigabytes, or have one cell at the far end of
a sheet for which a reader allocates all cells before it. The look unpacks piece by piece, counts,
and keeps nothing, so its own memory is bounded; it stops at the first limit.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
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
_TAIL, _LONGEST_TAIL = 4_096, 4 << 20


_COUNTS_FROM_1904 = re.compile(rb'date1904="(?:1|true)"')
# The note of a workbook whose plain day numbers mean other days.
COUNTS_FROM_1904 = "the workbook counts days from 1904"


class DataError(ValueError):
    """An unusable file; the message says where, what was found and what is expected."""


def refuse_oversized(path: Path) -> tuple[str, ...]:
    """Raise DataError for a workbook that would not fit into memory, or has no computed values.

    Return notes of cells that hold errors of formulas, which a reader takes for blank.
    """
    if not zipfile.is_zipfile(path):
        return ()
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(_look(path, archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise DataError(
            f"{path}: cannot be read as a workbook ({error}); open it in Excel and save it again "
            "／ 壊れたファイルです。Excel で開いて保存し直してください"
        ) from error


def _look(path: Path, archive: zipfile.ZipFile) -> Iterator[str]:
    parts = archive.infolist()
    if len(parts) > _MOST_FILES:
        raise DataError(f"{path}: {len(parts):,} files in one workbook ／ 壊れたファイルです")
    if any(part.filename.endswith("workbook.bin") for part in parts):
        raise DataError(f"{path}: a binary workbook; save it as .xlsx ／ .xlsx で保存してください")
    left = min(_MOST_BYTES, max(_FREE_BYTES, _MOST_TIMES * path.stat().st_size))
    if any(part.filename == "xl/workbook.xml" for part in parts):
        with archive.open("xl/workbook.xml") as file:
            if _COUNTS_FROM_1904.search(file.read(_CHUNK)):
                yield COUNTS_FROM_1904
    for part in parts:
        name = part.filename.lower()
        sheet = _Sheet(path) if "worksheets/" in name and name.endswith(".xml") else None
        with archive.open(part) as file:
            left = _read_within(path, file, left, sheet)
        if sheet is not None:
            yield from sheet.end(part.filename)
    if any(part.filename == "content.xml" for part in parts):
        with archive.open("content.xml") as file:
            _refuse_repeats(path, file)


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

    def end(self, name: str) -> Iterator[str]:
        """Yield a note of the errors in the whole sheet."""
        self.take(b"</c>")
        if self._errors:
            yield (
                f"{name}: {self._errors:,} cells hold errors of formulas (the first: "
                f"{self._first_error}); they count as missing"
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _refuse_repeats(path: Path, file: IO[bytes]) -> None:
    """Raise DataError for a sheet of OpenDocument that repeats filled cells without end."""
    cells, times, tail = 0, 1, b""
    for chunk in _chunks(file):
        text = tail + chunk
        end = text.rfind(b">") + 1
        text, tail = text[:end], text[end:][-_LONGEST_TAIL:]
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
