"""Numbers at their limits: what is certainly one, who asks for one, and how a house is said."""

import re

import pytest

from callrisk.domain.masking.across.digits_across import asks_for_number, speaks_of_secret
from callrisk.domain.masking.known.house_numbers import number_pattern
from callrisk.domain.masking.things import is_bare_amount, is_certain
from callrisk.domain.segment import MASK


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("0312345678", True),
        ("09012345678", True),
        ("031234567", False),
        ("090123456789", False),
        ("00123456789", False),
        ("1312345678", False),
        ("4111111111111111", True),
        ("4111111111111112", False),
        ("4242-4242 4242 4242", True),
        ("30569309025904", True),
        ("3056930902590", False),
        ("378282246310005", True),
        ("41111111111111110", False),
        (f"411111111111111{MASK}", False),
        (f"0{MASK}012345678", True),
    ],
)
def test_a_telephone_or_a_card_is_certain(run: str, expected: bool) -> None:
    """By how it begins and how long it is, or by its checksum with 14 to 16 digits."""
    assert is_certain(run) is expected


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("12800", True), ("1280", False), ("128000", True), ("1280000", False), ("12801", False),
        ("02800", False), ("12800、", True), ("12800ですね、12800", True),
        ("12800の0の12800", False),
    ],
)  # fmt: skip
def test_a_bare_amount_has_five_or_six_digits_and_ends_in_nought(
    digits: str, expected: bool
) -> None:
    """It may be said twice."""
    run = re.search(".+", digits)
    assert run is not None
    assert is_bare_amount(run) is expected


@pytest.mark.parametrize(
    ("text", "asks", "is_secret"),
    [
        ("お電話番号をお願いします", True, False),
        ("カードの番号は", True, False),
        ("暗証番号をどうぞ", True, True),
        ("ワンタイムパスワードが届きました", True, True),
        ("認証コードです", False, True),
        ("契約番号をお願いします", False, False),
        ("お電話ありがとうございます", False, False),
    ],
)
def test_who_asks_for_a_number_or_speaks_of_a_secret(
    text: str, asks: bool, is_secret: bool
) -> None:
    """A number of a thing is neither."""
    assert (asks_for_number(text), speaks_of_secret(text)) == (asks, is_secret)


@pytest.mark.parametrize(
    ("number", "said", "unsaid"),
    [
        (5, ["5", "五", "ご", "ごー"], ["55", "六"]),
        (10, ["10", "十", "一〇", "じゅう", "いちぜろ"], ["一十", "いちじゅう"]),
        (12, ["12", "十二", "一二", "じゅうに", "いちに"], ["二十", "112"]),
        (20, ["二十", "にじゅう", "二〇"], ["二十二", "十"]),
        (100, ["百", "ひゃく", "一〇〇"], ["一百"]),
        (203, ["203", "二百三", "二〇三", "にひゃくさん", "にぜろさん"], ["二百三十"]),
        (310, ["三百十", "さんびゃくじゅう"], ["三百一十"]),
        (999, ["九百九十九", "きゅうひゃくきゅうじゅうきゅう", "九九九"], ["999 9"]),
        (1000, ["1000", "一〇〇〇", "いちぜろぜろぜろ"], ["十百"]),
    ],
)
def test_a_house_is_said_by_place_until_999(
    number: int, said: list[str], unsaid: list[str]
) -> None:
    """A single hundred or ten has no one before it; longer numbers are said digit by digit."""
    pattern = re.compile(number_pattern(number))

    assert [text for text in said if not pattern.fullmatch(text)] == []
    assert [text for text in unsaid if pattern.fullmatch(text)] == []
