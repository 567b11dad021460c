"""One customer over time: calls, sums and promises, as they are asked for and answered."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from callrisk.domain.customer import canonical_id
from callrisk.domain.operation.customer_history import (
    CustomerCall,
    CustomerSums,
    Promise,
    PromiseState,
    promises_of,
)
from callrisk.domain.operation.shares import share_of
from callrisk.domain.risk_category import RiskCategory
from callrisk.wire.base import Day, Moment, Wire, wire_time, wire_time_or_none
from callrisk.wire.request_fields import PLAIN_ID, IdText, digits_only
from callrisk.wire.requests import QueryParameters
from callrisk.wire.stats.call_stats import ShareAnswer

MOST_CALLS = 200


class HistoryAsked(QueryParameters):
    """Ask about a customer; `demo` narrows to calls of a demonstration, or to all others.

    `limit` is the most calls that are listed; sums are of all.
    """

    customer: Annotated[IdText, AfterValidator(canonical_id), PLAIN_ID]
    demo: Annotated[
        Literal["true", "false"] | None,
        WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST_CALLS), BeforeValidator(digits_only)] = MOST_CALLS


class CustomerCallAnswer(Wire):
    """An ended call of the customer; `lowest_risk_score` and the highest are of its course.

    `said` counts what was said about paying by kind, `notes` counts notes. Where `has_record` is
    false, the call itself is kept no longer.
    """

    call_id: str
    agent_id: str
    demo: bool
    started_at: Moment
    duration_s: float
    first_risk_score: int | None
    lowest_risk_score: int | None
    highest_risk_score: int | None
    final_risk_score: int | None
    final_risk_category: RiskCategory | None
    said: dict[str, int]
    notes: int
    escalated: bool
    outcome: str | None
    promised_on: Day | None
    promised_yen: int | None
    call_back_at: Moment | None
    has_record: bool

    @classmethod
    def of(cls, call: CustomerCall) -> Self:
        """Return the answer about a call."""
        category = call.final_category
        return cls.of_value(
            call, started_at=wire_time(call.started_at),
            first_risk_score=call.first_score, lowest_risk_score=call.lowest_score,
            highest_risk_score=call.highest_score, final_risk_score=call.final_score,
            final_risk_category=None if category is None else RiskCategory(category),
            promised_on=None if call.promised_on is None else call.promised_on.isoformat(),
            call_back_at=wire_time_or_none(call.call_back_at),
        )  # fmt: skip


class CustomerSumsAnswer(Wire):
    """The sums of all ended calls; `high` is the share of those with a score that ended high."""

    calls: int
    scored: int
    high: ShareAnswer
    escalated: int
    notes: int
    promises: int
    first_at: Moment
    last_at: Moment

    @classmethod
    def of(cls, sums: CustomerSums) -> Self:
        """Return the answer about sums."""
        return cls.of_value(
            sums, high=ShareAnswer.of_value(share_of(sums.high, sums.scored)),
            first_at=wire_time(sums.first_at), last_at=wire_time(sums.last_at),
        )  # fmt: skip


class MadePromiseAnswer(Wire):
    """A promise to pay that was made in a call; no payment is known here, so none is "kept".

    `replaced` by a promise of a later call; `said_paid` in a later call; `overdue` since its day.
    """

    call_id: str
    made_at: Moment
    due_on: Day
    amount_yen: int | None
    state: PromiseState

    @classmethod
    def of(cls, promise: Promise) -> Self:
        """Return the answer about a promise."""
        return cls.of_value(
            promise, made_at=wire_time(promise.made_at), due_on=promise.due_on.isoformat()
        )


class CustomerHistoryAnswer(Wire):
    """A customer: sums, the newest ended calls, and the promises made in those, the newest first.

    `customer_name` is null unless the record was read.
    """

    customer_id: str
    customer_name: str | None
    sums: CustomerSumsAnswer
    calls: list[CustomerCallAnswer]
    promises: list[MadePromiseAnswer]

    @classmethod
    def of(
        cls, customer: tuple[str, str | None], sums: CustomerSums, calls: list[CustomerCall],
        today: date,
    ) -> Self:  # fmt: skip
        """Return the answer about a customer (id and name); `today` is a day of Japan."""
        customer_id, name = customer
        return cls(
            customer_id=customer_id, customer_name=name, sums=CustomerSumsAnswer.of(sums),
            calls=[CustomerCallAnswer.of(call) for call in calls],
            promises=[MadePromiseAnswer.of(one) for one in promises_of(calls, today)],
        )  # fmt: skip
