"""A reader of cells: id, number, moment, date and text, counted by how they are written."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from callrisk.domain.customer import JST, CustomerField, FieldKind, FieldValue
from callrisk.integrations.spreadsheet.cell_counts import ColumnCounts
from callrisk.integrations.spreadsheet.cell_rules import (
    DITTO_MARKS,
    CellRules,
    folded,
    visible,
)
from callrisk.integrations.spreadsheet.rows import BadCellError, Cell, DataError, Row, Where
from callrisk.integrations.spreadsheet.table_files import as_typed
from callrisk.integrations.spreadsheet.written_dates import (
    EXCEL_DAY,
    cell_moment,
)
from callrisk.integrations.spreadsheet.written_numbers import (
    Decimals,
    UnclearNumberError,
    WrittenNumber,
    number_in,
)
from callrisk.integrations.spreadsheet.written_times import UnclearDateError, duration_in

# Excel keeps so many digits of a number; the others of a longer id are lost.
_EXACT_DIGITS = 10**15
# Fewer digits than a float keeps.
_PLAIN = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,4})?", re.ASCII)
_AS_NAMED: Mapping[str, str] = {}
_DAYS_TO_1904 = timedelta(days=1462)


class CellReader:
    """A reader of the cells of one file; BadCellError for a cell that is not clearly one thing."""

    def __init__(
        self,
        rules: CellRules,
        decimals: Decimals = ".",
        counts_from_1904: bool = False,
        headings: Mapping[str, str] = _AS_NAMED,
    ) -> None:
        self._rules = rules
        # Of columns as the file writes them, with units.
        self._headings = headings
        self.counts_from_1904 = counts_from_1904
        self._decimals: Decimals = rules.decimal or decimals
        self.counts: dict[str, ColumnCounts] = defaultdict(ColumnCounts)
        self._choices: dict[str, dict[str, str]] = {}
        self._own_words: dict[str, frozenset[str]] = {}
        # The number of equal cells of its column that a cell which is read stands for.
        self.times = 1

    def identifier(self, row: Row, column: str) -> str:
        """Return an id as text, 1001 for 1001.0 and full-width １００１; BadCellError for no id."""
        value = _own_value(row, column)
        if value is None:
            raise row.error(
                column,
                "an id; a merged cell has it in its first row only",
                "番号がありません。結合セルは解除し、各行に入れてください",
            )
        if isinstance(value, (bool, date, time, timedelta)):
            raise row.error(column, "an id", "番号ではありません")
        text = as_typed(visible(unicodedata.normalize("NFKC", plain_text(value))))
        if self._rules.is_missing(column, text) or self._rules.means_nothing(text) or not text:
            raise row.error(column, "an id", "番号ではありません")
        if _has_lost_digits(value, text):
            raise row.error(
                column,
                "an id with all its digits; format the column as text and export it again",
                "桁が失われています。列を文字列にして出力し直してください",
            )
        if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text):
            plain = text.replace(",", "")
            raise row.error(
                column, f"an id without commas, {plain}", f"{plain} なら , を外してください"
            )
        return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text

    def number(self, row: Row, column: str) -> float | None:
        """Return a number, None when missing; BadCellError for anything else."""
        value = _own_value(row, column)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found = WrittenNumber(float(value))
            if abs(found.value) >= _EXACT_DIGITS:
                raise row.error(column, "a number below 10^15", "大きすぎる数値です")
        elif not isinstance(value, str):
            raise row.error(column, "a number", "数値ではありません")
        elif self._is_plain(column, value):
            found = WrittenNumber(float(value))
        elif (code := self._rules.code(column, value)) is not None:
            found = WrittenNumber(code, (value.strip(),))
        elif self._is_missing(column, value):
            return None
        else:
            found = self._written(row, column, value)
        is_sure = self._rules.decimal or not isinstance(value, str)
        self.counts[column].take(
            found, row.where.row or 0, str(value).strip()[:20], bool(is_sure), self.times
        )
        return found.value

    def _is_plain(self, column: str, written: str) -> bool:
        """Return whether a text is a number by itself, which needs no grammar: most are."""
        if not _PLAIN.fullmatch(written) or ("." in written and self._decimals != "."):
            return False
        if column not in self._own_words:
            self._own_words[column] = self._rules.own_words(column)
        return written not in self._own_words[column]

    def _written(self, row: Row, column: str, written: str) -> WrittenNumber:
        if self._rules.means_nothing(written):
            raise row.error(
                column,
                "a number: is it 0, or missing? Say so in CELLS of config.py",
                "0 か不明か判別できません。config.py の CELLS に書いてください",
            )
        try:
            return number_in(written, self._decimals)
        except UnclearNumberError as error:
            raise _unclear(row, column, "a number", "数値", error.readings) from error

    def seconds(self, row: Row, column: str) -> float | None:
        """Return a duration in seconds: a number, 3分21秒, 0:03:21 or a time of Excel."""
        value = _own_value(row, column)
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, time):
            return 3600.0 * value.hour + 60 * value.minute + value.second
        if not isinstance(value, str) or not re.search(r"[:：時分秒]", value):
            return self.number(row, column)
        try:
            return duration_in(value)
        except UnclearDateError as error:
            raise _unclear(row, column, "a duration", "長さ", error.readings) from error

    def text(self, row: Row, column: str) -> str | None:
        """Return the text of a cell without blanks around it, or None; BadCellError for 〃."""
        value = _own_value(row, column)
        return None if value is None else plain_text(value).strip()

    def word(self, row: Row, column: str) -> str | None:
        """Return the text of a cell, None also for a word that stands for missing."""
        written = self.text(row, column)
        return None if written is None or self._is_missing(column, written) else written

    def moment(self, row: Row, column: str) -> datetime | None:
        """Return a date or time in UTC, Japan time assumed; None when missing."""
        value = _own_value(row, column)
        if value is None:
            return None
        # A date that is a code, 9999-12-31, may be among the words for missing.
        written = f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
        if self._is_no_date(column, written):
            return None
        example = "a date such as 2025-01-31 or 2025-01-31 14:05:00"
        try:
            found = cell_moment(value, self._rules.date_order)
            if self.counts_from_1904 and found is not None and EXCEL_DAY in found.forms:
                raise UnclearDateError(
                    f"{found.moment.astimezone(JST):%Y-%m-%d}",
                    f"{found.moment.astimezone(JST) + _DAYS_TO_1904:%Y-%m-%d} counted from 1904",
                )
        except UnclearDateError as error:
            raise _unclear(row, column, example, "日付", error.readings) from error
        if found is None:
            raise row.error(column, example, "日付ではありません")
        self.counts[column].count(found.forms, self.times)
        return found.moment

    def started(self, row: Row, column: str) -> datetime:
        """Return the start of a call; BadCellError also for a missing one."""
        began_at = self.moment(row, column)
        if began_at is None:
            raise row.error(column, "a date and time such as 2025-01-31 14:05:00", "日時が必要です")
        return began_at

    def day(self, row: Row, column: str) -> date | None:
        """Return a date in Japan, None when missing; BadCellError for anything else."""
        parsed = self.moment(row, column)
        return None if parsed is None else parsed.astimezone(JST).date()

    def field_value(self, row: Row, field: CustomerField) -> FieldValue:
        """Return the value of a declared field, None when missing; BadCellError for others."""
        if field.kind is FieldKind.NUMBER:
            return self.number(row, field.column)
        if field.kind is FieldKind.DATE:
            return self.day(row, field.column)
        written = self.text(row, field.column)
        return None if written is None else self._choice(field, written)

    def _choice(self, field: CustomerField, written: str) -> str | None:
        if written in field.choices:
            return written
        known = self._choices.setdefault(
            field.name, {folded(choice): choice for choice in field.choices}
        )
        choice = known.get(folded(written))
        if choice is None:
            return None if self._is_missing(field.column, written) else written
        self.counts[field.column].forms["other width or case"] += self.times
        return choice

    def _is_missing(self, column: str, written: str) -> bool:
        if not self._rules.is_missing(column, written):
            return False
        self.counts[column].missing[written.strip()] += self.times
        return True

    def _is_no_date(self, column: str, written: str) -> bool:
        is_nothing = self._rules.means_nothing(written)
        if is_nothing:
            self.counts[column].missing[written.strip()] += self.times
        return is_nothing or self._is_missing(column, written)

    def refuse_unclear(self, where: Where, declared: Iterable[CustomerField]) -> None:
        """Raise DataError for columns that are unclear as a whole: units, codes, 万."""
        unclear = self.unclear(declared)
        if unclear:
            raise DataError(f"{where}: {' | '.join(unclear)}")

    def unclear(self, declared: Iterable[CustomerField]) -> list[str]:
        """Return what makes columns unclear as a whole: units, codes, 万."""
        fields = {field.column: field for field in declared}
        return [
            f'column "{column}": {complaint}'
            for column, counts in self.counts.items()
            for complaint in counts.unclear(self._headings.get(column, column), fields.get(column))
        ]

    def notes(self) -> list[str]:
        """Return a note for each column that is not written plainly."""
        told = (counts.told(column) for column, counts in self.counts.items())
        return [note for note in told if note is not None]


def _own_value(row: Row, column: str) -> Cell:
    """Return the cell of a column; BadCellError for a mark that points to the cell above."""
    value = row.value(column)
    if isinstance(value, str) and value.strip() in DITTO_MARKS:
        raise row.error(
            column,
            "the value itself, not a ditto mark",
            "上の行と同じという印です。値を入れてください",
        )
    return value


def _unclear(
    row: Row, column: str, expected: str, ja: str, readings: tuple[str, ...]
) -> BadCellError:
    if len(readings) > 1:
        both, both_ja = " or ".join(readings), " か ".join(readings)
        return row.error(column, f"{expected}: {both}?", f"{both_ja} か判別できません")
    if readings:
        return row.error(column, f"{expected}; it reads {readings[0]}", f"{ja}として読めません")
    return row.error(column, expected, f"{ja}ではありません")


def _has_lost_digits(value: Cell, text: str) -> bool:
    if isinstance(value, float) and abs(value) >= _EXACT_DIGITS:
        return True
    return bool(re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", text, re.IGNORECASE))


def plain_text(value: Cell) -> str:
    """Return a cell as a person reads it: workbooks store every number as 1.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
