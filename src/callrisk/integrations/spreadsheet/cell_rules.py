"""The rules by which cells are read: words for missing, special codes, decimal sign, date order."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from callrisk.integrations.spreadsheet.written_dates import DateOrder

# Words that stand where a value is missing; a dash is one of them.
MISSING_WORDS = frozenset(
    (
        "-", "--", "---", "ー", "―", "—", "–", "−", "‐", "n/a", "na", "#n/a", "null", "none", "nan",
        "nil", "(null)", "(blank)", "blank", "不明", "未入力", "未記入", "未登録", "未回答",
        "未取得", "該当なし", "該当無し", "データなし", "記載なし", "空白", "(空白)", "ブランク",
        "...", "…", "・・・",
    )
)  # fmt: skip
# Words for "nothing": no date, but 0 or missing where a number is expected.
NOTHING_WORDS = frozenset(("なし", "無し", "無", "ナシ", "ない"))
# Marks for "as above"; which value that is, a table that was sorted or filtered no longer says.
DITTO_MARKS = frozenset(("〃", "々", "仝", "″", "”", '"', "''", "同上", "同前", "上に同じ"))
# In the column of payment dates these say what a blank cell says: not paid so far.
NOT_PAID_WORDS = ("未", "未入金", "未払", "未払い", "未納", "入金なし", *NOTHING_WORDS)


# Longer texts are no words, and not kept.
_LONGEST_WORD = 40


def folded(written: str) -> str:
    """Return a text in one width and case, without blanks and unseen marks, to compare words."""
    return _folded(written) if len(written) > _LONGEST_WORD else _remembered(written)


def _folded(written: str) -> str:
    return visible(unicodedata.normalize("NFKC", written)).casefold()


# The words for missing are compared with each cell, and short cells come again.
_remembered = lru_cache(maxsize=4_096)(_folded)


def visible(written: str) -> str:
    """Return a text without blanks around it, and without marks that nobody sees (U+200B …)."""
    seen = (each for each in written if each == "\n" or unicodedata.category(each) != "Cf")
    return "".join(seen).strip()


@dataclass(frozen=True, slots=True)
class ColumnRules:
    """The words of one column: for missing, and for a number that they stand for."""

    missing: tuple[str, ...] = ()
    codes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellRules:
    """The rules of a file: further words for missing, and what single columns add."""

    missing: tuple[str, ...] = ()
    # Empty: as the file suggests, a comma being unclear where fields are parted by semicolons.
    decimal: Literal["", ".", ","] = ""
    date_order: DateOrder = ""
    columns: Mapping[str, ColumnRules] = field(default_factory=dict)

    def is_missing(self, column: str, written: str) -> bool:
        """Return True if a text stands for a missing value in this column."""
        text = folded(written)
        return text in MISSING_WORDS or text in self._own_missing(column)

    def own_words(self, column: str) -> frozenset[str]:
        """Return the folded words that settings give a meaning in this column."""
        codes = self.columns.get(column, ColumnRules()).codes
        return self._own_missing(column) | {folded(word) for word in codes}

    def _own_missing(self, column: str) -> frozenset[str]:
        own = self.columns.get(column, ColumnRules())
        return frozenset(folded(word) for word in (*self.missing, *own.missing))

    def code(self, column: str, written: str) -> float | None:
        """Return the number that a text stands for in this column, or None."""
        codes = self.columns.get(column, ColumnRules()).codes
        return {folded(word): value for word, value in codes.items()}.get(folded(written))

    def means_nothing(self, written: str) -> bool:
        """Return True for なし and the like, which may be 0 or missing."""
        return folded(written) in {folded(word) for word in NOTHING_WORDS}
