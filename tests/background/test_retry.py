"""The one retry policy: how long to wait, how often, and never beyond the time that is left."""

from dataclasses import dataclass, field

import pytest

from callrisk.background.clock import Clock, Deadline
from callrisk.background.retry import RETRIES, RetryTimings, call_with_retry
from callrisk.domain.outside import OutsideError


@dataclass
class Hands:
    """A clock that moves when somebody sleeps."""

    at: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.at += seconds

    def clock(self, chance: float = 1.0) -> Clock:
        """Return the clock that shows them."""
        return Clock(monotonic=lambda: self.at, sleep=self.sleep, chance=lambda: chance)


def fail(*errors: Exception) -> object:
    """Return a call that raises these errors in turn, then answers."""
    left = list(errors)

    def call() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return call


def test_waits_grow_to_the_longest() -> None:
    """Doubling, with an end, however often it failed."""
    timings = RetryTimings(2.0, 600.0)
    assert [timings.wait_s(n) for n in (1, 2, 3, 9, 10, 10_000)] == [2, 4, 8, 512, 600, 600]


def test_a_refusal_waits_longer() -> None:
    """A permanent error has waits of its own that grow; without them it waits like any other."""
    refused = OutsideError("no", permanent=True)
    assert RETRIES.crm_lookup.wait_s(4, OutsideError("away")) == 5.0
    assert [RETRIES.crm_lookup.wait_s(n, refused) for n in (1, 2, 4, 9)] == [5.0, 10.0, 40.0, 300.0]
    assert RetryTimings(1.0, 8.0).wait_s(1, refused) == 1.0


def test_a_result_is_written_again_after_fifteen_seconds_at_most() -> None:
    """While the CRM is away; a refusal, which a person mends, waits up to ten minutes."""
    away, refused = OutsideError("away"), OutsideError("no", permanent=True)
    waits = RETRIES.result_write
    assert [waits.wait_s(n, away) for n in (1, 2, 3, 4, 5, 99)] == [2, 4, 8, 15, 15, 15]
    assert [waits.wait_s(n, refused) for n in (1, 9, 10, 99)] == [2, 512, 600, 600]


def test_nobody_comes_back_before_the_time_that_was_asked_for() -> None:
    """The other side's own wait wins where it is longer."""
    busy = OutsideError("busy", retry_after_s=30.0)
    assert RETRIES.crm_request.wait_s(1, busy, chance=0.5) == 30.0
    assert RETRIES.crm_request.wait_s(4, OutsideError("away"), chance=0.5) == 4.0


def test_a_call_is_repeated_until_it_answers() -> None:
    """Between the attempts it sleeps as the timings say."""
    hands = Hands()
    call = fail(OutsideError("one"), OutsideError("two"))
    answer = call_with_retry(
        call, RetryTimings(1.0, 8.0), hands.clock(), lambda _: True, lambda: 60.0  # type: ignore[arg-type]
    )  # fmt: skip
    assert (answer, hands.slept) == ("answer", [1.0, 2.0])


def test_attempts_come_to_an_end() -> None:
    """The last error comes out as it was raised."""
    hands, last = Hands(), OutsideError("three")
    call = fail(OutsideError("one"), OutsideError("two"), last)
    timings = RetryTimings(1.0, 8.0, attempts=3)
    with pytest.raises(OutsideError) as raised:
        call_with_retry(call, timings, hands.clock(), lambda _: True, lambda: 60.0)  # type: ignore[arg-type]
    assert raised.value is last
    assert hands.slept == [1.0, 2.0]


def test_nobody_sleeps_beyond_the_deadline() -> None:
    """A wait that would end after it is not begun."""
    hands = Hands()
    deadline = Deadline(hands.clock(), 4.0)
    call = fail(*(OutsideError(str(n)) for n in range(9)))
    with pytest.raises(OutsideError, match="2"):
        call_with_retry(
            call, RetryTimings(1.0, 8.0), hands.clock(), lambda _: True, deadline.left_s  # type: ignore[arg-type]
        )  # fmt: skip
    assert hands.slept == [1.0, 2.0]


def test_what_may_not_be_repeated_is_not() -> None:
    """An error of another kind, or a refusal, comes out at once."""
    hands = Hands()
    with pytest.raises(ValueError, match="ours"):
        call_with_retry(
            fail(ValueError("ours")), RETRIES.crm_request, hands.clock(),  # type: ignore[arg-type]
            lambda error: isinstance(error, OutsideError), lambda: 60.0,
        )  # fmt: skip
    assert hands.slept == []
