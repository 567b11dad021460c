"""What waits for a webhook: until when it is told of more, and how much waits how long."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from callrisk.domain.event_types import EventType
from callrisk.domain.webhooks.webhook import WebhookState
from callrisk.store.transaction import writing
from callrisk.store.watching.backlogs import Backlog
from callrisk.store.webhooks import webhook_log
from callrisk.store.webhooks.webhook_backlog import webhook_backlog
from callrisk.store.webhooks.webhook_tables import webhooks
from harness.webhooks.hook_bench import NOON, HookBench

URL = "https://hooks.example.com/x"


def put(bench: HookBench, count: int) -> int:
    """So many calls begin; return of how many the webhooks are told in a step."""
    bench.put(*((f"c{bench.moment:%H%M}{n}", EventType.CALL_STARTED) for n in range(count)))
    return bench.store.log.step(bench.moment)


def test_a_webhook_for_which_enough_waits_is_told_of_no_more(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fewer, and the whole next page is told."""
    monkeypatch.setattr(webhook_log, "MOST_WAITING", 3)
    bench = HookBench(engine)
    bench.hook(URL)

    assert put(bench, 2) == 2
    bench.hours_pass(1)
    assert put(bench, 1) == 1
    bench.hours_pass(1)
    assert put(bench, 1) == 0
    assert webhook_backlog(engine, bench.moment) == Backlog(3, 7_200.0)


def test_the_age_of_what_waits_is_that_of_the_oldest(engine: Engine) -> None:
    """Never below 0, and a webhook that is off waits for nothing."""
    bench = HookBench(engine)
    assert webhook_backlog(engine, NOON) == Backlog(0, 0.0)
    bench.hook(URL)
    put(bench, 2)

    assert webhook_backlog(engine, NOON) == Backlog(2, 0.0)
    assert webhook_backlog(engine, NOON - timedelta(seconds=5)) == Backlog(2, 0.0)
    assert webhook_backlog(engine, NOON + timedelta(seconds=5)) == Backlog(2, 5.0)
    with writing(engine) as connection:
        connection.execute(webhooks.update().values(state=WebhookState.OFF))
    assert webhook_backlog(engine, NOON) == Backlog(0, 0.0)
