"""A circuit breaker: one request tries during an outage, ever more rarely."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callrisk.background.breaker import Availability, CircuitBreaker, CircuitOpenError
from harness.kintone.client_settings import Hands


@pytest.fixture
def hands() -> Hands:
    """The hands of the breaker's clock."""
    return Hands()


def test_a_breaker_that_is_open_says_who_is_away_since_when(hands: Hands) -> None:
    """The error passes, and names the other side and its problem."""
    breaker = CircuitBreaker("the other side", hands.clock())
    for _ in range(5):
        breaker.failed("503", breaker.admit())
    with pytest.raises(CircuitOpenError, match=r"the other side is away since .*\(503\)") as raised:
        breaker.check()
    assert not raised.value.permanent


def test_only_one_of_many_tries(hands: Hands) -> None:
    """While one request is out to see, all others fail at once."""
    breaker = CircuitBreaker("the other side", hands.clock())
    for _ in range(5):
        breaker.failed("away", breaker.admit())
    hands.turn(1)
    with ThreadPoolExecutor(8) as pool:
        admitted = [pool.submit(breaker.admit) for _ in range(50)]
    let_through = [one for one in admitted if not one.exception()]

    assert len(let_through) == 1
    assert let_through[0].result()
    assert breaker.is_open


def test_a_try_that_was_never_made_leaves_the_place_to_another(hands: Hands) -> None:
    """Otherwise nobody would ever ask again."""
    breaker = CircuitBreaker("the other side", hands.clock())
    for _ in range(5):
        breaker.failed("away", breaker.admit())
    hands.turn(1)
    breaker.gave_up(breaker.admit())

    assert breaker.admit()


def test_a_late_failure_of_an_old_request_changes_no_pause(hands: Hands) -> None:
    """Requests from before the outage end after it has begun."""
    breaker = CircuitBreaker("the other side", hands.clock())
    old = [breaker.admit() for _ in range(9)]
    for probed in old:
        breaker.failed("away", probed)
    hands.turn(1)

    assert breaker.admit()


def test_since_stays_the_first_failure(hands: Hands) -> None:
    """The problem is the latest one."""
    breaker = CircuitBreaker("the other side", hands.clock())
    began = hands.moment
    breaker.failed("first", breaker.admit())
    hands.turn(60)
    breaker.failed("second", breaker.admit())

    assert breaker.state == Availability(since=began, problem="second")
    assert hands.moment - began == timedelta(seconds=60)
