"""A turn in the three forms in which frames are sought: as written, plain, and its shape."""

import re
from dataclasses import dataclass
from typing import Self

from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import DIGIT

Span = tuple[int, int]

# A figure of a date: digits, or kanji with places, or 元 of a first year.
FIGURE = rf"(?:(?:{DIGIT}|[〇零一二三四五六七八九十百千元\ue002]){{1,12}}+)"
# What callers put between the parts of a date or an address.
PAUSE = r"(?:[\s、,・]|の|えー?っ?と|ええ?ー?|あのー?|で(?=[\s、])){0,6}+"


@dataclass(frozen=True, slots=True)
class Saying:
    """A turn: its text, its plain form, and its shape, all of one length."""

    text: str
    plain: str
    shape: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the forms of a text; without digits its shape is the plain form."""
        plain = plain_form(text)
        return cls(text, plain, shape_of(text) if may_hold_digits(text) else plain)

    def has_before(self, word: re.Pattern[str], begin: int, reach: int) -> bool:
        """Return True if a word stands at most so many characters before a place."""
        return word.search(self.plain, max(0, begin - reach), begin) is not None

    def has_behind(self, word: re.Pattern[str], end: int, reach: int) -> bool:
        """Return True if a word begins at most so many characters behind a place."""
        return word.search(self.plain, end, end + reach) is not None
