"""Card, phone and account numbers and e-mail addresses, hidden before a turn is stored or shown.

Masking keeps the length of a text: each character of a number becomes `MASK`, so what was hidden
still counts as digits of unknown value, and masking twice is masking once.
"""

from collections.abc import Sequence

from callrisk.domain.masking.digits import covered, plain, shape, worth_a_look
from callrisk.domain.masking.digits_across import digits_across, may_go_on
from callrisk.domain.masking.mail import MAIL_MASK, mail_masked
from callrisk.domain.masking.mail_across import addresses_across, may_hold_address
from callrisk.domain.masking.numbers import has_keyword, number_spans
from callrisk.domain.masking.place_values import place_value_spans, with_groups
from callrisk.domain.segment import MASK, Segment

__all__ = ["MAIL_MASK", "MASK", "masked", "masked_across", "may_hold_number"]


def masked(text: str) -> str:
    """What one turn alone tells to be a number or an address, hidden; the length stays."""
    if not worth_a_look(text):
        return text
    known, text = text, _masked_once(text)
    while known != text:
        # A masked group may show that its neighbour belongs to it: go on until nothing moves.
        known, text = text, _masked_once(text)
    return text


def may_hold_number(text: str) -> bool:
    """Whether a number or an address that is dictated in parts may go on at an edge of a turn."""
    return may_go_on(text) or may_hold_address(text)


def masked_across(turns: Sequence[Segment]) -> list[Segment]:
    """The turns that change because one speaker dictated a number or an address across them.

    Digits at the edges of turns are joined pair by pair: by who spoke, and how far apart. A pair
    needs nothing of the turns between, and what is counted are characters, which masking keeps.
    So more turns can only mask more, and the texts end the same in whatever order turns arrive,
    however often this runs on turns that it masked in part.
    """
    now = {turn.segment_id: turn for turn in turns}
    while changed := digits_across([*now.values()]) or addresses_across([*now.values()]):
        now |= {turn.segment_id: turn for turn in changed}
    return [now[turn.segment_id] for turn in turns if now[turn.segment_id] != turn]


def _masked_once(text: str) -> str:
    text = mail_masked(text)
    plain_text, digit_shape = plain(text), shape(text)
    if spans := [*place_value_spans(plain_text, digit_shape, has_keyword)]:
        text = covered(text, with_groups(digit_shape), spans)
    return covered(text, digit_shape, number_spans(plain_text, digit_shape))
