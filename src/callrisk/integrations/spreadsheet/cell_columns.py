"""Whole columns of cells as float arrays, by the kind that most of their cells have."""

import hashlib
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.customer import JST
from callrisk.integrations.spreadsheet.cell_rules import CellRules
from callrisk.integrations.spreadsheet.cells import plain_text
from callrisk.integrations.spreadsheet.rows import Cell
from callrisk.integrations.spreadsheet.table_files import as_typed
from callrisk.integrations.spreadsheet.written_dates import cell_moment
from callrisk.integrations.spreadsheet.written_numbers import (
    Decimals,
    UnclearNumberError,
    number_in,
)
from callrisk.integrations.spreadsheet.written_times import UnclearDateError

# A column is what nearly all of its cells are; the rest is then taken as missing.
_MOST = 0.9
# Longer texts are told apart by their hash; nobody's words stay in memory.
_LONGEST_TEXT = 80
_DAY_0 = date(1970, 1, 1).toordinal()
# Most numbers are written so and need no grammar, where a dot is before decimals.
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")


class CellKind(IntEnum):
    """The kind of a cell or of a whole column."""

    BLANK = 0
    NUMBER = 1
    DATE = 2
    TEXT = 3


@dataclass(frozen=True, slots=True)
class CellColumn:
    """A column of shape (rows,): numbers, days since 1970-01-01 or codes of `texts`, or NaN."""

    name: str
    kind: CellKind
    values: NDArray[np.float64]
    texts: tuple[str, ...] = ()
    # Cells of another kind than the column; they count as missing.
    odd: int = 0


@dataclass(frozen=True, slots=True)
class EncodedCells:
    """The cells of a column, one a row: their kinds, and numbers, days or codes of `texts`."""

    kinds: NDArray[np.uint8]
    values: NDArray[np.float64]
    texts: tuple[str, ...]


class CellColumns:
    """A builder of columns from rows that keeps nine bytes per cell.

    `decimals` is the sign that the file shows; one that the rules name stands above it.
    """

    def __init__(
        self,
        names: Sequence[str],
        rules: CellRules,
        decimals: Decimals,
        zero_is_missing: Iterable[str] = (),
    ) -> None:
        missing = set(zero_is_missing)
        sign = rules.decimal or decimals
        self._readers = [_Reader(name, name in missing, rules, sign) for name in names]

    def take(self, cells: Iterable[Cell]) -> None:
        """Add a row, one cell per column."""
        for reader, cell in zip(self._readers, cells, strict=True):
            reader.take(cell)

    def add(self, cells: Sequence[EncodedCells], rows: Sequence[int]) -> None:
        """Add these rows of cells that were encoded before, one entry per column."""
        for reader, encoded in zip(self._readers, cells, strict=True):
            reader.add(encoded, rows)

    def encoded(self) -> tuple[EncodedCells, ...]:
        """Return the cells of all rows added so far, by column."""
        return tuple(reader.encoded() for reader in self._readers)

    def columns(self) -> tuple[CellColumn, ...]:
        """Return the columns of all rows added so far."""
        return tuple(reader.column() for reader in self._readers)


# Members of an enumeration are slow to look up, for millions of cells.
_BLANK, _NUMBER, _DATE, _TEXT = CellKind


class _Reader:
    def __init__(
        self, name: str, zero_is_missing: bool, rules: CellRules, decimals: Decimals
    ) -> None:
        self._name = name
        self._rules = rules
        self._decimals: Decimals = decimals
        self._zero_is_missing = zero_is_missing
        self._values = array("d")
        self._kinds = bytearray()
        # The parsed value of each text, so that a frequent text is parsed once.
        self._parsed: dict[str, tuple[CellKind, float]] = {}
        self._texts: list[str] = []

    def take(self, cell: Cell) -> None:
        kind, value = self._encoded(cell)
        if kind is _NUMBER and value == 0 and self._zero_is_missing:
            kind, value = _BLANK, np.nan
        self._kinds.append(kind)
        self._values.append(value)

    def add(self, encoded: EncodedCells, rows: Sequence[int]) -> None:
        kinds, values = encoded.kinds[rows], encoded.values[rows]
        is_text = kinds == _TEXT
        if is_text.any():
            codes = np.array([self._code(text) for text in encoded.texts])
            values = values.copy()
            values[is_text] = codes[values[is_text].astype(np.int64)]
        self._kinds.extend(kinds.astype(np.uint8).tobytes())
        self._values.frombytes(values.astype(np.float64).tobytes())

    def _code(self, text: str) -> float:
        parsed = self._parsed.get(text)
        if parsed is None:
            self._texts.append(text)
            parsed = self._parsed[text] = _TEXT, float(len(self._texts) - 1)
        return parsed[1]

    def encoded(self) -> EncodedCells:
        kinds = np.frombuffer(bytes(self._kinds), dtype=np.uint8)
        return EncodedCells(kinds, np.array(self._values, dtype=np.float64), tuple(self._texts))

    def _encoded(self, cell: Cell) -> tuple[CellKind, float]:
        if isinstance(cell, str):
            is_plain = self._decimals == "." and _PLAIN_NUMBER.fullmatch(cell) is not None
            return (_NUMBER, float(cell)) if is_plain else self._text(as_typed(cell.strip()))
        if cell is None:
            return _BLANK, np.nan
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return _NUMBER, float(cell)
        if isinstance(cell, date):
            return _DATE, _day_number(cell)
        return self._text(str(cell))

    def _text(self, written: str) -> tuple[CellKind, float]:
        key = _short(written)
        parsed = self._parsed.get(key)
        if parsed is None:
            parsed = self._parsed[key] = self._read(written, key)
        return parsed

    def _read(self, written: str, key: str) -> tuple[CellKind, float]:
        if not written:
            return _BLANK, np.nan
        if self._rules.is_missing(self._name, written):
            return _BLANK, np.nan
        try:
            return _NUMBER, number_in(written, self._decimals).value
        except UnclearNumberError:
            pass
        try:
            found = cell_moment(written, self._rules.date_order)
        except UnclearDateError:
            found = None
        if found is not None:
            return _DATE, _day_number(found.moment)
        self._texts.append(key)
        return _TEXT, float(len(self._texts) - 1)

    def column(self) -> CellColumn:
        values = np.array(self._values, dtype=np.float64)
        kinds = np.frombuffer(self._kinds, dtype=np.uint8)
        counts = np.bincount(kinds, minlength=4)
        filled = int(counts[1:].sum())
        main = CellKind(int(counts[1:].argmax()) + 1) if filled else _BLANK
        if main is _TEXT or (filled and counts[main] < _MOST * filled):
            return self._as_text(values, kinds)
        odd = (kinds != main) & (kinds != _BLANK)
        return CellColumn(self._name, main, np.where(odd, np.nan, values), (), int(odd.sum()))

    def _as_text(self, values: NDArray[np.float64], kinds: NDArray[np.uint8]) -> CellColumn:
        # In the order of the alphabet, so that codes of 2025-03 and the like have an order, too.
        pairs = list(zip(kinds.tolist(), values.tolist(), strict=True))
        spellings = {pair: _spelling(*pair, self._texts) for pair in set(pairs)}
        spelt = [spellings[pair] for pair in pairs]
        texts = sorted({text for text in spelt if text is not None})
        code = {text: float(number) for number, text in enumerate(texts)}
        codes = np.array([np.nan if text is None else code[text] for text in spelt])
        return CellColumn(self._name, _TEXT, codes.astype(np.float64), tuple(texts))


def _spelling(kind: int, value: float, texts: Sequence[str]) -> str | None:
    if kind == _BLANK:
        return None
    if kind == _TEXT:
        return texts[int(value)]
    return plain_text(value) if kind == _NUMBER else str(date.fromordinal(int(value) + _DAY_0))


def _day_number(value: date) -> float:
    day = value.astimezone(JST).date() if isinstance(value, datetime) and value.tzinfo else value
    return float(day.toordinal() - _DAY_0)


def _short(written: str) -> str:
    if len(written) <= _LONGEST_TEXT:
        return written
    digest = hashlib.blake2b(written.encode(), digest_size=8).hexdigest()
    return f"{written[:_LONGEST_TEXT]}…{digest}"


def column_of(name: str, cells: Sequence[Cell]) -> CellColumn:
    """Return the column of these cells."""
    if all(cell is None or isinstance(cell, float) for cell in cells):
        values = np.array(cells, dtype=np.float64)
        blank = bool(np.isnan(values).all())
        return CellColumn(name, _BLANK if blank else _NUMBER, values)
    columns = CellColumns([name], CellRules(), ".")
    for cell in cells:
        columns.take([cell])
    return columns.columns()[0]
