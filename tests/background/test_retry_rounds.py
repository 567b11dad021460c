"""Rounds over many calls: one that fails waits, and keeps none behind it waiting."""

from datetime import UTC, datetime, timedelta

import pytest

from callrisk.background.retry_rounds import RetryRounds, UnansweredError
from callrisk.domain.outside import OutsideError
from harness.waiting import ticking

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def test_a_call_that_failed_waits_ever_longer() -> None:
    """Two seconds, six, eighteen; in between nobody asks, and the problem stays in sight."""
    clock, asked = [NOON], list[int]()

    def ask(_call: str) -> None:
        asked.append(int((clock[0] - NOON).total_seconds()))
        raise OutsideError("no line")

    rounds = RetryRounds(ticking(clock).monotonic)
    for second in range(30):
        clock[0] = NOON + timedelta(seconds=second)
        with pytest.raises(UnansweredError, match="1 calls wait: no line"):
            rounds.run(["c-1"], ask)
    assert asked == [0, 2, 8, 26]


def test_a_refusal_for_good_is_an_answer() -> None:
    """Nobody is told, and the call is asked about once an hour."""
    clock, asked = [NOON], list[datetime]()

    def ask(_call: str) -> None:
        asked.append(clock[0])
        raise OutsideError("unknown", permanent=True)

    rounds = RetryRounds(ticking(clock).monotonic)
    for minute in range(0, 125, 5):
        clock[0] = NOON + timedelta(minutes=minute)
        rounds.run(["c-1"], ask)
    assert [(at - NOON).total_seconds() for at in asked] == [0, 3600, 7200]


def test_three_failures_in_a_row_end_the_round() -> None:
    """It is not the calls: the other side is away, and the others are asked about next time."""
    asked = list[str]()

    def ask(call: str) -> None:
        asked.append(call)
        raise OutsideError("away", retry_after_s=300.0)

    rounds = RetryRounds(NOON.timestamp)
    for _ in range(3):
        with pytest.raises(UnansweredError):
            rounds.run("abcdefg", ask)
    assert "".join(asked) == "abcdefg"
