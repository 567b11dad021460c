"""Messages that wait: one sender claims each, waits grow, clocks may jump, the old ones go."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Engine

from callrisk.background.retry import RETRIES
from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.store.retention import Retention
from callrisk.store.sending.outbox import RESULT_MESSAGE, Outbox, OutboxMessage, enqueue
from callrisk.store.sending.outbox_claims import LEASE, OutboxClaims
from callrisk.store.transaction import writing


def put(engine: Engine, call_id: str, score: int) -> None:
    """A result that waits."""
    result = CallResult(
        call_id, "1001", "a", score, "high", "高リスク", (), "v", "demonstrated",
        "2026-04-01T00:00:00Z",
    )  # fmt: skip
    with writing(engine) as connection:
        key = f"{call_id}-{score}"
        enqueue(connection, OutboxMessage(RESULT_MESSAGE, call_id, key, asdict(result)), utc_now())


def is_open(engine: Engine) -> int:
    """Return how many results wait."""
    return Outbox(engine).pending(RESULT_MESSAGE)[0]


def test_a_clock_that_was_set_back_delays_nothing(engine: Engine) -> None:
    """Neither a message that was put off, nor one that a server claimed and did not send."""
    put(engine, "c-1", 50)
    outbox, now = Outbox(engine), utc_now()
    (waiting,) = outbox.due(RESULT_MESSAGE, now)
    outbox.failed(waiting, "no", now, 600)
    yesterday = now - timedelta(days=1)
    assert outbox.due(RESULT_MESSAGE, now + timedelta(seconds=599)) == []
    assert len(outbox.due(RESULT_MESSAGE, now + timedelta(seconds=600))) == 1
    assert len(outbox.due(RESULT_MESSAGE, yesterday)) == 1
    dead = OutboxClaims(engine, RESULT_MESSAGE, "dead")
    assert len(dead.claim(now + timedelta(seconds=600), 50, is_retry=True)) == 1
    alive = OutboxClaims(engine, RESULT_MESSAGE, "alive")
    assert alive.claim(now + timedelta(seconds=700), 50, is_retry=True) == []
    assert len(alive.claim(yesterday, 50, is_retry=True)) == 1


def test_a_clock_that_was_set_back_by_an_hour_delays_nothing(engine: Engine) -> None:
    """Neither a message that was never tried, nor one put off for as long as the CRM asked for."""
    put(engine, "c-1", 50)
    outbox, now = Outbox(engine), utc_now()
    hour_ago = now - timedelta(hours=1)
    (waiting,) = outbox.due(RESULT_MESSAGE, hour_ago)
    for wait_s in (1, 600, 3_600):
        outbox.failed(waiting, "no", now, wait_s)
        assert outbox.due(RESULT_MESSAGE, now) == []
        assert len(outbox.due(RESULT_MESSAGE, hour_ago)) == 1


def test_a_claim_ends_with_its_lease(engine: Engine) -> None:
    """A server that died gives its results to the others, its successor at once."""
    put(engine, "c-1", 50)
    now = utc_now()
    dead = OutboxClaims(engine, RESULT_MESSAGE, "one:5000:a")
    assert len(dead.claim(now, 50, is_retry=False)) == 1
    other = OutboxClaims(engine, RESULT_MESSAGE, "two:5000:b")
    other.free("two:5000:")
    assert other.claim(now + LEASE - timedelta(seconds=1), 50, is_retry=False) == []
    assert len(other.claim(now + LEASE, 50, is_retry=False)) == 1
    successor = OutboxClaims(engine, RESULT_MESSAGE, "two:5000:c")
    successor.free("two:5000:")
    assert len(successor.claim(now + LEASE, 50, is_retry=False)) == 1


def due_at(engine: Engine, after: datetime, failures: int) -> int:
    """Return after how many seconds a message is due again that failed so often."""
    outbox = Outbox(engine)
    (waiting,) = outbox.due(RESULT_MESSAGE, after + timedelta(minutes=59))
    assert waiting.attempts == failures - 1
    wait_s = RETRIES.result_write.wait_s(failures, OutsideError("no", permanent=True))
    outbox.failed(waiting, "no", after, wait_s)
    return next(
        second
        for second in range(3601)
        if outbox.due(RESULT_MESSAGE, after + timedelta(seconds=second))
    )


def test_waits_grow_to_the_longest_and_older_messages_go_with_the_newest(engine: Engine) -> None:
    """2, 4, 8 … 600 seconds; sent is sent for all that came before."""
    put(engine, "c-1", 40)
    now = utc_now() + timedelta(seconds=1)
    assert [due_at(engine, now, failures) for failures in range(1, 11)] == [
        2, 4, 8, 16, 32, 64, 128, 256, 512, 600,
    ]  # fmt: skip
    put(engine, "c-1", 60)
    outbox = Outbox(engine)
    (newest,) = outbox.due(RESULT_MESSAGE, utc_now())
    assert newest.message.payload["risk_score"] == 60
    outbox.sent(newest, now)
    assert outbox.due(RESULT_MESSAGE, now + timedelta(minutes=59)) == []
    assert is_open(engine) == 0


def test_messages_are_kept_for_ninety_days(engine: Engine) -> None:
    """Sent ones go, waiting ones never."""
    put(engine, "sent", 40)
    put(engine, "waits", 40)
    outbox, now = Outbox(engine), utc_now()
    outbox.sent(outbox.due(RESULT_MESSAGE, now)[0], now)
    retention = Retention(engine)
    assert retention.delete_sent(now + timedelta(days=90)) == 0
    assert retention.delete_sent(now + timedelta(days=90, seconds=1)) == 1
    assert retention.delete_sent(now + timedelta(days=900)) == 0
    assert is_open(engine) == 1
