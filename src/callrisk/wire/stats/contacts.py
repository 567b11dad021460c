"""Customers as the list of calls needs them: their last call, and what bars the next one."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema

from callrisk.domain.customer import canonical_id
from callrisk.domain.operation.contact_rules import (
    Bar,
    Contact,
    ContactCall,
    ContactDecision,
    ContactRules,
    DecisionKind,
)
from callrisk.wire.base import Day, Moment, Wire, wire_time, wire_time_or_none
from callrisk.wire.request_fields import Id, NoteText
from callrisk.wire.requests import Body

MOST_CUSTOMERS = 500
_KINDS = [str(one) for one in DecisionKind]
# As ids of customers are stored.
CalledId = Annotated[Id, AfterValidator(canonical_id)]
_BOOLEAN = WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "null"}]})


class ContactsAsked(Body):
    """Ask about customers; with `demo` of calls of a demonstration, false of all others."""

    customer_ids: list[CalledId] = Field(min_length=1, max_length=MOST_CUSTOMERS)
    demo: Annotated[bool | None, _BOOLEAN] = None


class ContactDecided(Body):
    """Decide about a customer; a reason in words is needed."""

    customer_id: CalledId
    kind: Annotated[
        Literal["legal_notice", "held", "called_all_the_same", "lifted"],
        WithJsonSchema({"type": "string", "enum": _KINDS}),
    ]
    reason: NoteText


class RulesAnswer(Wire):
    """The rules of the settings, which a company confirms with its counsel.

    `in_hours` tells that people may be called at this moment at all.
    """

    from_hour: int
    to_hour: int
    calls_a_week: int
    dispute_days: int
    in_hours: bool

    @classmethod
    def of(cls, rules: ContactRules, now: datetime) -> Self:
        """Return the rules as they are at a moment."""
        return cls.of_value(rules, in_hours=rules.may_call_at(now))


class DecisionAnswer(Wire):
    """A decision that holds: its reason, who made it, and when."""

    kind: DecisionKind
    reason: str
    person: str
    at: Moment

    @classmethod
    def of(cls, decision: ContactDecision) -> Self:
        """Return the answer about a decision."""
        return cls.of_value(decision, at=wire_time(decision.at))


class LastCallAnswer(Wire):
    """The last ended call of a customer."""

    at: Moment
    agent_id: str
    outcome: str | None
    call_back_at: Moment | None

    @classmethod
    def of(cls, call: ContactCall) -> Self:
        """Return the answer about a call."""
        called_back = wire_time_or_none(call.call_back_at)
        return cls(
            at=wire_time(call.started_at), agent_id=call.agent_id, outcome=call.outcome,
            call_back_at=called_back,
        )  # fmt: skip


class PromiseAnswer(Wire):
    """The last promise to pay; whether it was kept is not known here."""

    due_on: Day
    amount_yen: int | None


class ContactAnswer(Wire):
    """The calls of a customer as far as they are known; `bars` are reasons not to call now.

    `overruled` are the bars that would hold but for a decision of today.
    """

    customer_id: str
    last: LastCallAnswer | None
    calls_of_week: int
    promise: PromiseAnswer | None
    bars: list[Bar]
    overruled: list[Bar]
    decision: DecisionAnswer | None

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """Return the answer about a customer."""
        promised = contact.promise
        return cls(
            customer_id=contact.customer_id, calls_of_week=contact.calls_of_week,
            last=None if contact.last is None else LastCallAnswer.of(contact.last),
            promise=None
            if promised is None or promised.promised_on is None
            else PromiseAnswer(
                due_on=promised.promised_on.isoformat(), amount_yen=promised.promised_yen
            ),
            bars=list(contact.bars), overruled=list(contact.overruled),
            decision=None if contact.decision is None else DecisionAnswer.of(contact.decision),
        )  # fmt: skip


class ContactsAnswer(Wire):
    """The customers in the order in which they were asked about, and the rules."""

    rules: RulesAnswer
    contacts: list[ContactAnswer]
