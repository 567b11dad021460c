"""Queries: no value leaves its literal, no field code is more than a code."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrisk.integrations.kintone.query_builder import (
    Query,
    after_record,
    all_of,
    as_written,
    equals,
    field_code,
    literal,
    one_of,
)

# Everything that is a character of a text and can be sent.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n\r"))
HOSTILE = st.text(st.sampled_from('"\\ab()=!$,\t\n\r　 顧') | st.sampled_from("order by limit in"))


def tokens(text: str) -> list[tuple[str, str]]:
    """What Kintone reads, in another way than the client writes: letter by letter."""
    found: list[tuple[str, str]] = []
    rest = list(text)
    while rest:
        letter = rest.pop(0)
        if letter == '"':
            found.append(("literal", _literal(rest)))
        elif letter in "(),":
            found.append(("mark", letter))
        elif not letter.isspace():
            word = letter
            while rest and not rest[0].isspace() and rest[0] not in '"(),':
                word += rest.pop(0)
            found.append(("word", word))
    return found


def _literal(rest: list[str]) -> str:
    meaning = {"t": "\t", "n": "\n", "r": "\r", '"': '"', "\\": "\\"}
    inside = ""
    while True:
        letter = rest.pop(0)  # an IndexError is a literal that does not end
        if letter == '"':
            return inside
        if letter in "\t\n\r":
            raise ValueError("a raw control character, which Kintone refuses")
        inside += meaning[rest.pop(0)] if letter == "\\" else letter


@given(TEXTS | HOSTILE)
def test_a_literal_is_read_back_as_it_was(text: str) -> None:
    """Whatever a text holds, it is one literal, and that literal is the text."""
    assert tokens(literal(text)) == [("literal", text)]


@given(HOSTILE | TEXTS, st.lists(HOSTILE | TEXTS, min_size=1, max_size=3))
def test_no_text_leaves_its_literal(one: str, others: list[str]) -> None:
    """The words of a query are those of the query, whatever its values are."""
    query = Query(all_of(equals("顧客番号", one), one_of("区分", others)), ["$id desc"], 2)

    read = tokens(str(query))
    assert [word for kind, word in read if kind == "word"] == [
        "顧客番号", "=", "and", "区分", "in", "order", "by", "$id", "desc", "limit", "2",
    ]  # fmt: skip
    assert [inside for kind, inside in read if kind == "literal"] == [one, *others]


@pytest.mark.parametrize("text", ["a\x00", "\x1b", "\x7f", "\x85", "\ud800", "x\udfff"])
def test_what_kintone_cannot_read_is_refused(text: str) -> None:
    """Control characters and halves of characters raise, and are not quoted."""
    with pytest.raises(ValueError):
        literal(text)


def test_each_kind_of_value_has_its_form() -> None:
    """Numbers in plain digits, days as they are, times in UTC."""
    jst = timezone(timedelta(hours=9))

    assert literal(5) == '"5"'
    assert literal(Decimal("1.50")) == '"1.50"'
    assert literal(Decimal("1E+3")) == '"1000"'
    assert literal(date(2026, 1, 2)) == '"2026-01-02"'
    assert literal(datetime(2026, 1, 2, 12, 4, 9, tzinfo=jst)) == '"2026-01-02T03:04:09Z"'
    assert literal("a\tb\nc\rd\\e\"f") == '"a\\tb\\nc\\rd\\\\e\\"f"'  # fmt: skip


@pytest.mark.parametrize(
    "value", [1.5, True, None, b"x", datetime(2026, 1, 2), Decimal("NaN"), Decimal("-Infinity")]  # noqa: DTZ001 - naive is the point
)  # fmt: skip
def test_values_that_mean_nothing_are_refused(value: object) -> None:
    """Floats, truths, nothing, bytes, naive times, numbers without end."""
    with pytest.raises(ValueError):
        literal(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code", ["顧客番号", "customer_id", "$id", "$revision", "年齢1", "ﾌﾘｶﾞﾅ", "a・b", "x" * 128]
)
def test_field_codes_pass(code: str) -> None:
    """What Kintone allows as a code."""
    assert field_code(code) == code


@pytest.mark.parametrize(
    "code", ["", "1a", "a b", "a　b", 'a"', "a=b", "a>1", "a)", "a,b", "a\n", "$ids", "a or b",
             "（", "＝", "a.b", "x" * 129]
)  # fmt: skip
def test_what_is_more_than_a_code_is_refused(code: str) -> None:
    """Nothing that could end a code and begin something else."""
    with pytest.raises(ValueError, match="field code"):
        field_code(code)
    with pytest.raises(ValueError):
        equals(code, "x")


def test_conditions_are_bracketed_where_they_have_parts() -> None:
    """An `or` inside an `and` stays what it was."""
    either = as_written('a = "1" or b = "2"')

    assert str(all_of(either, equals("c", 3))) == '(a = "1" or b = "2") and c = "3"'
    assert str(all_of(either)) == 'a = "1" or b = "2"'
    assert str(after_record(either, 7)) == '(a = "1" or b = "2") and $id > 7'
    assert str(after_record(None, 0)) == "$id > 0"
    for empty in (all_of, lambda: one_of("a", [])):
        with pytest.raises(ValueError):
            empty()


def test_a_query_has_its_parts_in_order() -> None:
    """Condition, order, limit; each but the limit may be missing."""
    assert str(Query()) == "limit 500"
    assert (
        str(Query(equals("a", "x"), ["b", "c desc"], 3)) == 'a = "x" order by b asc, c desc limit 3'
    )


@pytest.mark.parametrize(
    "build",
    [lambda: Query(limit=0), lambda: Query(limit=501), lambda: Query(order_by=["a up"]),
     lambda: Query(order_by=["a, b"]), lambda: Query(order_by="a")],
)  # fmt: skip
def test_a_wrong_query_is_refused(build: object) -> None:
    """Limits that Kintone refuses, orders that are none."""
    with pytest.raises(ValueError):
        build()  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    ['状態 in ("未払", "a)b") or 額 > 5', 'a like "limit order"', '(a = "\\"")', "a is empty"],
)
def test_a_written_condition_is_taken(text: str) -> None:
    """What a person wrote goes between brackets."""
    assert str(after_record(as_written(text), 4)) == f"({text}) and $id > 4"


@pytest.mark.parametrize(
    "text", ["", " ", 'a = "x', 'a = "x") or (b = "y"', "(a > 1", 'a = "x" limit 5',
             "a > 1 ORDER BY a", 'a = "x\\"', 'a = "x\ny"']
)  # fmt: skip
def test_a_written_condition_that_is_not_one_is_refused(text: str) -> None:
    """It could not be put between brackets and stay what it was."""
    with pytest.raises(ValueError, match="condition"):
        as_written(text)
