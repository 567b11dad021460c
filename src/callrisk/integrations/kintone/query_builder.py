"""Queries for Kintone's records: conditions in which no value can leave its literal."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from callrisk.integrations.kintone.values import text_of

QueryValue = str | int | Decimal | date | datetime

MOST_RECORDS = 500  # that one request may ask for
_LONGEST_CODE = 128
_SYSTEM_CODES = frozenset({"$id", "$revision"})
# The only marks that Kintone tolerates in a field code.
_MARKS_IN_CODES = frozenset("_・＿￥＄")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_NO_CHARACTERS = frozenset({"Cc", "Cs"})
# A literal, a bracket, or a word, in a condition that a person wrote.
_TOKEN = re.compile(r'"(?:[^"\\\t\r\n]|\\.)*"|[()]|[^\s"()]+|\s+')
_TAIL_WORDS = frozenset({"order", "limit", "offset"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in Kintone's query language; `joined` where it has parts of its own."""

    text: str
    joined: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Query:
    """A condition, an order such as ("$id desc",), and how many records at most."""

    condition: Condition | None = None
    order_by: Sequence[str] = ()
    limit: int = MOST_RECORDS

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST_RECORDS:
            raise ValueError(f"limit {self.limit}: it must lie between 1 and {MOST_RECORDS}")
        if isinstance(self.order_by, str):
            raise ValueError("order_by takes a list of fields, each with asc or desc behind it")
        for part in self.order_by:
            _order(part)

    def __str__(self) -> str:
        condition = str(self.condition) if self.condition else ""
        order = ", ".join(map(_order, self.order_by))
        parts = (condition, f"order by {order}" if order else "", f"limit {self.limit}")
        return " ".join(filter(None, parts))


def equals(field: str, value: QueryValue) -> Condition:
    """The field is this; choices and fields in tables refuse it and take `one_of`."""
    return Condition(f"{field_code(field)} = {literal(value)}")


def one_of(field: str, values: Iterable[QueryValue]) -> Condition:
    """The field is one of these."""
    listed = ", ".join(map(literal, values))
    if not listed:
        raise ValueError(f"{field}: a condition needs at least one value")
    return Condition(f"{field_code(field)} in ({listed})")


def has_word(field: str, word: str) -> Condition:
    """The field has this word, by an index that Kintone builds a while after each change."""
    return Condition(f"{field_code(field)} like {literal(word)}")


def any_of(*conditions: Condition) -> Condition:
    """One of them holds at least."""
    return _joined(" or ", conditions)


def all_of(*conditions: Condition) -> Condition:
    """Each of them holds."""
    return _joined(" and ", conditions)


def as_written(text: str) -> Condition:
    """A condition that a person wrote; refused where it would not stay one within brackets."""
    depth = at = 0
    for token in _TOKEN.finditer(text):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if token.start() != at or depth < 0 or token.group().lower() in _TAIL_WORDS:
            break
        at = token.end()
    if depth or at != len(text) or not text.strip():
        raise ValueError(
            "the condition must be one by itself: quotes and brackets closed, no order, no limit"
        )
    return Condition(text, joined=True)


def after_record(condition: Condition | None, record_id: int) -> Condition:
    """The condition, for records with a higher id only; this is how pages follow each other."""
    beyond = Condition(f"$id > {record_id}")
    return beyond if condition is None else all_of(Condition(condition.text, joined=True), beyond)


def literal(value: QueryValue) -> str:
    """A value as it may stand in a condition; ValueError for what Kintone could not read."""
    if value is None:
        raise ValueError("a condition needs a value; nothing would find every empty field")
    text = text_of(value)
    for character in text:
        if character not in _ESCAPES and unicodedata.category(character) in _NO_CHARACTERS:
            raise ValueError(f"a condition cannot hold the character U+{ord(character):04X}")
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def field_code(code: str) -> str:
    """A field's code, which stands in conditions as it is; ValueError where it could be more."""
    if code in _SYSTEM_CODES:
        return code
    is_word = all(map(_in_code, code))
    if not is_word or not 1 <= len(code) <= _LONGEST_CODE or code[0] in "0123456789":
        raise ValueError(f"{code[:40]!r} is no field code: letters, digits and _ make one")
    return code


def _in_code(character: str) -> bool:
    return character in _MARKS_IN_CODES or unicodedata.category(character)[0] in "LMN"


def _order(text: str) -> str:
    code, _, way = text.strip().partition(" ")
    if way.strip().lower() not in {"", "asc", "desc"}:
        raise ValueError(f"{text[:40]!r} is no order: a field code, then asc or desc")
    return f"{field_code(code)} {way.strip().lower() or 'asc'}"


def _joined(word: str, conditions: Sequence[Condition]) -> Condition:
    if not conditions:
        raise ValueError("a condition needs at least one part")
    if len(conditions) == 1:
        return conditions[0]
    parts = (f"({part})" if part.joined else str(part) for part in conditions)
    return Condition(word.join(parts), joined=True)
