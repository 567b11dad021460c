"""The search for a telephone number in fields where people write it as they like."""

from collections.abc import Iterable

import jaconv

from callrisk.integrations.kintone.query_builder import Condition, any_of, has_word, one_of

# Digits of area, exchange and subscriber, by the length of the number.
_SPLITS = {11: ((3, 4), (4, 3)), 10: ((2, 4), (3, 3), (4, 2), (4, 3), (5, 1))}
_LAST_DIGITS = 4


def bears_number(codes: Iterable[str], digits: str) -> Condition:
    """Return the condition that one of these fields holds a domestic number, or may hold it.

    Kintone compares whole texts, so the usual spellings are listed; for all others it searches for
    the last digits as a word, which finds too much: whoever asks compares what comes.
    """
    ways = ways_to_write(digits)
    return any_of(
        *(condition for code in codes for condition in (one_of(code, ways), *_words(code, digits)))
    )


def is_written(codes: Iterable[str], digits: str) -> Condition:
    """Return the condition that one of these fields holds a number in a usual spelling."""
    return any_of(*(one_of(code, ways_to_write(digits)) for code in codes))


def ways_to_write(digits: str) -> list[str]:
    """Return a domestic number as people write it, from plain digits to the form from abroad."""
    splits = _SPLITS.get(len(digits), ())
    parts = [(digits[:a], digits[a : a + b], digits[a + b :]) for a, b in splits]
    domestic = [digits, *("-".join(one) for one in parts)]
    brackets = [
        text
        for area, city, rest in parts
        for text in (
            f"{area}({city}){rest}", f"({area}){city}-{rest}", f"({area}) {city}-{rest}",
            f"{area}（{city}）{rest}",
        )
    ]  # fmt: skip
    blanks = [" ".join(one) for one in parts]
    # The key of the hyphen writes a long vowel while kana are typed.
    vowels = ["ー".join(one) for one in parts]
    numbers = [digits[1:], *("-".join((one[0][1:], *one[1:])) for one in parts)]
    numbers += [" ".join((one[0][1:], *one[1:])) for one in parts]
    abroad = [f"+81{between}{number}" for number in numbers for between in ("", "-", " ")]
    wide = [full_width(one) for one in (*domestic, *brackets[::4], *vowels)]
    with_blank = [f"{one} " for one in domestic]
    ways = [*domestic, *brackets, *blanks, *vowels, *wide, *abroad, f"81{digits[1:]}", *with_blank]
    return list(dict.fromkeys(ways))


def full_width(text: str) -> str:
    """Return the text with its letters, digits and signs in full width, blanks as they are."""
    return jaconv.h2z(text, ignore=" ", kana=False, ascii=True, digit=True)


def _words(code: str, digits: str) -> list[Condition]:
    plain = (digits[-_LAST_DIGITS:], digits, f"81{digits[1:]}")
    return [has_word(code, word) for one in plain for word in (one, full_width(one))]
