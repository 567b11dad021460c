"""A number of a house in all ways in which it is written and said, as patterns."""

from collections.abc import Sequence

_DIGITS = "〇一二三四五六七八九"
_KANA = (
    "", "いち", "に[いー]?", "さん", "(?:よん|し)", "ごー?", "ろく", "(?:なな|しち)", "はち",
    "(?:きゅう|く)",
)  # fmt: skip
_HUNDREDS = (
    "", "ひゃく", "にひゃく", "さんびゃく", "よんひゃく", "ごひゃく", "ろっぴゃく", "ななひゃく",
    "はっぴゃく", "きゅうひゃく",
)  # fmt: skip
# Longer numbers are said digit by digit.
_MOST_BY_PLACE = 999


def number_pattern(number: int) -> str:
    """Return a pattern for a number in the compared form of a text."""
    forms = [rf"(?<![0-9]){number}(?![0-9])", "".join(_DIGITS[int(digit)] for digit in str(number))]
    if number <= _MOST_BY_PLACE:
        forms += [_by_place(number, ("", *_DIGITS[1:]), "百", "十"), _kana_by_place(number)]
    single = [("ぜろ|れい|まる" if digit == "0" else _KANA[int(digit)]) for digit in str(number)]
    forms.append("".join(f"(?:{form})" for form in single))
    return f"(?:{'|'.join(dict.fromkeys(form for form in forms if form))})"


def _by_place(number: int, digits: Sequence[str], hundred: str, ten: str) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said = (digits[hundreds] if hundreds > 1 else "") + hundred if hundreds else ""
    said += (digits[tens] if tens > 1 else "") + ten if tens else ""
    return said + digits[ones]


def _kana_by_place(number: int) -> str:
    return _HUNDREDS[number // 100] + _by_place(number % 100, _KANA, "", "じゅう")
