"""Customers who must not be called now: the rules, what is known of their calls, and decisions.

The rules are settings that a company confirms with its counsel. Each bar is named, so that nobody
leaves a list in silence; a person may decide otherwise, with a reason. What is decided last counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from callrisk.domain.customer import JST

_WEEK = timedelta(days=7)
# Outcomes of calls: one begins a dispute, the others end it.
_DISPUTES, _SETTLES = "dispute", frozenset({"paid", "promised"})


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The hours of Japan between which people may be called, and how often.

    A dispute bars calls for so many days after it was last raised, unless a later call settled it.
    """

    from_hour: int = 8
    to_hour: int = 21
    calls_a_week: int = 7
    dispute_days: int = 90

    def may_call_at(self, now: datetime) -> bool:
        """Return True within the hours; at the last one calls are over."""
        clock = now.astimezone(JST).time()
        if self.to_hour == 24:  # noqa: PLR2004 - hours of a day, the last one past its clock
            return clock >= time(self.from_hour)
        return time(self.from_hour) <= clock < time(self.to_hour)


class Bar(StrEnum):
    """A reason why a customer must not be called."""

    LEGAL_NOTICE = "legal_notice"
    DISPUTE = "dispute"
    CALLS_A_WEEK = "calls_a_week"
    HELD = "held"


class DecisionKind(StrEnum):
    """The decision of a person about a customer.

    A lawyer's notice (受任通知) and a hold stay until they are lifted; that somebody is called all
    the same holds on the day of the decision.
    """

    LEGAL_NOTICE = "legal_notice"
    HELD = "held"
    CALLED_ALL_THE_SAME = "called_all_the_same"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class ContactDecision:
    """A decision, its reason, and the person (subject id) who made it."""

    customer_id: str
    kind: DecisionKind
    reason: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactCall:
    """The facts of an ended call that matter for the next; `disputes`: one was raised in it."""

    customer_id: str
    started_at: datetime
    agent_id: str
    outcome: str | None
    promised_on: date | None
    promised_yen: int | None
    call_back_at: datetime | None
    disputes: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """The calls of a customer as far as they are known, and what bars the next one.

    `overruled` are the bars that hold but for a decision of today. Of promises the last one counts;
    whether it was kept is not known.
    """

    customer_id: str
    last: ContactCall | None
    calls_of_week: int
    promise: ContactCall | None
    bars: tuple[Bar, ...]
    overruled: tuple[Bar, ...]
    decision: ContactDecision | None


def contacts_of(
    customer_ids: Iterable[str], calls: Iterable[ContactCall],
    decisions: Iterable[ContactDecision], rules: ContactRules, now: datetime,
) -> list[Contact]:  # fmt: skip
    """Return the contact of each of these customers; decisions are in the order of their making."""
    of_customer: dict[str, list[ContactCall]] = {one: [] for one in customer_ids}
    for call in calls:
        if call.customer_id in of_customer:
            of_customer[call.customer_id].append(call)
    newest = {one.customer_id: one for one in decisions}
    return [
        _contact(
            customer_id, sorted(own, key=lambda call: call.started_at), newest.get(customer_id),
            rules, now,
        )
        for customer_id, own in of_customer.items()
    ]  # fmt: skip


def _contact(
    customer_id: str, calls: Sequence[ContactCall], decision: ContactDecision | None,
    rules: ContactRules, now: datetime,
) -> Contact:  # fmt: skip
    of_week = sum(call.started_at > now - _WEEK for call in calls)
    bars = _decided(decision)
    if _is_disputed(calls, rules, now):
        bars.append(Bar.DISPUTE)
    if of_week >= rules.calls_a_week:
        bars.append(Bar.CALLS_A_WEEK)
    is_overruled = decision is not None and _holds_today(decision, now)
    return Contact(
        customer_id=customer_id,
        last=calls[-1] if calls else None,
        calls_of_week=of_week,
        promise=next((call for call in reversed(calls) if call.promised_on is not None), None),
        bars=() if is_overruled else tuple(bars),
        overruled=tuple(bars) if is_overruled else (),
        decision=None if decision is None or decision.kind is DecisionKind.LIFTED else decision,
    )


def _decided(decision: ContactDecision | None) -> list[Bar]:
    if decision is None:
        return []
    bars = {DecisionKind.LEGAL_NOTICE: Bar.LEGAL_NOTICE, DecisionKind.HELD: Bar.HELD}
    return [bars[decision.kind]] if decision.kind in bars else []


def _is_disputed(calls: Sequence[ContactCall], rules: ContactRules, now: datetime) -> bool:
    """Return True where a dispute was raised lately and no later call settled it."""
    since = now - timedelta(days=rules.dispute_days)
    for call in reversed(calls):
        if call.started_at < since:
            return False
        if call.disputes or call.outcome == _DISPUTES:
            return True
        if call.outcome in _SETTLES:
            return False
    return False


def _holds_today(decision: ContactDecision, now: datetime) -> bool:
    """Return True where somebody decided today to call all the same."""
    is_today = decision.at.astimezone(JST).date() == now.astimezone(JST).date()
    return decision.kind is DecisionKind.CALLED_ALL_THE_SAME and is_today
