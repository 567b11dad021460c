"""Snapshots at their limits: which moments are chosen, and which texts are long enough to tell."""

import pytest

from callrisk.pipeline.preparation.snapshots import MOST_MOMENTS, _evenly, text_key


@pytest.mark.parametrize(("count", "expected"), [
    (0, []), (1, [0]), (8, [*range(8)]), (9, [0, 1, 2, 3, 5, 6, 7, 8]),
    (15, [0, 2, 4, 6, 8, 10, 12, 14]), (22, [0, 3, 6, 9, 12, 15, 18, 21]),
])  # fmt: skip
def test_of_many_moments_eight_are_chosen_evenly(count: int, expected: list[int]) -> None:
    """The first and the last are among them."""
    assert _evenly([*range(count)], MOST_MOMENTS) == expected


@pytest.mark.parametrize(
    ("turns", "letters", "is_known"), [(20, 500, True), (19, 500, False), (20, 499, False)]
)
def test_only_a_long_conversation_is_known_again(turns: int, letters: int, is_known: bool) -> None:
    """By all of its letters."""
    key = text_key("あ" * letters, turns)

    assert (key is not None) is is_known
    assert key is None or key != text_key("あ" * letters + "い", turns)
    assert key is None or (len(key), key) == (16, text_key("あ" * letters, turns + 1))
