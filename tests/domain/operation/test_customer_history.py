"""Promises of a customer and what later calls tell of them."""

from datetime import UTC, date, datetime

import pytest

from callrisk.domain.operation.customer_history import CustomerCall, PromiseState, promises_of

TODAY = date(2026, 11, 30)


def call(day: int, promised_on: date | None = None, outcome: str | None = None) -> CustomerCall:
    """A call of a day of November."""
    return CustomerCall(
        f"c{day}", datetime(2026, 11, day, tzinfo=UTC), 60.0, "agent-1", False, None, None, None,
        None, None, {}, 0, False, outcome, promised_on, 9_000, None, True,
    )  # fmt: skip


LATE, DUE = date(2026, 11, 29), TODAY


@pytest.mark.parametrize(
    ("calls", "states"),
    [
        ([call(1)], []),
        ([call(1, DUE)], [PromiseState.OPEN]),
        ([call(1, LATE)], [PromiseState.OVERDUE]),
        ([call(1, LATE), call(2)], [PromiseState.OVERDUE]),
        ([call(1, LATE), call(2, outcome="paid")], [PromiseState.SAID_PAID]),
        ([call(2, outcome="paid"), call(1, LATE)], [PromiseState.SAID_PAID]),
        ([call(1, outcome="paid"), call(2, LATE)], [PromiseState.OVERDUE]),
        ([call(1, LATE), call(2, DUE)], [PromiseState.OPEN, PromiseState.REPLACED]),
        (
            [call(1, LATE), call(2, DUE), call(3, outcome="paid")],
            [PromiseState.SAID_PAID, PromiseState.REPLACED],
        ),
    ],
)
def test_the_first_later_call_that_tells_of_it_decides(
    calls: list[CustomerCall], states: list[PromiseState]
) -> None:
    """In whatever order the calls come; the newest promise stands first."""
    assert [promise.state for promise in promises_of(calls, TODAY)] == states
