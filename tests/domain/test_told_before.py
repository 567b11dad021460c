"""What is understood, summed and advised in some hundred calls: nothing of it changes by chance."""

from pathlib import Path

import pytest

from harness.masking.bracketed import calls_of
from harness.told_calls import told

CALLS = [*calls_of((Path(__file__).parent / "told_before.txt").read_text("utf-8").splitlines())]


@pytest.mark.parametrize("part", range(4))
def test_the_same_is_told_as_before(part: int) -> None:
    """Where it is changed on purpose, the lines that are told here replace those of before."""
    calls = CALLS[part::4]
    changed = [(call, now) for call in calls if (now := told(call)) != call]

    assert len(calls) >= 30
    assert [now for _, now in changed] == [call for call, _ in changed]
