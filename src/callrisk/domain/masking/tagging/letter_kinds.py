"""The letters of a turn as numbers: what each is, whatever it says.

Digits, written or spoken, are all alike, so that a tagger learns no number by heart.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import DIGIT_RUN, FIRST
from callrisk.domain.segment import MAIL_MASK, WORD_MASK

Integers = NDArray[np.uint64]

_CODES = 0x10000
_DIGIT_CODE, _REST_CODE = 48, 49


class LetterKind(IntEnum):
    """The kind of a letter."""

    OTHER = 0
    DIGIT = 1
    REST_OF_DIGIT = 2
    KANJI = 3
    HIRAGANA = 4
    KATAKANA = 5
    LATIN = 6
    LONG_VOWEL = 7
    MASK = 8
    PAUSE = 9
    SIGN = 10


def _kinds() -> NDArray[np.uint64]:
    table = np.zeros(_CODES, np.uint64)
    ranges = {
        LetterKind.KANJI: "一龠々々ヶヶ", LetterKind.HIRAGANA: "ぁん", LetterKind.KATAKANA: "ァヺ",
        LetterKind.LATIN: "azAZａｚＡＺ", LetterKind.LONG_VOWEL: "ーー",
    }  # fmt: skip
    for kind, ends in ranges.items():
        for first, last in zip(ends[::2], ends[1::2], strict=True):
            table[ord(first) : ord(last) + 1] = kind
    single = {
        LetterKind.MASK: WORD_MASK + MAIL_MASK, LetterKind.PAUSE: "、。, .・…\u3000",
        LetterKind.SIGN: "@-_＠",
    }  # fmt: skip
    for kind, letters in single.items():
        table[[ord(letter) for letter in letters]] = kind
    return table


_KINDS = _kinds()


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a turn: their plain form, shape, codes (digits as one) and kinds."""

    plain: str
    shape: str
    codes: Integers
    kinds: Integers


def letters_of(text: str) -> Letters:
    """Return the letters of a text; letters beyond the basic plane count as other ones."""
    plain = plain_form(text)
    shape = shape_of(text) if may_hold_digits(text) else plain
    kinds = _KINDS[np.minimum(_codes(text), _CODES - 1)]
    codes = _codes(plain).astype(np.uint64)
    for run in DIGIT_RUN.finditer(shape):
        for place in range(*run.span()):
            is_first = FIRST.match(shape, place) is not None
            kinds[place] = LetterKind.DIGIT if is_first else LetterKind.REST_OF_DIGIT
            codes[place] = _DIGIT_CODE if is_first else _REST_CODE
    return Letters(plain, shape, codes, kinds)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
