"""Telephone numbers: the domestic digits that compare them, and the form that a screen shows."""

import re
import unicodedata

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_possible_number_for_type,
    national_significant_number,
    parse,
)

_REGION, _COUNTRY_CODE = "JP", 81
# Between them they have every length that a subscriber's number has: 9 and 10 digits after the 0.
_TYPES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
# What follows a number within a company; the library knows neither 内線 nor its short form 内.
_EXTENSION = re.compile(r"(?<=\d)[\s(;]*(?:内線?|ext(?:ension)?|x|#)[\s.:=]*\d+.*", re.IGNORECASE)
# Between two numbers in one cell.
_BETWEEN_NUMBERS = re.compile(r"[/,;、\n]\s*(?=[0+(])")


def masked_phone(phone: str | None) -> str | None:
    """Return the number with all but its last four digits hidden, or None for None."""
    if phone is None:
        return None
    digits = sum(character.isdigit() for character in phone)
    return _hide_digits(phone, digits - 4)


def _hide_digits(phone: str, how_many: int) -> str:
    hidden = 0
    characters = []
    for character in phone:
        hide = character.isdigit() and hidden < how_many
        hidden += hide
        characters.append("•" if hide else character)
    return "".join(characters)


def domestic_digits(written: str | None) -> str | None:
    """Return a telephone number of Japan as its domestic digits, however it is written, or None.

    Of several numbers in one cell the first is returned.
    """
    if written is None:
        return None
    # Text that was a figure once still bears its .0, which is no digit of the number.
    plain = unicodedata.normalize("NFKC", written).strip().removesuffix(".0")
    parts = (plain, *_BETWEEN_NUMBERS.split(plain))
    return next((digits for part in parts if (digits := _digits(part)) is not None), None)


def all_domestic_digits(written: str | None) -> frozenset[str]:
    """Return every telephone number of Japan in a cell, as its domestic digits."""
    if written is None:
        return frozenset()
    first = domestic_digits(written)
    parts = _BETWEEN_NUMBERS.split(unicodedata.normalize("NFKC", written))
    further = (domestic_digits(part) for part in parts) if len(parts) > 1 else ()
    return frozenset(digits for digits in (first, *further) if digits is not None)


def phone_digits(written: str | None) -> str | None:
    """Return the domestic digits that tell who is one person; None for a placeholder as well."""
    digits = domestic_digits(written)
    if digits is None or digits.startswith("000") or len(set(digits[1:])) == 1:
        return None
    return digits


def national_form(digits: str) -> str:
    """Return domestic digits as Japan writes them, with hyphens: 03-1234-5678."""
    return format_number(parse(digits, _REGION), PhoneNumberFormat.NATIONAL)


def international_form(digits: str) -> str:
    """Return domestic digits in the form of E.164: +81312345678."""
    return format_number(parse(digits, _REGION), PhoneNumberFormat.E164)


def _digits(plain: str) -> str | None:
    dialled = re.sub(r"[^0-9+]", "", _EXTENSION.sub("", plain))
    try:
        # 00 is how most countries dial abroad; Japan dials 010, which the library knows.
        number = parse(re.sub(r"^00(?=81)", "+", dialled), _REGION)
    except NumberParseException:
        return None
    return f"0{national_significant_number(number)}" if _is_domestic(number) else None


def _is_domestic(number: PhoneNumber) -> bool:
    is_possible = any(is_possible_number_for_type(number, kind) for kind in _TYPES)
    return number.country_code == _COUNTRY_CODE and is_possible
