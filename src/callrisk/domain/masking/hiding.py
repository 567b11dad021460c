"""Spans of a text made unreadable, each kind with a mask of its own."""

from collections.abc import Iterator, Sequence

from callrisk.domain.masking.digits import shape_of
from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.saying import Span
from callrisk.domain.masking.shapes import RUN, mask_spans, masked_words
from callrisk.domain.segment import MAIL_MASK, WORD_MASK


def hidden(text: str, spans: Sequence[Span], kind: Kind, *, keeps_joints: bool = False) -> str:
    """Return the text with these spans masked; their digits stay digits of unknown value.

    With `keeps_joints` what callers put between digits stays readable, so that they stay one run.
    """
    shape = shape_of(text)
    mask = MAIL_MASK if kind is Kind.MAIL else WORD_MASK
    words = masked_words(text, [*_beside_runs(shape, spans)] if keeps_joints else spans, mask)
    both = zip(text, words, mask_spans(text, shape, spans), strict=True)
    return "".join(digit if digit != char else word for char, word, digit in both)


def _beside_runs(shape: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the parts of these spans that lie in no run of digits."""
    for begin, end in spans:
        last = begin
        for run in RUN.finditer(shape, begin, end):
            yield last, run.start()
            last = run.end()
        yield last, end
