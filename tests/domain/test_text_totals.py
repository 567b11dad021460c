"""The totals of words alone: turns, letters of each speaker, and turns that are short."""

import pytest

from callrisk.domain.call import text_totals
from callrisk.domain.segment import SHORT_TURN_CHARS

SHORT, LONG = "あ" * SHORT_TURN_CHARS, "あ" * (SHORT_TURN_CHARS + 1)


@pytest.mark.parametrize(
    ("agent", "customer", "expected"),
    [
        ([], [], (0, 0, 0, 0, 0)),
        (["はい"], [], (1, 0, 2, 0, 0)),
        (["はい", "ええと"], [], (2, 0, 5, 0, 0)),
        (["あ", "い", "う"], [SHORT], (3, 1, 3, SHORT_TURN_CHARS, 1)),
        ([], [LONG], (0, 1, 0, SHORT_TURN_CHARS + 1, 0)),
        ([], [SHORT, LONG, ""], (0, 3, 0, 2 * SHORT_TURN_CHARS + 1, 2)),
    ],
)
def test_letters_and_short_turns_are_counted(
    agent: list[str], customer: list[str], expected: tuple[int, ...]
) -> None:
    """A turn of just so many letters is short, and parts add up to the whole."""
    assert text_totals(agent, customer) == expected
    parts = [text_totals([one], []) for one in agent] + [text_totals([], [one]) for one in customer]
    assert tuple(map(sum, zip(*parts, strict=True))) == (expected if parts else ())
