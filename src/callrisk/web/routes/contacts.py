"""Customers to call: what is known of their calls, what bars the next one, and decisions."""

from apiflask import APIBlueprint
from flask import g

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.operation.contact_rules import ContactDecision, DecisionKind, contacts_of
from callrisk.domain.time import utc_now
from callrisk.web.access.guards import needs, subject
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.limits.limited_routes import limited_as
from callrisk.web.limits.rate_limits import Rate
from callrisk.wire.stats.contacts import (
    ContactAnswer,
    ContactDecided,
    ContactsAnswer,
    ContactsAsked,
    RulesAnswer,
)

contacts = APIBlueprint("contacts", __name__, url_prefix="/api", tag="calls")


@contacts.post("/contacts")
@answers(ContactsAnswer)
@takes(ContactsAsked)
@needs(Operation.READ_ANALYTICS)
@limited_as(Rate.READING)
def read_contacts(json_data: ContactsAsked) -> ContactsAnswer:
    """Return what is known of the calls of customers, and what bars the next one.

    Calls of all agents count: a limit of calls a week knows no teams.
    """
    return _answer(list(dict.fromkeys(json_data.customer_ids)), json_data.demo)


@contacts.post("/contacts/decisions")
@answers(ContactsAnswer)
@takes(ContactDecided)
@needs(Operation.DECIDE_CONTACTS)
def decide_contact(json_data: ContactDecided) -> ContactsAnswer:
    """Decide that a customer must not be called, or is called today all the same."""
    kind, customer_id = DecisionKind(json_data.kind), json_data.customer_id
    decision = ContactDecision(
        customer_id, kind, json_data.reason, subject().subject_id, utc_now()
    )  # fmt: skip
    number = app_state().contacts.decide(decision)
    # The number leads to the customer, and an erasure takes that away.
    g.noted_object, g.noted = f"contact_decision {number}", {"kind": str(kind)}
    return _answer([customer_id], None)


def _answer(customer_ids: list[str], demo: bool | None) -> ContactsAnswer:
    state, now = app_state(), utc_now()
    found = contacts_of(
        customer_ids, state.contacts.calls(customer_ids, demo=demo),
        state.contacts.decisions(customer_ids), state.contact_rules, now,
    )  # fmt: skip
    return ContactsAnswer(
        rules=RulesAnswer.of(state.contact_rules, now),
        contacts=[ContactAnswer.of(one) for one in found],
    )
