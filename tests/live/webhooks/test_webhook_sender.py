"""Sending to real receivers: in order, again after failures, at least once through every death."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from callrisk.domain.event_types import EventType
from callrisk.domain.webhooks.receiver_address import AllowedPlaces
from callrisk.domain.webhooks.webhook import Target, WebhookEvent, WebhookState
from callrisk.integrations.webhooks.webhook_post import WebhookPost
from callrisk.live.webhooks.webhook_sender import FAILING_FOR, WebhookSender
from callrisk.store.database import open_database
from callrisk.store.keeping.old_calls import remove_calls
from callrisk.store.transaction import writing
from callrisk.store.webhooks.webhook_claims import LEASE, Failure, WebhookLostError
from callrisk.store.webhooks.webhook_tables import webhooks
from harness.crashes import dying_at
from harness.databases import KINDS, fresh_database
from harness.key_rings import KEYS
from harness.waiting import eventually
from harness.webhooks.hook_bench import SECRET, HookBench
from harness.webhooks.receiver import (
    Receiver,
    Sending,
    asking_to_wait,
    is_signed,
    receiving,
    waiting_for,
)

STARTED, ENDED = EventType.CALL_STARTED, EventType.CALL_ENDED


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database of each kind."""
    with fresh_database(request.param) as address:
        opened = open_database(address or f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
        yield opened
        opened.dispose()


@pytest.fixture
def bench(engine: Engine) -> HookBench:
    return HookBench(engine)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def calls(bench: HookBench, count: int) -> None:
    """So many calls that begin."""
    bench.put(*((f"c-{number}", STARTED) for number in range(count)))


def told(receiver: Receiver) -> list[str]:
    """The calls that a receiver was told of."""
    return [one.json["data"]["call_id"] for one in receiver.received]


def state_of(bench: HookBench, webhook_id: int) -> tuple[WebhookState, datetime | None]:
    """The state of a webhook, and since when it fails."""
    found = bench.store.kept.find(webhook_id)
    assert found is not None
    return found.state, found.failing_since


def test_events_arrive_signed_and_in_order(bench: HookBench, receiver: Receiver) -> None:
    """With the moment of the event, not that of the request."""
    webhook = bench.hook(receiver.url)
    calls(bench, 5)
    at = bench.moment
    bench.hours_pass(1)

    assert bench.send(webhook) == 5
    assert told(receiver) == [f"c-{number}" for number in range(5)]
    assert all(is_signed(one, SECRET) for one in receiver.received)
    assert receiver.received[0].json["timestamp"] == f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    stamp = receiver.received[0].headers["webhook-timestamp"]
    assert int(stamp) == bench.moment.timestamp()
    assert bench.send(webhook) == 0


def test_what_was_not_taken_is_sent_again_under_its_id(
    bench: HookBench, receiver: Receiver
) -> None:
    """With the same body, and not a second before its time; those behind it do not wait."""
    receiver.script = [500, 204]
    webhook = bench.hook(receiver.url)
    calls(bench, 2)
    assert bench.send(webhook) == 0
    assert bench.send(webhook) == 0  # the receiver rests
    bench.hours_pass(1.5 / 3600)
    assert bench.send(webhook) == 1
    bench.hours_pass(5 / 3600)
    assert bench.send(webhook) == 1

    first, second, again = receiver.received
    assert told(receiver) == ["c-0", "c-1", "c-0"]
    assert (again.id, again.body) == (first.id, first.body)
    assert second.id != first.id
    assert [state[1:] for state in bench.states(webhook)] == [
        ("delivered", 2, None), ("delivered", 1, None),
    ]  # fmt: skip


def test_the_waits_grow_over_days_then_it_is_given_up(bench: HookBench, receiver: Receiver) -> None:
    """Later than a receiver that takes nothing is switched off; what failed alone is forgotten."""
    receiver.script = [500] * 30
    webhook = bench.hook(receiver.url)
    calls(bench, 1)
    bench.send(webhook)
    hours = bench.until(lambda: bench.states(webhook)[0][1] == "given_up", 24 * 12, webhook, 3)

    assert bench.states(webhook) == [("call.started", "given_up", 17, "HTTP 500")]
    assert len(receiver.received) == 17
    assert timedelta(hours=hours) > FAILING_FOR
    assert len({one.id for one in receiver.received}) == 1
    assert state_of(bench, webhook) == (WebhookState.ON, None)
    receiver.script.clear()
    assert bench.store.kept.send_again(webhook, bench.moment) == 1
    bench.hours_pass(0.1)  # the receiver rests
    assert bench.send(webhook) == 1
    assert len({one.id for one in receiver.received}) == 1


def test_a_weekend_without_the_receiver_costs_no_event(
    bench: HookBench, receiver: Receiver
) -> None:
    """From Friday noon to Tuesday morning; all arrive, nobody has to do anything."""
    receiver.script = [503] * 10_000
    webhook = bench.hook(receiver.url)
    calls(bench, 3)
    bench.send(webhook)
    monday = bench.moment + timedelta(hours=93)
    bench.until(lambda: bench.moment >= monday, 100, webhook, 1)
    receiver.script.clear()
    receiver.received.clear()
    bench.until(lambda: len(receiver.received) == 3, 25, webhook, 1)

    assert [state[1] for state in bench.states(webhook)] == ["delivered"] * 3


def test_a_wait_that_is_asked_for_is_kept(bench: HookBench, receiver: Receiver) -> None:
    """By all that is to come."""
    receiver.script = [asking_to_wait("7200", 429)]
    webhook = bench.hook(receiver.url)
    calls(bench, 2)
    bench.send(webhook)
    bench.hours_pass(1.9)
    assert bench.send(webhook) == 0
    bench.hours_pass(0.2)
    assert bench.send(webhook) == 2


def test_a_receiver_that_comes_back_is_sent_all_at_once(
    bench: HookBench, receiver: Receiver
) -> None:
    """Nothing waits for the end of its own wait."""
    receiver.script = [503] * 12
    webhook = bench.hook(receiver.url)
    calls(bench, 6)
    bench.until(lambda: not receiver.script, 24, webhook)
    bench.until(lambda: len(receiver.received) > 12, 1, webhook)

    assert [state[1] for state in bench.states(webhook)] == ["delivered"] * 6


def test_410_switches_a_webhook_off(bench: HookBench, receiver: Receiver) -> None:
    """Nothing is sent there any more, until somebody switches it on."""
    receiver.script = [410]
    webhook = bench.hook(receiver.url)
    calls(bench, 2)
    bench.send(webhook)
    bench.hours_pass(100)
    bench.send(webhook)

    found = bench.store.kept.find(webhook)
    assert found is not None
    assert (found.state, len(receiver.received)) == (WebhookState.GONE, 1)
    assert [state[1] for state in bench.states(webhook)] == ["waiting", "waiting"]
    bench.store.kept.switch_on(webhook, bench.moment, catch_up=True)
    assert bench.send(webhook) == 2


def test_days_of_failures_switch_a_webhook_off(
    bench: HookBench, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Told in the log by its number alone; nothing is lost of what came since."""
    receiver.script = [500] * 500
    webhook = bench.hook(receiver.url)

    def is_off() -> bool:
        bench.put((f"c-{bench.moment}", STARTED)) if bench.moment.hour == 9 else None
        found = bench.store.kept.find(webhook)
        return found is not None and found.state is WebhookState.FAILING

    calls(bench, 1)
    with caplog.at_level(logging.WARNING):
        hours = bench.until(is_off, 24 * 7, webhook)
    assert 120 <= hours < 150
    assert f"webhook={webhook} is switched off: failing" in caplog.text
    assert "127.0.0.1" not in caplog.text
    receiver.script.clear()
    assert {state[1] for state in bench.states(webhook)} == {"waiting"}
    bench.store.kept.switch_on(webhook, bench.moment, catch_up=True)
    assert bench.send(webhook) == len(bench.states(webhook)) > 10


def test_two_failures_with_days_between_switch_nothing_off(
    bench: HookBench, receiver: Receiver
) -> None:
    """Nothing waited meanwhile, or nobody sent: the second is the first of a new row."""
    receiver.script = [500]
    webhook = bench.hook(receiver.url)
    calls(bench, 1)
    bench.send(webhook)
    with writing(bench.engine) as connection:
        remove_calls(connection, ["c-0"])
    bench.hours_pass(24 * 6)
    receiver.script = [500, 500]
    bench.put(("c-1", STARTED), ("c-2", STARTED))
    began = bench.moment
    bench.send(webhook)

    assert state_of(bench, webhook) == (WebhookState.ON, began)


def test_one_event_that_fails_for_days_switches_nothing_off(
    bench: HookBench, receiver: Receiver
) -> None:
    """Though another fails once beside it, on the sixth day."""

    def judge(handler: object) -> None:
        receiver.script.insert(0, judge)
        told_of = [one.json["data"]["call_id"] for one in receiver.received]
        is_refused = told_of[-1] == "c-0" or told_of.count("c-1") == 1
        handler.send_response(400 if is_refused else 204)  # type: ignore[attr-defined]
        handler.send_header("Content-Length", "0")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]

    receiver.script = [judge]
    webhook = bench.hook(receiver.url)
    calls(bench, 1)
    bench.send(webhook)
    day_six = bench.moment + FAILING_FOR
    bench.until(lambda: bench.moment >= day_six, 24 * 6, webhook, 1)
    bench.put(("c-1", STARTED))
    bench.send(webhook)
    bench.until(lambda: bench.states(webhook)[1][1] == "delivered", 1, webhook)

    assert state_of(bench, webhook)[0] is WebhookState.ON


@pytest.mark.parametrize("ahead", [timedelta(days=20), timedelta(days=3650)])
def test_a_clock_that_was_ahead_holds_nothing_up(
    bench: HookBench, receiver: Receiver, ahead: timedelta
) -> None:
    """What was due, what rested and what failed by it; nor does it switch anything off."""
    receiver.script = [500]
    webhook = bench.hook(receiver.url)
    calls(bench, 1)
    bench.send(webhook)
    bench.moment += ahead
    receiver.script = [500]
    bench.put(("c-1", STARTED))
    bench.send(webhook)
    bench.moment -= ahead
    calls(bench, 3)
    receiver.script = [500]
    assert bench.store.claims.due(bench.moment) == [webhook]
    bench.send(webhook)
    assert state_of(bench, webhook) == (WebhookState.ON, bench.moment)
    bench.until(lambda: len(receiver.received) == 6, 1, webhook)

    assert {state[1] for state in bench.states(webhook)} == {"delivered"}


def test_an_event_that_was_made_by_a_clock_ahead_is_due(
    bench: HookBench, receiver: Receiver
) -> None:
    """One that was never tried has no wait."""
    webhook = bench.hook(receiver.url)
    calls(bench, 1)
    bench.store.log.step(bench.moment + timedelta(hours=3))

    assert bench.send(webhook) == 1


def test_switching_off_ends_the_run_under_way(bench: HookBench, receiver: Receiver) -> None:
    """After the request at hand, whatever is answered to it."""
    webhook = bench.hook(receiver.url)
    calls(bench, 5)

    def switch_off(status: int) -> Sending:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            bench.store.kept.switch_off(webhook, bench.moment)
            handler.send_response(status)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        return answer

    receiver.script = [204, switch_off(204)]
    assert bench.send(webhook) == 2
    assert len(receiver.received) == 2
    bench.store.kept.switch_on(webhook, bench.moment, catch_up=True)
    receiver.script = [switch_off(410)]
    bench.send(webhook)
    assert len(receiver.received) == 3
    assert state_of(bench, webhook)[0] is WebhookState.OFF


def test_an_error_that_nobody_foresaw_has_its_wait(
    bench: HookBench, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """It is noted as any failure, without what its message quotes; the others are sent."""
    post = WebhookPost(AllowedPlaces(own_machine=True))

    def fail_first(target: Target, message_id: str, body: str, now: datetime) -> None:
        if "c-0" in body:
            raise KeyError(target.url)
        post(target, message_id, body, now)

    webhook = bench.hook(f"{receiver.url}?token=canary-token")
    calls(bench, 2)
    bench.sender = WebhookSender(bench.store, fail_first, 90, now=bench.now)
    with caplog.at_level(logging.WARNING):
        bench.send(webhook)
    assert bench.store.claims.due(bench.moment) == []
    bench.hours_pass(2 / 3600)
    bench.send(webhook)

    assert told(receiver) == ["c-1"]
    assert bench.states(webhook)[0][1:] == ("waiting", 1, "could not be sent: KeyError")
    assert "fail_first" in caplog.text
    assert "canary-token" not in caplog.text


def test_a_secret_that_does_not_open_has_its_wait(
    bench: HookBench, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Until its key is back."""
    webhook, other = bench.hook(receiver.url), bench.hook(receiver.url)
    with writing(bench.engine) as connection:
        sealed = select(webhooks.c.sealed_secret).where(webhooks.c.webhook_id == other)
        moved = update(webhooks).where(webhooks.c.webhook_id == webhook)
        connection.execute(moved.values(sealed_secret=connection.execute(sealed).scalar_one()))
    calls(bench, 1)
    assert bench.send(webhook) == 0

    assert bench.states(webhook)[0][1:3] == ("waiting", 1)
    assert webhook not in bench.store.claims.due(bench.moment)
    assert receiver.received == []


def test_one_event_that_is_refused_holds_up_no_other(bench: HookBench, receiver: Receiver) -> None:
    """And does not switch the webhook off."""

    def judge(handler: object) -> None:
        receiver.script.insert(0, judge)
        refused = receiver.received[-1].json["data"]["call_id"] == "c-0"
        handler.send_response(400 if refused else 204)  # type: ignore[attr-defined]
        handler.send_header("Content-Length", "0")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]

    receiver.script = [judge]
    webhook = bench.hook(receiver.url)
    calls(bench, 3)
    bench.send(webhook)
    bench.until(lambda: bench.states(webhook)[0][1] == "given_up", 24 * 12, webhook, 3)

    assert [state[1] for state in bench.states(webhook)] == ["given_up", "delivered", "delivered"]
    found = bench.store.kept.find(webhook)
    assert found is not None
    assert found.state is WebhookState.ON


@pytest.mark.parametrize("point", ["before_webhook_send", "between_webhook_send_and_mark"])
def test_a_process_that_dies_around_the_request_loses_nothing(
    bench: HookBench, receiver: Receiver, point: str
) -> None:
    """It may be sent twice, under one id; a new run in its place need not wait for the lease."""
    webhook = bench.hook(receiver.url)
    calls(bench, 3)
    with dying_at(point, 2):
        bench.store.log.step(bench.moment)
        # What is left to a process that dies is nothing, so the claim stays.
        bench.store.claims.release = lambda _id: None  # type: ignore[method-assign]
        bench.sender.send_to(webhook)
    bench.restart("2")
    bench.send(webhook)

    ids = [one.id for one in receiver.received]
    assert sorted(set(told(receiver))) == ["c-0", "c-1", "c-2"]
    assert len(ids) - len(set(ids)) == (point == "between_webhook_send_and_mark")
    assert [state[1] for state in bench.states(webhook)] == ["delivered"] * 3


def test_of_two_processes_one_sends(bench: HookBench, receiver: Receiver) -> None:
    """While it has the claim; after its lease the other does, and the first is refused."""
    other = HookBench(bench.engine, place="there:")
    webhook = bench.hook(receiver.url)
    calls(bench, 2)
    bench.store.log.step(bench.moment)
    assert bench.store.claims.claim(webhook, bench.moment)
    frozen = bench.store.claims.next(webhook, bench.moment)
    assert frozen is not None
    assert other.send(webhook) == 0
    assert other.store.claims.due(other.moment) == []
    other.moment += LEASE
    assert other.send(webhook) == 2
    with pytest.raises(WebhookLostError):
        bench.store.claims.delivered(frozen, bench.moment, was_away=False)
    with pytest.raises(WebhookLostError):
        bench.store.claims.failed(frozen, Failure("x", None, bench.moment), bench.moment)
    assert [state[1:3] for state in bench.states(webhook)] == [("delivered", 1)] * 2


def test_many_processes_at_once_tell_each_event_once(bench: HookBench, receiver: Receiver) -> None:
    """Each follows the log, and sends."""
    webhook = bench.hook(receiver.url)
    calls(bench, 40)
    others = [HookBench(bench.engine, place=f"p{number}:") for number in range(4)]

    def work(one: HookBench) -> None:
        for _ in range(10):
            one.send(webhook)

    threads = [threading.Thread(target=work, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told(receiver) == [f"c-{number}" for number in range(40)]


def test_a_slow_receiver_holds_up_nobody_else(bench: HookBench, receiver: Receiver) -> None:
    """The others are told while it is waited for; it is told in the end, too."""
    over = threading.Event()
    with receiving() as slow:
        slow.script = [waiting_for(over)]
        bench.timeout_s = 30.0
        bench.restart()
        bench.hook(slow.url)
        bench.hook(receiver.url)
        calls(bench, 20)
        began = time.monotonic()
        bench.sender.start()
        try:
            assert eventually(lambda: len(receiver.received) == 20, 15)
            assert time.monotonic() - began < 15
            assert len(slow.received) == 1
            over.set()
            assert eventually(lambda: len(slow.received) == 20, 15)
        finally:
            over.set()
            bench.sender.stop()
    assert told(receiver) == told(slow) == [f"c-{number}" for number in range(20)]


def test_a_webhook_that_is_removed_meanwhile_ends_quietly(
    bench: HookBench, receiver: Receiver
) -> None:
    """Nothing of it is left."""
    webhook = bench.hook(receiver.url)
    calls(bench, 2)

    def remove(handler: object) -> None:
        bench.store.kept.remove(webhook)
        handler.send_response(204)  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]

    receiver.script = [remove]
    with pytest.raises(WebhookLostError):
        bench.send(webhook)
    assert len(receiver.received) == 1
    assert bench.store.kept.find(webhook) is None
    assert bench.send(webhook) == 0


def test_a_test_goes_to_one_webhook(bench: HookBench, receiver: Receiver) -> None:
    """Whatever it is told of."""
    webhook = bench.hook(receiver.url, WebhookEvent.JOB_FINISHED)
    bench.hook(receiver.url)
    bench.store.kept.put_test(webhook, bench.moment)
    bench.send(webhook)

    assert [one.json["type"] for one in receiver.received] == ["webhook.test"]
    assert receiver.received[0].json["data"] == {"webhook_id": webhook}


def test_nothing_said_is_sent_or_logged(
    bench: HookBench, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither words nor the secret, on success and on failure."""
    canary = "はい、カナリア商事の黄色太郎です。来週の金曜日に必ず払います。電話は09012345678です。"
    receiver.script = [500]
    webhook = bench.hook(receiver.url + "?token=canary-token", name="カナリアの名")
    bench.hear("c-1", canary)
    bench.put(("c-1", EventType.ESCALATION), ("c-1", ENDED))
    with caplog.at_level(logging.DEBUG):
        bench.until(
            lambda: {state[1] for state in bench.states(webhook)} == {"delivered"}, 1, webhook
        )

    sent = "".join(f"{one.headers}{one.body.decode()}" for one in receiver.received)
    assert {"promise.made", "call.escalated", "call.ended"} <= set(receiver.types)
    for planted in ("カナリア", "黄色", "太郎", "払", "0901", "5678", "canary-token", SECRET):
        assert planted not in sent
        assert planted not in caplog.text
