"""What the rules hide of some hundred calls, letter by letter: nothing of it changes by chance."""

from pathlib import Path

from harness.masking.bracketed import bracketed, calls_of

CALLS = Path(__file__).parent / "hidden_before.txt"


def test_the_rules_hide_what_they_hid_before() -> None:
    """Where a rule is changed on purpose, the lines that are told here replace those of before."""
    calls = list(calls_of(CALLS.read_text(encoding="utf-8").splitlines()))
    changed = [(call, now) for call in calls if (now := bracketed(call)) != call]

    assert len(calls) > 250
    assert [now for _, now in changed] == [call for call, _ in changed]
