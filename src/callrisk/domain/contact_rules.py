"""Rules about a contact beyond one event: dictated numbers, transfers, a beginning not heard."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from callrisk.domain.contact import Contact
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Event
from callrisk.domain.masking import masked_across, may_hold_number
from callrisk.domain.segment import Segment

# A call that is first heard of so late began before anybody read: its beginning is missing.
_LATE_MS = 60_000


def may_continue_number(before: Contact | None, after: Contact) -> bool:
    """Return True if a turn that is new may hold a part of a number dictated over several."""
    return any(may_hold_number(turn.text) for turn in changed_turns(before, after))


def changed_turns(before: Contact | None, after: Contact) -> list[Segment]:
    """Return the turns that are new or newer."""
    earlier = {} if before is None else before.turns
    return [turn for turn in after.turns.values() if turn is not earlier.get(turn.segment_id)]


def with_numbers_masked(contact: Contact, stored: Mapping[str, Segment]) -> Contact:
    """Return the contact with every number masked that was dictated over several turns.

    `stored` holds the turns that the contact does not; those that change are added to it.
    """
    turns = {**stored, **contact.turns}
    masked = {turn.segment_id: turn for turn in masked_across(list(turns.values()))}
    return replace(contact, turns={**contact.turns, **masked}) if masked else contact


def lacks_customer(contact: Contact) -> bool:
    """Return True if a transferred contact has no customer, and nobody has decided about it."""
    has_first = contact.initial_contact_id is not None
    return has_first and not contact.assigned and contact.customer_id is None


def inherited(contact: Contact, customer_id: str | None, phone: str | None) -> Contact:
    """Return a transferred contact with the customer, and if needed the phone, of the first."""
    return replace(contact, customer_id=customer_id, phone=contact.phone or phone)


def began_unheard(contact: Contact, events: Iterable[Event]) -> bool:
    """Return True if a new contact was on for a while before anything of it arrived."""
    started = any(
        isinstance(event, AnalysisEvent) and event.kind is AnalysisKind.STARTED
        for event in events
        if event.contact_id == contact.contact_id
    )
    turns = [turn.begin_ms or 0 for turn in contact.turns.values()]
    begins = [*turns, *(draft.begin_ms for draft in contact.drafts.values())]
    return not started and min(begins, default=0) > _LATE_MS
