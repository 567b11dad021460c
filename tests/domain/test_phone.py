"""Telephone numbers as people, spreadsheets and exchanges write them."""

import pytest

from callrisk.domain.phone import domestic_digits, masked_phone, phone_digits

TOKYO, MOBILE = "0312345678", "09012345678"

# (as it is written, the domestic digits); a number of Japan, which also tells who is one person.
NUMBERS = [
    ("0312345678", TOKYO),
    ("03-1234-5678", TOKYO),
    ("(03)1234-5678", TOKYO),
    ("(03) 1234 5678", TOKYO),
    ("03（1234）5678", TOKYO),
    ("03 1234 5678", TOKYO),
    ("03　1234　5678", TOKYO),
    ("03.1234.5678", TOKYO),
    ("03/1234/5678", TOKYO),
    ("03・1234・5678", TOKYO),
    ("03~1234~5678", TOKYO),
    ("０３－１２３４－５６７８", TOKYO),
    ("０３ー１２３４ー５６７８", TOKYO),
    ("03ｰ1234ｰ5678", TOKYO),
    ("03‐1234‐5678", TOKYO),
    ("03–1234–5678", TOKYO),
    ("03—1234—5678", TOKYO),
    ("03―1234―5678", TOKYO),
    ("03−1234−5678", TOKYO),
    ("0３-1２34-5678", TOKYO),
    (" 0312345678 ", TOKYO),
    ("0312345678-", TOKYO),
    ("'0312345678", TOKYO),
    ("TEL:03-1234-5678", TOKYO),
    ("tel:+81-3-1234-5678", TOKYO),
    ("自宅 03-1234-5678", TOKYO),
    ("03-1234-5678（代表）", TOKYO),
    ("03-1234-5678 山田", TOKYO),
    # Excel keeps a number: no leading zero, perhaps a fraction.
    ("312345678", TOKYO),
    ("312345678.0", TOKYO),
    ("9012345678", MOBILE),
    ("9012345678.0", MOBILE),
    ("09012345678.0", MOBILE),
    ("9,012,345,678", MOBILE),
    # The country code, with and without its plus.
    ("+81312345678", TOKYO),
    ("＋81-3-1234-5678", TOKYO),
    ("＋８１（０）３－１２３４－５６７８", TOKYO),
    ("+81 90-1234-5678", MOBILE),
    ("+81 (0)90-1234-5678", MOBILE),
    ("(+81) 090 1234 5678", MOBILE),
    ("+8109012345678", MOBILE),
    ("++819012345678", MOBILE),
    ("819012345678", MOBILE),
    ("8190-1234-5678", MOBILE),
    # Area codes of all lengths, and numbers that belong to no area.
    ("090-1234-5678", MOBILE),
    ("０９０（１２３４）５６７８", MOBILE),
    ("070-1234-5678", "07012345678"),
    ("080-1234-5678", "08012345678"),
    ("060-1234-5678", "06012345678"),
    ("020-1234-5678", "02012345678"),
    ("029-812-3456", "0298123456"),
    ("0298-12-3456", "0298123456"),
    ("04992-2-1234", "0499221234"),
    ("050-1234-5678", "05012345678"),
    ("+81 50 1234 5678", "05012345678"),
    ("050-0000-1001", "05000001001"),  # no number in use: the sample's customers have these
    ("+815000001001", "05000001001"),
    ("0120-123-456", "0120123456"),
    ("120123456", "0120123456"),
    ("+81-120-123-456", "0120123456"),
    ("0570-012-345", "0570012345"),
    ("0800-123-4567", "08001234567"),
    ("0990-123-456", "0990123456"),
    ("8112345678", "08112345678"),
    # A digit short, or one too many: still what somebody wrote for one person.
    ("090-1234-567", "0901234567"),
    ("03-1234-56789", "03123456789"),
    ("090-0000-0000", "09000000000"),
]
NO_NUMBERS = [
    None, "", "-", "+", "+81", "110", "1234567", "1234-5678", "01234567",
    "anonymous", "匿名", "非通知", "なし", "不明",
    "090-XXXX-5678", "090-****-5678", "1-800-FLOWERS", "0120-FLOWER", "٠٩٠١٢٣٤٥٦٧٨",
    "〇九〇-1234-5678",
    "+1 650-253-0000", "+44 20 7031 3000", "+298123456", "+82-2-312-3456",
]  # fmt: skip
# Written where there is no number; a caller has none of these, so they are only looked up.
PLACEHOLDERS = [
    ("0000000000", "0000000000"),
    ("000-0000-0000", "00000000000"),
    ("000-0000-1001", "00000001001"),
    ("000-9012-3456", "00090123456"),
    ("1111111111", "01111111111"),
    ("0111111111", "0111111111"),
]


@pytest.mark.parametrize(("written", "digits"), NUMBERS)
def test_a_number_is_its_domestic_digits(written: str, digits: str) -> None:
    """Every spelling of a number is the same digits, for a look-up and for who is one person."""
    assert domestic_digits(written) == digits
    assert phone_digits(written) == digits


@pytest.mark.parametrize("written", NO_NUMBERS)
def test_what_is_no_number_of_japan_is_none(written: str | None) -> None:
    """Blank, withheld, incomplete, foreign, or in letters."""
    assert domestic_digits(written) is None
    assert phone_digits(written) is None


@pytest.mark.parametrize(("written", "digits"), PLACEHOLDERS)
def test_a_placeholder_tells_nobody_apart(written: str, digits: str) -> None:
    """Customers with one placeholder are not one person."""
    assert domestic_digits(written) == digits
    assert phone_digits(written) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("03-1234-5678", "••-••••-5678"),
        ("０３－１２３４－５６７８", "••－••••－５６７８"),
        ("+81 (0)90-1234-5678", "+•• (•)••-••••-5678"),
        ("000-0000-1234", "•••-••••-1234"),
        ("9012345678.0", "•••••••678.0"),
        ("TEL:03-1234-5678（代表）", "TEL:••-••••-5678（代表）"),
        ("1234-5678", "••••-5678"),
        ("110", "110"),
        ("非通知", "非通知"),
        (None, None),
    ],
)
def test_all_but_four_digits_are_hidden(written: str | None, shown: str | None) -> None:
    """The form of a number stays, so that an agent can compare it with what a caller says."""
    assert masked_phone(written) == shown


# Where the plan of Japan's numbers says more than the digits in a row do; a comment says what.
BY_THE_PLAN = [
    # An extension is no part of the number: colleagues of one company do not differ by it.
    ("03-1234-5678 内線12", TOKYO),
    ("03-1234-5678（内線 123）", TOKYO),
    ("03-1234-5678 内12", TOKYO),
    ("03-1234-5678 ext. 12", TOKYO),
    ("03-1234-5678 x12", TOKYO),
    ("03-1234-5678#12", TOKYO),
    ("03-1234-5678;ext=12", TOKYO),
    # The country code without its plus, or as it is dialled from abroad and from here.
    ("81312345678", TOKYO),
    ("81-3-1234-5678", TOKYO),
    ("0081-3-1234-5678", TOKYO),
    ("010-81-3-1234-5678", TOKYO),
    # The first of two numbers connects with records that hold it alone.
    ("03-1234-5678 / 090-1234-5678", TOKYO),
    ("090-1234-5678,090-8765-4321", MOBILE),
    # Abroad, though without a plus.
    ("001-1-650-253-0000", None),
    ("010-1-650-253-0000", None),
    ("1-650-253-0000", None),
    # Digits as no number of Japan has them: too many, or too few.
    ("184-03-1234-5678", None),
    ("090-1234-56789", None),
    ("0901234567890123456789", None),
    ("9.012345678E9", None),
    ("9012345678.00", None),
    ("99999999999", None),
    ("012345678", None),
]


@pytest.mark.parametrize(("written", "digits"), BY_THE_PLAN)
def test_the_numbering_plan_decides(written: str, digits: str | None) -> None:
    """An extension, a prefix or a length is told from the number itself."""
    assert domestic_digits(written) == digits
    assert phone_digits(written) == digits


def test_a_number_abroad_is_not_cut_into_one_of_japan() -> None:
    """What stands behind a separator is a number of its own only if it begins as one."""
    assert domestic_digits("+1/6502530000") is None
    assert domestic_digits("+1 650-253-0000 / 03-1234-5678") == TOKYO
