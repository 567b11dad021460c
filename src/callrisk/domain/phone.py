"""Telephone numbers: the domestic digits that compare them, and the form that a screen shows."""

import unicodedata


def masked_phone(phone: str | None) -> str | None:
    """All but the last four digits hidden; None stays None."""
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


# Shorter than any telephone number of Japan with its area code.
_FEWEST_DIGITS = 9
_JAPAN, _LONGEST_DOMESTIC = "81", 11


def domestic_digits(written: str | None) -> str | None:
    """A telephone number of Japan as its domestic digits, however it is written; else None."""
    digits = _digits(written)
    # A cell that holds a number has lost the zero that every domestic number begins with.
    return digits if digits is None or digits.startswith("0") else f"0{digits}"


def phone_digits(written: str | None) -> str | None:
    """A telephone number that tells who is one person; None for a blank or a placeholder."""
    digits = _digits(written)
    if digits is None or len(set(digits)) == 1 or digits.startswith("000"):
        return None
    return domestic_digits(digits)


def _digits(written: str | None) -> str | None:
    if written is None:
        return None
    # Text that was a figure once still bears its .0, which is no digit of the number.
    plain = unicodedata.normalize("NFKC", written).strip().removesuffix(".0")
    digits = "".join(one for one in plain if one.isascii() and one.isdigit())
    if plain.startswith("+") and not digits.startswith(_JAPAN):
        return None  # abroad; without its plus it might be somebody's number here
    if digits.startswith(_JAPAN) and ("+" in plain or len(digits) > _LONGEST_DOMESTIC):
        digits = digits.removeprefix(_JAPAN).removeprefix("0")
    return digits if len(digits) >= _FEWEST_DIGITS else None
