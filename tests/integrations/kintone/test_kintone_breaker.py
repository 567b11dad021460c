"""Kintone is away: who may still ask, how often, and what a screen can say about it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callrisk.background.breaker import Availability, CircuitBreaker
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError
from harness.kintone.client_settings import Hands
from harness.kintone.scripted_server import ScriptedServer, raw, refused, told

GOOD = told({"name": "顧客"})
AWAY = raw(b"", 503)


def fails(client: KintoneClient) -> KintoneError:
    """The error of one call."""
    with pytest.raises(KintoneError) as raised:
        client.app_name(1)
    return raised.value


def test_after_five_failures_nobody_asks(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands
) -> None:
    """Calls fail at once, and say since when; the first failure was the beginning."""
    kintone.otherwise = AWAY
    began = hands.moment
    fails(client)
    error = fails(client)

    assert len(kintone.asked) == 5
    assert "away since 2026-11-24 08:30:00 UTC" in str(error)
    assert (error.permanent, error.status) == (False, None)
    assert client.state.since == began
    assert not client.state.reachable
    assert "503" in (client.state.problem or "")


def test_pauses_grow_to_half_a_minute(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands
) -> None:
    """After each, one request tries, once; when it fails, the pause is twice as long."""
    kintone.otherwise = AWAY
    fails(client)
    for pause_s in (1, 2, 4, 8, 16, 30, 30):
        before = len(kintone.asked)
        hands.turn(pause_s - 0.1)
        fails(client)
        assert len(kintone.asked) == before
        hands.turn(0.1)
        fails(client)
        assert len(kintone.asked) == before + 1


def test_one_success_ends_the_outage(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands
) -> None:
    """The next outage begins anew, with five failures and the shortest pause."""
    kintone.script = [AWAY] * 5 + [GOOD] + [AWAY] * 5 + [GOOD]
    fails(client)
    hands.turn(1)

    assert client.app_name(1) == "顧客"
    assert client.state == Availability(reachable=True, since=None, problem=None)
    began = hands.moment
    fails(client)
    assert client.state.since == began
    hands.turn(1)
    assert client.app_name(1) == "顧客"


def test_a_refusal_is_an_answer(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands
) -> None:
    """Whoever refuses is there; a locked record is no outage either."""
    kintone.script = [AWAY] * 5 + [refused(404, "GAIA_RE01")]
    kintone.otherwise = refused(400, "GAIA_DA02")
    fails(client)
    hands.turn(1)

    assert fails(client).code == "GAIA_RE01"
    assert client.state.reachable
    assert fails(client).code == fails(client).code == "GAIA_DA02"
    assert client.state.reachable
    assert len(kintone.asked) == 16


def test_only_one_of_many_tries(hands: Hands) -> None:
    """While one request is out to see, all others fail at once."""
    breaker = CircuitBreaker("Kintone", hands.clock())
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
    breaker = CircuitBreaker("Kintone", hands.clock())
    for _ in range(5):
        breaker.failed("away", breaker.admit())
    hands.turn(1)
    breaker.gave_up(breaker.admit())

    assert breaker.admit()


def test_a_late_failure_of_an_old_request_changes_no_pause(hands: Hands) -> None:
    """Requests from before the outage end after it has begun."""
    breaker = CircuitBreaker("Kintone", hands.clock())
    old = [breaker.admit() for _ in range(9)]
    for probed in old:
        breaker.failed("away", probed)
    hands.turn(1)

    assert breaker.admit()


def test_since_stays_the_first_failure(hands: Hands) -> None:
    """The problem is the latest one."""
    breaker = CircuitBreaker("Kintone", hands.clock())
    began = hands.moment
    breaker.failed("first", breaker.admit())
    hands.turn(60)
    breaker.failed("second", breaker.admit())

    assert breaker.state == Availability(reachable=False, since=began, problem="second")
    assert hands.moment - began == timedelta(seconds=60)
