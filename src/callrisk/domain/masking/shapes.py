"""The shape of a text: a text of the same length in which every digit is one of `DIGIT`.

The first character of a digit carries its value; the rest of a spoken word such as ゼロ is `REST`.
A character that was masked before is a digit of unknown value.
"""

import re
from collections.abc import Iterable

from callrisk.domain.masking.separators import SEPARATOR
from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK

REST = "\ue000"
# Within what is masked these stay.
KEPT = frozenset(f" \u3000、。,.・{MASK}{MAIL_MASK}{WORD_MASK}")
DIGIT = f"[0-9{MASK}{REST}]"
FIRST = re.compile(f"[0-9{MASK}]")
RUN = re.compile(f"{DIGIT}++(?:{SEPARATOR}*+{DIGIT}++)*+")
ONLY_DIGITS = re.compile(f"(?:{DIGIT}|{SEPARATOR})*+")
SEPARATED = f"{SEPARATOR}*+"
GAP = re.compile(SEPARATED)
DIGIT_RUN = re.compile(f"{DIGIT}++")


def mask_spans(text: str, digit_shape: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with the digits masked that lie within these spans of its shape."""
    hidden = list(text)
    for begin, end in spans:
        for digit in DIGIT_RUN.finditer(digit_shape, begin, end):
            hidden[digit.start() : digit.end()] = MASK * len(digit[0])
    return "".join(hidden)


def masked_words(text: str, spans: Iterable[tuple[int, int]], mask: str = WORD_MASK) -> str:
    """Return the text with these spans masked; pauses within them, and masks, stay."""
    hidden = list(text)
    for begin, end in spans:
        hidden[begin:end] = [char if char in KEPT else mask for char in text[begin:end]]
    return "".join(hidden)


def hides_something(text: str) -> bool:
    """Return True if a part of the text is masked."""
    return any(mask in text for mask in (MASK, MAIL_MASK, WORD_MASK))


def is_masked_form(now: str, text: str) -> bool:
    """Return True if `now` is a text of which parts are masked, or the text itself."""
    masks = (MASK, MAIL_MASK, WORD_MASK)
    return len(now) == len(text) and all(
        one == other or one in masks for one, other in zip(now, text, strict=True)
    )


def digit_count(run: str) -> int:
    """Return the number of digits in a run of a shape."""
    return len(FIRST.findall(run))
