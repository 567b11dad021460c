"""Masking of card, phone and account numbers and e-mail addresses: the length of a text stays.

Theory of operation
-------------------
A text is first brought into its plain form (`plain_form`): hiragana, one width, small letters.
Its *shape* (`shapes`, `digits`) has the same length and marks the characters of every digit,
whether it is written (7), a kanji (七), a spoken word (なな, `digit_words`, `spoken_digits`) or
masked already. A masked character counts as a digit of unknown value. Every character keeps its
place, so a span found in a shape is a span of the text.

*Place values* (`place_values`, `kana_numbers`) are groups such as 千二百三十四 for 1234.

*Quantities* (`quantities`, `counters`) are amounts, dates, times, lengths and counts. They
identify no one and are cut out before numbers are sought: 1,234円 and 12月3日 stay readable.

*Numbers* (`numbers`) are runs of at least 7 digits, joined over the words that callers put
between groups (`separators`); 3 digits are enough after a word such as 暗証番号 or in a turn of
digits alone. *Addresses* (`mail`) are found by their at sign, written or spoken.

*Across turns* (`digits_across`, `mail_across`) one speaker dictates a number in parts. Only runs
at the edges of turns are joined, pair by pair: by who spoke, and how far apart the two turns
are. A pair depends on no turn between, and lengths are counted in characters, which masking
keeps.

Invariants
----------
- The length of a text never changes.
- Masking is idempotent: masking a masked text changes nothing. Each function repeats its pass
  until the text is stable, since a masked group may show that its neighbour belongs to it.
- The order of arrival is irrelevant: more turns can only mask more, and the texts end the same
  in whatever order turns arrive and however often this runs on turns that are masked in part.
- Whether something is a digit is decided by what stands beside it, never by its value. Otherwise
  masking one digit could uncover or hide others.
- Passes may repeat and spans may overlap. A masked character must never become readable again.
- The time is linear in the length of a text: patterns use possessive quantifiers and bounded
  windows.
"""

from collections.abc import Sequence

from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.digits_across import masked_digits_across, may_continue
from callrisk.domain.masking.mail import MAIL_MASK, masked_mail
from callrisk.domain.masking.mail_across import masked_addresses_across, may_hold_address
from callrisk.domain.masking.numbers import has_keyword, number_spans
from callrisk.domain.masking.place_values import groups_as_digits, place_value_spans
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import mask_spans
from callrisk.domain.segment import MASK, Segment

__all__ = ["MAIL_MASK", "MASK", "hides_something", "masked", "masked_across", "may_hold_number"]


def masked(text: str) -> str:
    """Return the text with every number and address masked that this turn alone reveals."""
    if not may_hold_digits(text):
        return text
    before, text = text, _masked_once(text)
    while before != text:
        before, text = text, _masked_once(text)
    return text


def hides_something(text: str) -> bool:
    """Return True if a part of the text is masked."""
    return MASK in text or MAIL_MASK in text


def may_hold_number(text: str) -> bool:
    """Return True if a dictated number or address may continue at an edge of the turn."""
    return may_continue(text) or may_hold_address(text)


def masked_across(turns: Sequence[Segment]) -> list[Segment]:
    """Return the turns that change because a speaker dictated a number or address across them."""
    now = {turn.segment_id: turn for turn in turns}
    while changed := _changed_once([*now.values()]):
        now |= {turn.segment_id: turn for turn in changed}
    return [now[turn.segment_id] for turn in turns if now[turn.segment_id] != turn]


def _changed_once(turns: Sequence[Segment]) -> list[Segment]:
    return masked_digits_across(turns) or masked_addresses_across(turns)


def _masked_once(text: str) -> str:
    """Return the text after one pass over addresses, place values and digits."""
    text = masked_mail(text)
    plain_text, digit_shape = plain_form(text), shape_of(text)
    if spans := [*place_value_spans(plain_text, digit_shape, has_keyword)]:
        text = mask_spans(text, groups_as_digits(digit_shape), spans)
    return mask_spans(text, digit_shape, number_spans(plain_text, digit_shape))
