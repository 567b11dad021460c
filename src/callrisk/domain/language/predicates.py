"""The table of predicates and topics, which people who do not program edit as CSV.

Each row of `predicates.csv` is one predicate: 語 (dictionary form), 活用 (how it inflects), 話題 (a
topic that must be named in the turn, or nothing), the intent it asserts where it is 肯定
(affirmed), 否定 (negated), 依頼 (requested of us) or 義務 (an obligation), 過去 (0 where its past
says nothing), 強さ (0 to 1), 例文 (a sentence in which it says so) and 反例 (one in which it does
not). `topics.csv` names the words of each topic. A company's own rows stand in a file of its own.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from callrisk.domain.language.operators import analysed
from callrisk.domain.language.statement import Intent
from callrisk.domain.language.text import plain_text

COLUMNS = (
    "語", "活用", "話題", "肯定", "否定", "依頼", "義務", "過去", "強さ", "例文", "反例",
)  # fmt: skip
INFLECTIONS = ("五段", "一段", "サ変", "形容詞", "形容動詞", "名詞", "固定")
_PACKAGED = Path(__file__).parent
# The five stems of a godan verb and its sound change before て and た, by the last letter.
_GODAN = {
    "う": ("わ", "い", "う", "お", "っ"), "く": ("か", "き", "く", "こ", "い"),
    "ぐ": ("が", "ぎ", "ぐ", "ご", "い"), "す": ("さ", "し", "す", "そ"),
    "つ": ("た", "ち", "つ", "と", "っ"), "ぬ": ("な", "に", "ぬ", "の", "ん"),
    "ぶ": ("ば", "び", "ぶ", "ぼ", "ん"), "む": ("ま", "み", "む", "も", "ん"),
    "る": ("ら", "り", "る", "ろ", "っ"),
}  # fmt: skip
# ある, ない and ござる are negated by a word of their own, which the operators take whole.
_EXISTENCE = ("ある", "ござる")
_EXISTENCE_STEMS = {"ある": ("あり", "ある", "あっ", "あら", ""), "ござる": ("ござい", "")}
# 支払いができる is said 支払いはできる and 支払いできる as well.
_POTENTIAL = "ができる"
_MARKS = ("が", "は", "も", "")


class TableError(ValueError):
    """A row that cannot be used: file, line, and what is wrong in two languages."""

    def __init__(self, file: Path, line: int, japanese: str, english: str) -> None:
        """Keep the place and both sentences."""
        self.file, self.line = file, line
        self.japanese = f"{file.name} {line} 行目: {japanese}"
        self.english = f"{file.name}, line {line}: {english}"
        super().__init__(f"{self.japanese}\n{self.english}")


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
        return not self.intents and self.inflection == "固定" and self.strength == 1

    @property
    def is_existence(self) -> bool:
        """True for 余裕がある and the like, whose noun alone says nothing."""
        return self.inflection == "五段" and self.word.endswith(_EXISTENCE)

    @property
    def stems(self) -> tuple[str, ...]:
        """The beginnings that all its inflected forms share, by its inflection."""
        word = plain_text(self.word).text
        if self.inflection == "五段":
            for existence in _EXISTENCE:
                if word.endswith(existence):
                    noun = word.removesuffix(existence).removesuffix("が")
                    stems = _EXISTENCE_STEMS[existence]
                    return tuple(noun + mark + stem for mark in _MARKS for stem in stems)
            return tuple(word[:-1] + stem for stem in _GODAN[word[-1]])
        if self.inflection == "一段" and word.endswith(_POTENTIAL):
            noun = word.removesuffix(_POTENTIAL)
            return tuple(noun + mark + "でき" for mark in _MARKS)
        if self.inflection == "サ変":
            return tuple(word.removesuffix("する") + stem for stem in ("する", "し", "せ", "さ"))
        return (_only_stem(word, self.inflection),)


def _only_stem(word: str, inflection: str) -> str:
    """Return the beginning of all forms of a word that has one alone."""
    if inflection in {"一段", "形容詞"}:
        return word[:-1]
    if inflection == "固定":
        # As they stand in an analysed turn: words that never change may hold an operator.
        return analysed(plain_text(word)).text
    return word.removesuffix("だ") if inflection == "形容動詞" else word


def packaged_predicates() -> tuple[Predicate, ...]:
    """Return the rows of the product's table."""
    return predicates_in(_PACKAGED / "predicates.csv")


def predicates_in(file: Path) -> tuple[Predicate, ...]:
    """Return the rows of a table; TableError at the first that cannot be read."""
    return tuple(predicate_of(file, line, row) for line, row in table_rows(file, COLUMNS))


def topics_in(file: Path = _PACKAGED / "topics.csv") -> dict[str, tuple[str, ...]]:
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


def predicate_of(file: Path, line: int, row: list[str]) -> Predicate:
    """Return the predicate of a row; TableError for one that cannot be used."""
    cell = dict(zip(COLUMNS, row, strict=True))
    for name in ("語", "活用", "例文", "反例"):
        if not cell[name]:
            raise TableError(file, line, f"「{name}」が空です", f"{name} is empty")
    _check_inflection(file, line, cell["語"], cell["活用"])
    affirmed, negated, requested, obliged = (
        _intent(file, line, name, cell[name]) for name in ("肯定", "否定", "依頼", "義務")
    )
    predicate = Predicate(
        cell["語"], cell["活用"], cell["話題"], affirmed, negated, requested, obliged,
        cell["過去"] != "0", _strength(file, line, cell["強さ"]), cell["例文"], cell["反例"],
        file, line,
    )  # fmt: skip
    if not (predicate.intents or predicate.says_nothing):
        raise predicate.error("意味の列がすべて空です", "no column says what it means")
    return predicate


def _check_inflection(file: Path, line: int, word: str, inflection: str) -> None:
    if inflection not in INFLECTIONS:
        names = "・".join(INFLECTIONS)
        raise TableError(
            file, line, f"活用「{inflection}」はありません（{names}）",
            f"unknown inflection {inflection!r} (one of {names})",
        )  # fmt: skip
    fits = {
        "五段": word[-1] in _GODAN, "一段": word[-1] == "る", "サ変": word.endswith("する"),
        "形容詞": word[-1] == "い", "形容動詞": word[-1] == "だ",
    }.get(inflection, True)  # fmt: skip
    if not fits:
        raise TableError(
            file, line, f"「{word}」は{inflection}の終止形ではありません",
            f"{word} is no dictionary form of {inflection}",
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


def _strength(file: Path, line: int, text: str) -> float:
    try:
        strength = float(text)
    except ValueError:
        strength = -1.0
    if not 0 < strength <= 1:
        raise TableError(
            file, line, f"強さ「{text}」は 0 より大きく 1 以下の数にしてください",
            f"the strength {text!r} must be above 0 and at most 1",
        )  # fmt: skip
    return strength
