"""The table of concerns: how much each kind of statement weighs, and what answers it.

Each row of `concerns.csv` is one kind of statement: 意味 (the intent), 重み (its weight, a whole
number: above 0 for a concern, below 0 for what reassures), then the percentage of an open concern
that a later statement answers: 日付のある約束 (a promise with a date), 約束 (one without), 余裕
(capacity) and 解消 (resolved); 表示 and 英語 are its names. The weights are the judgement of a
supervisor; a model learns one weight for their sum. A company's own rows replace those of the same
kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from callrisk.domain.language.predicates import TableError, table_rows
from callrisk.domain.language.statement import Intent

COLUMNS = ("意味", "重み", "日付のある約束", "約束", "余裕", "解消", "表示", "英語")
_PACKAGED = Path(__file__).parent / "concerns.csv"
_HEAVIEST = 9
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Concern:
    """One row; `by_…` are the percentages that a later statement answers of it."""

    intent: Intent
    weight: int
    by_dated_promise: int
    by_promise: int
    by_capacity: int
    by_resolved: int
    label: str
    label_en: str

    @property
    def meaning(self) -> tuple[object, ...]:
        """All that decides what the row means; not its names."""
        return (
            self.intent, self.weight, self.by_dated_promise, self.by_promise, self.by_capacity,
            self.by_resolved,
        )  # fmt: skip

    def answered_by(self, intent: Intent, dated: bool) -> int:
        """Return the percentage of this concern that a later statement of a kind answers."""
        if intent is Intent.PROMISE:
            return self.by_dated_promise if dated else self.by_promise
        if intent is Intent.CAPACITY:
            return self.by_capacity
        return self.by_resolved if intent is Intent.RESOLVED else 0


Concerns = Mapping[Intent, Concern]


@cache
def packaged_concerns() -> Concerns:
    """Return the product's table; it has a row for every intent."""
    return {concern.intent: concern for concern in _rows_in(_PACKAGED)}


def concerns_with(own: Path) -> Concerns:
    """Return the product's table with the rows of a company's own; TableError for a bad row."""
    if not own.exists():
        return packaged_concerns()
    return {**packaged_concerns(), **{row.intent: row for row in _rows_in(own)}}


def _rows_in(file: Path) -> Iterator[Concern]:
    return (_concern(file, line, row) for line, row in table_rows(file, COLUMNS))


def _concern(file: Path, line: int, row: list[str]) -> Concern:
    if row[0] not in set(Intent):
        names = ", ".join(Intent)
        raise TableError(
            file, line, f"「{row[0]}」という意味はありません（{names}）",
            f"no intent {row[0]!r} (one of {names})",
        )  # fmt: skip
    weight = _whole(file, line, "重み", row[1], -_HEAVIEST, _HEAVIEST)
    percents = [
        _whole(file, line, name, cell, 0, _WHOLE)
        for name, cell in zip(COLUMNS[2:6], row[2:6], strict=True)
    ]
    dated, undated, capacity, resolved = percents
    label, label_en = row[6:]
    return Concern(Intent(row[0]), weight, dated, undated, capacity, resolved, label, label_en)


def _whole(file: Path, line: int, column: str, text: str, low: int, high: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise TableError(
            file, line, f"{column}「{text}」は {low} から {high} までの整数にしてください",
            f"{column}: {text!r} must be a whole number from {low} to {high}",
        )  # fmt: skip
    return number
