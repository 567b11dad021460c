"""The forms of numbers that rules go by: cards by their checksum, houses by how they are read."""

import re

import pytest

from callrisk.domain.masking.across.digits_across import speaks_of_secret
from callrisk.domain.masking.known.house_numbers import number_pattern
from callrisk.domain.masking.things import is_certain

# Numbers that card companies publish for tests.
CARDS = (
    "4242424242424242", "4111111111111111", "5555555555554444", "5105105105105100",
    "378282246310005", "371449635398431", "6011111111111117", "3530111333300000",
)  # fmt: skip
KANJI = "〇一二三四五六七八九"


def by_place(number: int) -> str:
    """A number below a thousand as it is written by place: 百九十八."""
    said = ""
    for size, name in ((100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        said += ("" if digit == 1 and name else KANJI[digit] if digit else "") + (
            name if digit else ""
        )
    return said


@pytest.mark.parametrize("number", CARDS)
def test_a_card_is_told_by_its_checksum(number: str) -> None:
    """With one digit changed it is none."""
    assert is_certain(number)
    for place in range(1, len(number)):
        other = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not is_certain(other), other


@pytest.mark.parametrize(
    ("run", "certain"),
    [("09012345678", True), ("0312345678", True), ("00312345678", False), ("123456789", False)],
)
def test_a_telephone_is_told_by_its_start_and_length(run: str, certain: bool) -> None:
    """Two zeros begin none."""
    assert is_certain(run) is certain


def test_a_house_number_is_known_however_it_is_read() -> None:
    """In digits, digit by digit, and by place; no other number is."""
    for number in range(1, 1_000):
        pattern = re.compile(number_pattern(number))
        forms = (str(number), "".join(KANJI[int(digit)] for digit in str(number)), by_place(number))
        for form in forms:
            assert pattern.fullmatch(form), (number, form)
        assert not pattern.fullmatch(str(number + 1))
        assert not pattern.fullmatch(
            by_place(number % 998 + 2 if number % 998 + 2 != number else 1)
        )


@pytest.mark.parametrize(
    ("said", "speaks"),
    [
        ("暗証番号をお願いします", True),
        ("パスワードは何でしたか", True),
        ("お支払いは来週です", False),
        ("番号をお願いします", False),
    ],
)
def test_what_speaks_of_a_secret(said: str, speaks: bool) -> None:
    """A number alone is none."""
    assert speaks_of_secret(said) is speaks
