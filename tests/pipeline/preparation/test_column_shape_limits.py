"""The shapes of columns at their limits: ids, dates as numbers, personal data, codes."""

import numpy as np
import pytest

from callrisk.pipeline.preparation.column_shapes import (
    is_id_name,
    is_protected,
    looks_like_code,
    looks_like_date,
    looks_like_id,
    looks_personal,
    record_ranks,
)
from callrisk.pipeline.preparation.further_columns import ColumnKind

NUMBER, TEXT = ColumnKind.NUMBER, ColumnKind.TEXT
RNG = np.random.default_rng(7)
SHUFFLED = RNG.permutation(100) + 1.0
RANKS = np.arange(1.0, 101.0)
SPREAD = np.sort(RNG.uniform(10_000_000, 99_999_999, 100)).round()[np.argsort(SHUFFLED)]


def test_ranks_of_records_are_those_of_numbers_or_texts() -> None:
    """As numbers 10 follows 9; one that is none makes all of them text."""
    assert list(record_ranks(["9", "10", "9"])) == [1.5, 3, 1.5]
    assert list(record_ranks(["9", "10", "a"])) == [2, 1, 3]


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        (RANKS * 7, "額", True),  # follows the record numbers
        (-RANKS * 7, "額", True),
        (SHUFFLED, "額", True),  # a dense numbering
        (SHUFFLED * 3, "額", True),
        (SHUFFLED * 4, "額", False),
        (SHUFFLED * 4, "顧客番号", True),
        (SHUFFLED + 0.5, "顧客番号", False),
        (np.where(SHUFFLED > 90, 1, SHUFFLED), "番号", True),
        (np.where(SHUFFLED > 88, 1, SHUFFLED), "番号", False),
        (RANKS // 3, "顧客番号", True),  # three contracts each, in the order of the records
        (RANKS // 3, "額", False),
        (RANKS // 4, "顧客番号", False),
        (SHUFFLED // 3, "顧客番号", False),
        (SPREAD, "額", True),
        (SPREAD.round(-1), "額", False),  # amounts are round
        (SPREAD[:30], "番号", True),
        (SPREAD[:29], "番号", False),
    ],
)
def test_a_number_that_counts_customers_is_an_id(
    values: np.ndarray, name: str, expected: bool
) -> None:
    """By its order, its density, its spread or its name; few values tell nothing."""
    assert bool(looks_like_id(name, NUMBER, values, RANKS[: len(values)])) is expected


def test_a_text_is_an_id_by_its_name() -> None:
    """Where nearly all differ; a date never is."""
    assert looks_like_id("コード", TEXT, SHUFFLED, RANKS)
    assert not looks_like_id("職業", TEXT, SHUFFLED, RANKS)
    assert not looks_like_id("コード", TEXT, SHUFFLED % 50, RANKS)
    assert not looks_like_id("契約番号", ColumnKind.DATE, SHUFFLED, RANKS)


def test_missing_values_do_not_count() -> None:
    """Thirty that are known are enough."""
    values = np.where(RANKS <= 30, RANKS, np.nan)

    assert looks_like_id("額", NUMBER, values, RANKS)
    assert not looks_like_id("額", NUMBER, np.where(RANKS <= 29, RANKS, np.nan), RANKS)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([19000101, 20240229, 21001231], True),
        ([18991231, 20240229, 21001231], False),
        ([19000101, 20240229, 21010101], False),
        ([20240101, 20230229, 20240301], False),  # no such day
        ([20240101, 20240102, 20240102], False),  # two values
        ([199001, 202412, 204012], True),
        ([198912, 202412, 204012], False),
        ([199001, 202413, 204012], False),
        ([199000, 202412, 204012], False),
        ([199001, 202412, 204101], False),
        ([36526, 45321, 51136], True),
        ([36525, 45321, 51136], False),
        ([36526, 45321, 51137], False),
        ([40000, 45320, 50000], False),  # fees
        ([946684800 + 1, 1700000001, 1999999999], True),
        ([946684801, 1700000001, 2000000001], False),
        ([946684800001, 1700000000001, 1999999999999], True),
        ([946684801, 1700000001, 1999999999999], False),
        ([20240101.5, 20240102.5, 20240103.5], False),
    ],
)
def test_numbers_that_are_dates(values: list[float], expected: bool) -> None:
    """At the first and the last day of each kind."""
    numbers = np.array(values, float)

    assert looks_like_date(NUMBER, numbers) is expected
    assert not looks_like_date(TEXT, numbers)


def test_one_of_a_hundred_may_be_no_date() -> None:
    """Two may not."""
    days = 20240101.0 + np.arange(100) % 28

    assert looks_like_date(NUMBER, np.where(np.arange(100) < 1, 5, days))
    assert not looks_like_date(NUMBER, np.where(np.arange(100) < 2, 5, days))
    assert looks_like_date(NUMBER, np.where(np.arange(100) < 50, np.nan, days))


def test_names_of_columns_speak() -> None:
    """Of ids, of persons, of what must not be used."""
    ids = ("会員番号", "userId", "customer_id", "no", "valid", "paid")
    assert [is_id_name(name) for name in ids] == [True] * 4 + [False] * 2
    assert [looks_personal(name) for name in ("氏名", "e_mail", "hotel", "tel")] == [
        True,
        True,
        False,
        True,
    ]
    assert [is_protected(name) for name in ("年齢", "sex", "essex", "age_group", "page")] == [
        True, True, False, True, False,
    ]  # fmt: skip


def test_texts_of_letters_and_digits_are_codes_where_nearly_all_differ() -> None:
    """A word without a digit is none."""
    texts = [f"A-{n}" for n in range(10)]

    assert looks_like_code(texts, np.arange(10.0))
    assert looks_like_code(texts, np.array([0.0, *range(9)]))
    assert not looks_like_code(texts, np.array([0.0, 0.0, *range(8)]))
    assert not looks_like_code([*texts[1:], "東京"], np.arange(10.0))
    assert not looks_like_code([*texts[1:], "abc"], np.arange(10.0))
