"""Tables of predicates and topics, which people who do not program edit as CSV.

Each row of a `predicates.csv` is one predicate: its word (語, dictionary form), its kind (活用, how
it inflects), its topic (話題, one that must be named in the turn, or nothing), the intent it
asserts where it is affirmed (肯定), negated (否定), requested of us (依頼) or an obligation (義務),
its past (過去, 0 where that says nothing), its strength (強さ, 0 to 1), an example (例文, one in
which it says so) and a counterexample (反例, one in which it does not). The form of a language's
table names the columns and the kinds. `topics.csv` names the words of each topic. A company's own
rows stand in files of their own.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from callrisk.domain.language.statement import Intent

# The columns of intents, of the past and of the strength, in every table.
_INTENTS, _PAST, _STRENGTH = slice(3, 7), 7, 8


class TableError(ValueError):
    """A row that cannot be used: file, line, and what is wrong in two languages."""

    def __init__(self, file: Path, line: int, japanese: str, english: str) -> None:
        """Keep the place and both sentences."""
        self.file, self.line = file, line
        self.japanese = f"{file.name} {line} 行目: {japanese}"
        self.english = f"{file.name}, line {line}: {english}"
        super().__init__(f"{self.japanese}\n{self.english}")


@dataclass(frozen=True, slots=True)
class TableForm:
    """The form of a language's table: the names of its eleven columns, in order, and its kinds.

    `fixed` is the kind of words that never change; `fits` tells whether a word is the dictionary
    form of a kind.
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    fixed: str
    fits: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Predicate:
    """One row of the table; an intent is None where that form says nothing about paying."""

    word: str
    inflection: str
    topic: str
    affirmed: Intent | None
    negated: Intent | None
    requested: Intent | None
    obliged: Intent | None
    past_counts: bool
    strength: float
    example: str
    counterexample: str
    file: Path
    line: int
    is_fixed: bool

    @property
    def meaning(self) -> tuple[object, ...]:
        """All that decides what the row means; not its place and its examples."""
        return (
            self.word, self.inflection, self.topic, self.affirmed, self.negated, self.requested,
            self.obliged, self.past_counts, self.strength,
        )  # fmt: skip

    def error(self, japanese: str, english: str) -> TableError:
        """Return an error at this row."""
        return TableError(self.file, self.line, japanese, english)

    @property
    def intents(self) -> frozenset[Intent]:
        """All intents that some form of this predicate asserts."""
        forms = (self.affirmed, self.negated, self.requested, self.obliged)
        return frozenset(intent for intent in forms if intent is not None)

    @property
    def says_nothing(self) -> bool:
        """True for words that say nothing about paying, wherever they are said."""
        return not self.intents and self.is_fixed and self.strength == 1


def predicates_in(file: Path, form: TableForm) -> tuple[Predicate, ...]:
    """Return the rows of a table; TableError at the first that cannot be read."""
    rows = table_rows(file, form.columns)
    return tuple(predicate_of(file, line, row, form) for line, row in rows)


def topics_in(file: Path) -> dict[str, tuple[str, ...]]:
    """Return the words of each topic."""
    rows = csv.reader(StringIO(text_of(file)))
    next(rows)
    return {row[0]: tuple(dict.fromkeys(row[1].split())) for row in rows if row}


def text_of(file: Path) -> str:
    """Return a text as Excel or an editor saves it: UTF-8 with or without BOM, or Shift_JIS."""
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp932", errors="replace")


def table_rows(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row of a table with these columns.

    Blank rows and comments are passed over. TableError for another heading or number of cells.
    """
    rows = csv.reader(StringIO(text_of(file)))
    head = next(rows, [])
    if tuple(name.strip() for name in head) != columns:
        wanted = ",".join(columns)
        raise TableError(
            file, 1, f"見出しが違います。正しい見出し: {wanted}", f"the heading must be {wanted}"
        )
    for row in rows:
        if not any(cell.strip() for cell in row) or row[0].startswith("#"):
            continue
        if len(row) != len(columns):
            raise TableError(
                file, rows.line_num, f"列が {len(row)} 個あります（{len(columns)} 個のはずです）",
                f"{len(row)} cells instead of {len(columns)}",
            )  # fmt: skip
        yield rows.line_num, [cell.strip() for cell in row]


def predicate_of(file: Path, line: int, row: list[str], form: TableForm) -> Predicate:
    """Return the predicate of a row; TableError for one that cannot be used."""
    named = dict(zip(form.columns, row, strict=True))
    word, kind, *_, example, counterexample = form.columns
    for name in (word, kind, example, counterexample):
        if not named[name]:
            raise TableError(file, line, f"「{name}」が空です", f"{name} is empty")
    _check_kind(file, line, (row[0], row[1]), form)
    affirmed, negated, requested, obliged = (
        _intent(file, line, name, named[name]) for name in form.columns[_INTENTS]
    )
    strength = _strength(file, line, form.columns[_STRENGTH], row[_STRENGTH])
    predicate = Predicate(
        row[0], row[1], row[2], affirmed, negated, requested, obliged, row[_PAST] != "0",
        strength, named[example], named[counterexample], file, line, row[1] == form.fixed,
    )  # fmt: skip
    if not (predicate.intents or predicate.says_nothing):
        raise predicate.error("意味の列がすべて空です", "no column says what it means")
    return predicate


def _check_kind(file: Path, line: int, told: tuple[str, str], form: TableForm) -> None:
    word, kind = told
    if kind not in form.kinds:
        names, column = "・".join(form.kinds), form.columns[1]
        raise TableError(
            file, line, f"{column}「{kind}」はありません（{names}）",
            f"unknown inflection {kind!r} (one of {names})",
        )  # fmt: skip
    if not form.fits(word, kind):
        raise TableError(
            file, line, f"「{word}」は{kind}の終止形ではありません",
            f"{word} is no dictionary form of {kind}",
        )  # fmt: skip


def _intent(file: Path, line: int, column: str, name: str) -> Intent | None:
    if not name:
        return None
    try:
        return Intent(name)
    except ValueError:
        names = ", ".join(Intent)
        raise TableError(
            file, line, f"{column}「{name}」という意味はありません（{names}）",
            f"{column}: no intent {name!r} (one of {names})",
        ) from None  # fmt: skip


def _strength(file: Path, line: int, column: str, text: str) -> float:
    try:
        strength = float(text)
    except ValueError:
        strength = -1.0
    if not 0 < strength <= 1:
        raise TableError(
            file, line, f"{column}「{text}」は 0 より大きく 1 以下の数にしてください",
            f"the strength {text!r} must be above 0 and at most 1",
        )  # fmt: skip
    return strength
