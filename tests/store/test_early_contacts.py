"""What is told of a contact before its call begins waits for it, and what never begins goes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactEvent
from callrisk.domain.language import packaged
from callrisk.store.connect import connect_tables
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.retention import Retention

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CUT = ContactEvent("c1", "DISCONNECTED", NOON, disconnected_at=NOON)
LATER = ContactEvent("c1", "DISCONNECTED", NOON, disconnected_at=NOON + timedelta(minutes=1))
FIRST = ContactEvent("c1", "INITIATED", NOON, initial_contact_id="c0")
QUEUED = ContactEvent("c1", "QUEUED", NOON)
BEGIN = AnalysisEvent("c1", AnalysisKind.STARTED, NOON)


def waiting(engine: Engine) -> int:
    """How many contacts wait for their call."""
    with engine.connect() as connection:
        count = select(func.count()).select_from(connect_tables.early_contacts)
        return int(connection.execute(count).scalar_one())


def test_what_was_told_early_is_part_of_the_call(engine: Engine) -> None:
    """In one delivery or in several, told once or twice; then nothing waits any more."""
    contacts = Contacts(engine, packaged())
    contacts.take(Delivery([CUT, QUEUED], NOON))
    contacts.take(Delivery([FIRST], NOON))
    contacts.take(Delivery([FIRST], NOON))
    assert (waiting(engine), Queries(engine).call("c1")) == (1, None)
    contacts.take(Delivery([LATER, BEGIN], NOON))
    call = Queries(engine).call("c1")

    assert call is not None
    assert call.disconnected_at == LATER.disconnected_at
    assert call.conversation_id == "c0"
    assert waiting(engine) == 0
    kinds = [event.type for event in Queries(engine).events_after(0, 99)]
    assert kinds == ["call_started", "contact_over"]


def test_contacts_that_never_became_calls_are_deleted(engine: Engine) -> None:
    """After a day; what tells nothing of an end is not kept at all."""
    contacts, retention = Contacts(engine, packaged()), Retention(engine)
    contacts.take(Delivery([QUEUED], NOON))
    assert waiting(engine) == 0
    contacts.take(Delivery([CUT], NOON))
    retention.delete_early_contacts(NOON + timedelta(days=1))
    assert waiting(engine) == 1
    retention.delete_early_contacts(NOON + timedelta(days=1, microseconds=1))

    assert waiting(engine) == 0
