"""What is hidden of some thousand turns, letter by letter: nothing of it changes by chance."""

from pathlib import Path

import pytest

from harness.masking.bracketed import bracketed, calls_of

CALLS = [*calls_of((Path(__file__).parent / "hidden_before.txt").read_text("utf-8").splitlines())]


@pytest.mark.parametrize("part", range(4))
def test_the_same_is_hidden_as_before(part: int) -> None:
    """Where a rule is changed on purpose, the lines that are told here replace those of before."""
    calls = CALLS[part::4]
    changed = [(call, now) for call in calls if (now := bracketed(call)) != call]

    assert len(calls) > 100
    assert [now for _, now in changed] == [call for call, _ in changed]
