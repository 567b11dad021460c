"""Place signs such as 十 beside digits that are hidden already: the order of arrival is all one."""

from collections.abc import Iterable
from itertools import permutations

import pytest

from callrisk.domain.segment import ParticipantRole, Segment
from harness.masking.rules import masked, masked_across


def _after(turns: Iterable[Segment]) -> dict[str, Segment]:
    known = {turn.segment_id: turn for turn in turns}
    return known | {turn.segment_id: turn for turn in masked_across([*known.values()])}


@pytest.mark.parametrize(
    "turns",
    [
        (("四", 1, 5_000, 5_281), ("サン5四67十", 8, 16_000, 21_512)),
        (("12343四じゅう3ん", 2, 0, 6_838), ("十サン3です", 1, 0, 3_124)),
    ],
)
def test_a_place_sign_behind_a_hidden_digit_is_hidden_in_any_order(
    turns: tuple[tuple[str, int, int, int], ...],
) -> None:
    """The digit before 十 may be hidden first, by what a turn before or behind says."""
    said = [
        Segment(f"s{number}", sequence, ParticipantRole.CUSTOMER, masked(text), begin, end)
        for number, (text, sequence, begin, end) in enumerate(turns)
    ]
    whole = _after(said)
    for order in permutations(said):
        known: dict[str, Segment] = {}
        for turn in (*order, *order):
            known = _after([*{**known, turn.segment_id: turn}.values()])
        assert known == whole


def test_what_is_no_number_keeps_its_place_sign() -> None:
    """十 begins a word, or bears a unit, right behind a hidden number, too."""
    said = "電話は09012345678十分です。暗証番号は1234、十日に3十円"

    assert masked(said) == "電話は●●●●●●●●●●●十分です。暗証番号は●●●●、十日に3十円"
