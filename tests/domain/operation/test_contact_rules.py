"""Who must not be called: each bar by itself, decisions, and the hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callrisk.domain.operation.contact_rules import (
    Bar,
    Contact,
    ContactCall,
    ContactDecision,
    ContactRules,
    DecisionKind,
    contacts_of,
)

# A Monday, eleven in the morning in Japan.
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = ContactRules(calls_a_week=3, dispute_days=30)
CALL = ContactCall("1001", NOW - DAY, "agent-1", None, None, None, None, disputes=False)
DECISION = ContactDecision("1001", DecisionKind.HELD, "依頼により", "person 1", NOW - DAY)


def contact(*calls: ContactCall, decisions: tuple[ContactDecision, ...] = ()) -> Contact:
    """What is known of the customer."""
    (found,) = contacts_of(["1001"], calls, decisions, RULES, NOW)
    return found


def days_ago(days: float, **more: object) -> ContactCall:
    """A call of so many days ago."""
    return replace(CALL, started_at=NOW - days * DAY, **more)  # type: ignore[arg-type]


def test_a_customer_without_calls_may_be_called() -> None:
    """Nothing is known of the last call."""
    found = contact()

    assert (found.bars, found.last, found.calls_of_week, found.promise) == ((), None, 0, None)


def test_calls_of_seven_days_count() -> None:
    """Whoever led them; one of seven days ago to the second no longer does."""
    two = (days_ago(1), days_ago(6.9, agent_id="agent-2"))

    assert contact(*two, days_ago(7)).bars == ()
    assert contact(*two, days_ago(2)).bars == (Bar.CALLS_A_WEEK,)


@pytest.mark.parametrize(
    ("calls", "is_barred"),
    [
        ([days_ago(29, disputes=True)], True),
        ([days_ago(29, outcome="dispute")], True),
        ([days_ago(31, disputes=True)], False),
        ([days_ago(20, disputes=True), days_ago(10, outcome="promised")], False),
        ([days_ago(20, disputes=True), days_ago(10, outcome="not_reached")], True),
        ([days_ago(20, outcome="paid"), days_ago(10, outcome="dispute")], True),
    ],
)
def test_a_dispute_bars_until_it_is_settled_or_old(
    calls: list[ContactCall], is_barred: bool
) -> None:
    """Heard in a call, or noted as its outcome; the order of the rows does not matter."""
    assert (Bar.DISPUTE in contact(*calls).bars) == is_barred
    assert (Bar.DISPUTE in contact(*reversed(calls)).bars) == is_barred


def decided(*kinds: DecisionKind, at: datetime = NOW - DAY) -> tuple[ContactDecision, ...]:
    """Decisions of these kinds, one after the other."""
    return tuple(replace(DECISION, kind=kind, at=at) for kind in kinds)


def test_a_notice_and_a_hold_stay_until_they_are_lifted() -> None:
    """However old they are."""
    old = NOW - 900 * DAY
    assert contact(decisions=decided(DecisionKind.LEGAL_NOTICE, at=old)).bars == (Bar.LEGAL_NOTICE,)
    assert contact(decisions=decided(DecisionKind.HELD, at=old)).bars == (Bar.HELD,)
    lifted = contact(decisions=decided(DecisionKind.HELD, DecisionKind.LIFTED))
    assert (lifted.bars, lifted.decision) == ((), None)


def test_called_all_the_same_holds_today_and_says_what_it_lifts() -> None:
    """Yesterday's decision bars nothing and lifts nothing."""
    busy = [days_ago(n) for n in range(1, 4)]
    kind = DecisionKind.CALLED_ALL_THE_SAME
    today = contact(*busy, decisions=decided(kind, at=NOW - timedelta(hours=1)))
    before = contact(*busy, decisions=decided(kind, at=NOW - timedelta(hours=12)))

    assert (today.bars, today.overruled) == ((), (Bar.CALLS_A_WEEK,))
    assert (before.bars, before.overruled) == ((Bar.CALLS_A_WEEK,), ())


def test_the_last_promise_counts() -> None:
    """Of a call that need not be the last one."""
    promised = days_ago(5, promised_on=NOW.date(), promised_yen=9_000)
    found = contact(days_ago(9, promised_on=NOW.date(), promised_yen=1), promised, days_ago(2))

    assert found.promise == promised
    assert found.last == days_ago(2)


@pytest.mark.parametrize(
    ("clock", "may"), [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False)]
)
def test_the_hours_are_those_of_japan(clock: str, may: bool) -> None:
    """The first one counts, the last one does not."""
    now = datetime.fromisoformat(f"2026-11-30T{clock}:00+09:00")

    assert ContactRules().may_call_at(now) == may
    assert ContactRules(0, 24).may_call_at(now)
