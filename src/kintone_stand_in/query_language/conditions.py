"""Conditions of a query as tests of records; the type of a field decides on its operators."""

import operator
import re
from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

from kintone_stand_in.api.refusals import refused
from kintone_stand_in.changes import TOKEN_USER
from kintone_stand_in.fields import CHOICES
from kintone_stand_in.form import Form
from kintone_stand_in.query_language.query import AllOf, Comparison, Condition
from kintone_stand_in.query_language.tokens import bad_query
from kintone_stand_in.stored_values import date_of, moment_of, number_of, to_the_second
from kintone_stand_in.table import StoredRecord

Test = Callable[[StoredRecord], bool]
Reader = Callable[[StoredRecord], Any]

_EQUALITY, _ORDER = {"=", "!="}, {">", "<", ">=", "<="}
_LISTS, _WORDS, _EMPTINESS = {"in", "not in"}, {"like", "not like"}, {"is empty", "is not empty"}
_NUMBER, _TEXT, _TIME = _EQUALITY | _ORDER | _LISTS, _EQUALITY | _LISTS | _WORDS, _EQUALITY | _ORDER
OPERATORS = {
    "__ID__": _NUMBER,
    "RECORD_NUMBER": _NUMBER,
    "NUMBER": _NUMBER,
    "SINGLE_LINE_TEXT": _TEXT,
    "LINK": _TEXT,
    "MULTI_LINE_TEXT": _WORDS | _EMPTINESS,
    "CHECK_BOX": _LISTS,
    "RADIO_BUTTON": _LISTS,
    "DROP_DOWN": _LISTS,
    "DATE": _TIME,
    "DATETIME": _TIME,
    "CREATED_TIME": _TIME,
    "UPDATED_TIME": _TIME,
    "CREATOR": _LISTS,
    "MODIFIER": _LISTS,
}
NUMERIC = {"__ID__", "RECORD_NUMBER", "NUMBER"}
_MOMENTS = {"DATETIME", "CREATED_TIME", "UPDATED_TIME"}
_WORD = re.compile(r"[0-9a-z]+")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip


def test_of(condition: Condition, form: Form) -> Test:
    """Return a condition as a test of records; RefusedError where it does not fit the form."""
    if isinstance(condition, Comparison):
        return _comparison_test(condition, form)
    tests = [test_of(part, form) for part in condition.parts]
    if isinstance(condition, AllOf):
        return lambda record: all(test(record) for test in tests)
    return lambda record: any(test(record) for test in tests)


def reader_of(code: str, form: Form) -> Reader:
    """Return a function that reads a field in comparable form, None where it is empty."""
    kind = form.type_of(code)
    if kind is None:
        raise refused("GAIA_IQ11", code)
    if kind == "__ID__":
        return lambda record: record.id
    if kind in NUMERIC:
        return lambda record: Decimal(value) if (value := _stored_value(record, code)) else None
    if kind in {"CREATOR", "MODIFIER"}:
        return lambda record: _stored_value(record, code)["code"]
    return lambda record: _stored_value(record, code) or None


def _stored_value(record: StoredRecord, code: str) -> Any:
    """Return the stored value; its type is known from the form."""
    return record.values[code]


def literal_of(kind: str, text: str) -> Hashable:
    """Return a literal in the form in which fields of this type compare, None for an empty one."""
    if not text:
        return None
    if kind in NUMERIC:
        return _required(number_of(text))
    if kind == "DATE":
        return date_of(text) or _bad_day(text)
    if kind in _MOMENTS:
        moment = moment_of(text)
        return to_the_second(moment) if moment else _bad_day(text)
    return text


def _required(number: Decimal | None) -> Decimal:
    if number is None:
        raise bad_query()
    return number


def _bad_day(text: str) -> str:
    raise refused("GAIA_IQ23", text)


def _comparison_test(comparison: Comparison, form: Form) -> Test:
    read, kind = reader_of(comparison.code, form), form.type_of(comparison.code) or ""
    if comparison.operator not in OPERATORS[kind]:
        raise refused("GAIA_IQ03", kind)
    _check_names(comparison, kind, form)
    literals = [literal_of(kind, text) for text in comparison.literals]
    if comparison.operator in _EMPTINESS:
        return _emptiness(read, comparison.operator == "is empty")
    if comparison.operator in _WORDS:
        return _word_search(read, comparison.literals[0], comparison.operator == "like")
    if comparison.operator in _COMPARE:
        return _order(read, _COMPARE[comparison.operator], literals[0])
    wanted = comparison.operator in {"=", "in"}
    return (
        _multiple_choice(read, literals, wanted)
        if kind == "CHECK_BOX"
        else _single_choice(read, literals, wanted)
    )


def _check_names(comparison: Comparison, kind: str, form: Form) -> None:
    """Raise RefusedError for an option or user that does not exist."""
    for text in filter(None, comparison.literals):
        if kind in CHOICES and text not in form.fields[comparison.code].options:
            raise refused("GAIA_IQ10", text)
        if kind in {"CREATOR", "MODIFIER"} and text != TOKEN_USER["code"]:
            raise refused("GAIA_IL26", text)


def _single_choice(read: Reader, literals: list[Hashable], wanted: bool) -> Test:
    values = set(literals)
    return lambda record: (read(record) in values) == wanted


def _multiple_choice(read: Reader, literals: list[Hashable], wanted: bool) -> Test:
    values = set(literals)
    return lambda record: (not values.isdisjoint(read(record) or [None])) == wanted


def _order(read: Reader, compare: Callable[[Any, Any], bool], literal: Hashable) -> Test:
    """Return the test of an order; empty fields are neither before nor after anything."""
    if literal is None:
        return lambda _: False
    return lambda record: (value := read(record)) is not None and compare(value, literal)


def _word_search(read: Reader, word: str, wanted: bool) -> Test:
    """Return the test of `like`: letters and digits match as a whole word, the rest in any part."""
    folded = word.casefold()
    if _WORD.fullmatch(folded):
        return lambda record: (folded in _WORD.findall((read(record) or "").casefold())) == wanted
    return lambda record: (folded in (read(record) or "").casefold()) == wanted


def _emptiness(read: Reader, wanted: bool) -> Test:
    """Return the test of emptiness; a field of blanks is empty."""
    return lambda record: (not (read(record) or "").strip()) == wanted
