"""One customer over time: the ended calls, and what is known of the promises made in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

# The outcome of a call in which the customer says that it is paid.
_PAID = "paid"


@dataclass(frozen=True, slots=True)
class CustomerCall:
    """The facts of one ended call; scores are None without a model.

    `lowest_score` and `highest_score` are those of its course. `has_record`: the call itself is
    kept still, and can be opened.
    """

    call_id: str
    started_at: datetime
    duration_s: float
    agent_id: str
    demo: bool
    first_score: int | None
    lowest_score: int | None
    highest_score: int | None
    final_score: int | None
    final_category: str | None
    said: dict[str, int]
    notes: int
    escalated: bool
    outcome: str | None
    promised_on: date | None
    promised_yen: int | None
    call_back_at: datetime | None
    has_record: bool


@dataclass(frozen=True, slots=True)
class CustomerSums:
    """The sums of all ended calls of a customer; `scored` of them have a final score."""

    calls: int
    scored: int
    high: int
    escalated: int
    notes: int
    promises: int
    first_at: datetime
    last_at: datetime


class PromiseState(StrEnum):
    """The state of a promise by the calls: no payment reaches the calls, so none is ever "kept".

    OPEN until its day is over, REPLACED by that of a later call, SAID_PAID where a later call says
    that it is paid, else OVERDUE.
    """

    OPEN = "open"
    REPLACED = "replaced"
    SAID_PAID = "said_paid"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to pay that was made in a call."""

    call_id: str
    made_at: datetime
    due_on: date
    amount_yen: int | None
    state: PromiseState


def promises_of(calls: Iterable[CustomerCall], today: date) -> list[Promise]:
    """Return the promises made in calls, the newest first; `today` is a day of Japan."""
    ordered = sorted(calls, key=lambda call: (call.started_at, call.call_id))
    made = [
        Promise(
            call.call_id, call.started_at, call.promised_on, call.promised_yen,
            _state(call.promised_on, ordered[at + 1 :], today),
        )
        for at, call in enumerate(ordered)
        if call.promised_on is not None
    ]  # fmt: skip
    return made[::-1]


def _state(due_on: date, later: Sequence[CustomerCall], today: date) -> PromiseState:
    """Return the state by the first later call that settles or replaces the promise."""
    for call in later:
        if call.outcome == _PAID:
            return PromiseState.SAID_PAID
        if call.promised_on is not None:
            return PromiseState.REPLACED
    return PromiseState.OVERDUE if due_on < today else PromiseState.OPEN
