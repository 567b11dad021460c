"""Calls of customers and decisions about them, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import Engine, insert, select

from callrisk.domain.operation.contact_rules import (
    ContactCall,
    ContactDecision,
    DecisionKind,
)
from callrisk.store.contacting.contact_store import ContactStore
from callrisk.store.contacting.contact_tables import contact_decisions
from callrisk.store.facts.fact_tables import call_facts
from callrisk.store.keeping.customer_data import CustomerData
from harness.fact_rows import fact_row

AT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
DECISION = ContactDecision("1001", DecisionKind.LEGAL_NOTICE, "受任通知を受領", "person 1", AT)


def test_calls_are_those_of_the_customers(engine: Engine) -> None:
    """With what was promised, and whether the charge was contested; of more than a thousand ids."""
    day = date(2026, 11, 20)
    rows = [
        fact_row("c1", day, "agent-1", customer_id="1001", said={"dispute": 2, "promise": 1}),
        fact_row(
            "c2", day, "agent-2", customer_id="1999", outcome="promised", promised_on=day,
            promised_yen=9_000, call_back_at=AT,
        ),
        fact_row("c3", day, "agent-2", customer_id="3000"),
        fact_row("c4", day, "agent-2", customer_id="1001", demo=True),
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(call_facts), rows)
    ids = [str(1_000 + number) for number in range(1_001)]
    start = rows[0]["started_at"]

    found = ContactStore(engine).calls(ids, demo=False)
    assert sorted(found, key=lambda call: call.customer_id) == [
        ContactCall("1001", start, "agent-1", None, None, None, None, disputes=True),
        ContactCall("1999", start, "agent-2", "promised", day, 9_000, AT, disputes=False),
    ]
    assert len(ContactStore(engine).calls(ids, demo=None)) == 3


def test_decisions_come_in_their_order(engine: Engine) -> None:
    """With their reasons, which nobody reads in the database."""
    store = ContactStore(engine)
    lifted = replace(DECISION, kind=DecisionKind.LIFTED, reason="辞任の連絡", person="person 2")
    numbers = [store.decide(one) for one in (DECISION, lifted)]

    assert store.decisions(["1001", "1002"]) == [DECISION, lifted]
    assert numbers[0] < numbers[1]
    with engine.connect() as connection:
        sealed = connection.execute(select(contact_decisions.c.sealed)).scalars().all()
    assert not [one for one in sealed if "受任".encode() in bytes(one)]


def test_an_erased_customer_leaves_no_decision(engine: Engine) -> None:
    """Others keep theirs; what came back with a backup goes again."""
    store, data = ContactStore(engine), CustomerData(engine)
    other = replace(DECISION, customer_id="1002")
    for one in (DECISION, other):
        store.decide(one)
    data.erase("1001", datetime(2026, 12, 1, tzinfo=UTC))

    assert store.decisions(["1001", "1002"]) == [other]
    store.decide(DECISION)
    data.erase_again()
    assert store.decisions(["1001", "1002"]) == [other]
