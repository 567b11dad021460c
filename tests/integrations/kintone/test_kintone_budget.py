"""Requests of a day, which Kintone counts without a word."""

import logging
from datetime import timedelta

import pytest

from callrisk.integrations.http.request_budget import Budget
from callrisk.integrations.kintone.client import KintoneClient
from harness.kintone.client_settings import Hands, settings_for
from harness.kintone.scripted_server import ScriptedServer, raw, told


def test_every_try_counts_for_its_app(kintone: ScriptedServer, client: KintoneClient) -> None:
    """Kintone counts what fails as well."""
    kintone.script = [raw(b"", 503), told({"properties": {}}), told({"properties": {}})]
    client.form_fields(1)
    client.form_fields(2)

    assert client.requests_today == {1: 2, 2: 1}
    assert client.budget == 10_000


def test_a_count_of_an_earlier_run_is_taken_over(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """It is added to what was counted since."""
    kintone.script = [told({"properties": {}})]
    client.form_fields(1)
    client.note_requests(1, 500)

    assert client.requests_today == {1: 501}
    with pytest.raises(ValueError, match="negative"):
        client.note_requests(1, -1)


def test_the_day_turns_at_midnight_in_utc(hands: Hands) -> None:
    """Which is nine in the morning in Japan."""
    budget = Budget("kintone", 100, lambda: hands.moment)
    budget.note(1, 90)
    hands.moment = hands.moment.replace(hour=23, minute=59)
    assert budget.today == {1: 90}
    hands.moment += timedelta(minutes=1)

    assert budget.today == {}
    budget.note(1)
    assert budget.today == {1: 1}


def test_a_warning_comes_once_at_each_mark(hands: Hands, caplog: pytest.LogCaptureFixture) -> None:
    """At four fifths and at all of it, by app, anew each day."""
    caplog.set_level(logging.WARNING)
    budget = Budget("kintone", 10, lambda: hands.moment)
    counts = []
    for _ in range(12):
        budget.note(1)
        counts.append(len(caplog.records))
    budget.note(2, 15)

    assert counts == [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2]
    assert "app=1 has had 8 requests today, 80 %" in caplog.messages[0]
    assert "app=1 has had 10 requests today, 100 %" in caplog.messages[1]
    assert "app=2 has had 15 requests today, 100 %" in caplog.messages[2]
    hands.moment += timedelta(days=1)
    budget.note(1, 8)
    assert len(caplog.messages) == 4


def test_the_budget_is_that_of_the_settings(hands: Hands) -> None:
    """A wider plan allows more."""
    settings = settings_for("https://example.cybozu.com", daily_budget=100_000)

    assert KintoneClient(settings, hands.clock()).budget == 100_000
