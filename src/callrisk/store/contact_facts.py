"""What the telephony tells of a contact beside who takes part and what is said, as events."""

from datetime import datetime

from callrisk.domain.call_end import EndReason
from callrisk.domain.contact import Contact
from callrisk.domain.event_types import EventType
from callrisk.store.log.appending import NewEvent


def facts_of(before: Contact | None, after: Contact, at: datetime) -> list[NewEvent]:
    """Return the events of a change beside those of call and turns."""
    call_id = after.contact_id
    events: list[NewEvent] = []
    earlier = before or Contact(call_id, after.began_at)
    if new := after.categories - earlier.categories:
        facts = {"categories": sorted(new)}
        events.append(NewEvent(call_id, EventType.CATEGORIES_MATCHED, at, facts=facts))
    if after.summary is not None and after.summary != earlier.summary:
        events.append(NewEvent(call_id, EventType.CONTACT_SUMMARY, at))
    was, now = earlier.ends, after.ends
    if now.analysis_lost_at != was.analysis_lost_at and now.analysis_lost_at is not None:
        events.append(NewEvent(call_id, EventType.ANALYSIS_LOST, at))
    if now.disconnected_at != was.disconnected_at:
        events.append(_over(call_id, EndReason.DISCONNECTED, at))
    if now.completed_at != was.completed_at:
        events.append(_over(call_id, EndReason.COMPLETED, at))
    return events


def _over(call_id: str, reason: EndReason, at: datetime) -> NewEvent:
    return NewEvent(call_id, EventType.CONTACT_OVER, at, facts={"reason": str(reason)})
