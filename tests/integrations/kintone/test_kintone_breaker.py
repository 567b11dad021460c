"""Kintone is away: who may still ask, how often, and what a screen can say about it."""

import pytest

from callrisk.background.breaker import Availability
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError
from harness.kintone.client_settings import Hands
from harness.kintone.scripted_server import ScriptedServer, raw, refused, told

GOOD = told({"properties": {}})
AWAY = raw(b"", 503)


def fails(client: KintoneClient) -> KintoneError:
    """The error of one call."""
    with pytest.raises(KintoneError) as raised:
        client.form_fields(1)
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

    assert client.form_fields(1) == {}
    assert client.state == Availability(reachable=True, since=None, problem=None)
    began = hands.moment
    fails(client)
    assert client.state.since == began
    hands.turn(1)
    assert client.form_fields(1) == {}


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
