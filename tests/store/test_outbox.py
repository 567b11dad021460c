"""What waits to be sent: the newest of each call, at its time, counted, and nothing after it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from callrisk.store.sending.outbox import RESULT_MESSAGE, Outbox, OutboxMessage, enqueue
from callrisk.store.transaction import writing

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def results(engine: Engine, call_id: str, count: int) -> Outbox:
    """An outbox in which so many results of a call wait, the last of them the newest."""
    with writing(engine) as connection:
        for number in range(count):
            message = OutboxMessage(RESULT_MESSAGE, call_id, f"{call_id} {number}", {"n": number})
            enqueue(connection, message, NOON)
    return Outbox(engine)


def numbers_due(outbox: Outbox, at: datetime) -> list[int]:
    """The numbers of the results that are due."""
    return [one.message.payload["n"] for one in outbox.due(RESULT_MESSAGE, at)]


def test_a_result_that_was_sent_is_done_with_those_before_it(engine: Engine) -> None:
    """Nothing older is due after it; what came meanwhile and other calls still are."""
    outbox = results(engine, "c1", 2)
    results(engine, "other", 1)
    newest, other = outbox.due(RESULT_MESSAGE, NOON)
    with writing(engine) as connection:
        enqueue(connection, OutboxMessage(RESULT_MESSAGE, "c1", "late", {"n": 7}), NOON)
    outbox.sent(newest, NOON)

    assert (newest.message.payload, other.message.call_id) == ({"n": 1}, "other")
    assert numbers_due(outbox, NOON) == [0, 7]
    assert outbox.pending(RESULT_MESSAGE) == (2, None)


def test_a_message_that_failed_is_due_after_its_wait_and_counts_its_attempts(
    engine: Engine,
) -> None:
    """Not a moment before; each failure is one more attempt, and the problem is told."""
    outbox, at = results(engine, "c1", 1), NOON
    for attempt, wait_s in enumerate((2.0, 4.0, 15.0)):
        (waiting,) = outbox.due(RESULT_MESSAGE, at)
        assert waiting.attempts == attempt
        outbox.failed(waiting, f"503, {attempt}", at, wait_s)
        at += timedelta(seconds=wait_s)
        assert numbers_due(outbox, at - timedelta(microseconds=1)) == []

    (waiting,) = outbox.due(RESULT_MESSAGE, at)
    assert waiting.attempts == 3
    assert outbox.pending() == (1, "503, 2")


def test_a_newer_message_about_the_same_place_overtakes(engine: Engine) -> None:
    """Waiting or sent, but not refused; an equal value elsewhere in the payload is none."""
    outbox = Outbox(engine)
    with writing(engine) as connection:
        for leg, contact in (("a", "c1"), ("b", "c1"), ("c", "c2")):
            payload = {"contact_id": contact, "risk_category": "high"}
            enqueue(connection, OutboxMessage("risk_category", leg, leg, payload), NOON)
    first, second, third = outbox.due("risk_category", NOON)

    overtaken = [outbox.is_overtaken(one, "contact_id") for one in (first, second, third)]
    assert overtaken == [True, False, False]
    outbox.sent(second, NOON)
    assert outbox.is_overtaken(first, "contact_id")
    outbox.refused(second, "no such contact", NOON)
    assert outbox.is_overtaken(first, "contact_id")
