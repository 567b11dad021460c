"""What the telephony tells of a contact beside who takes part and what is said, as events."""

from callrisk.domain.call_end import EndReason
from callrisk.domain.call_record import Payload
from callrisk.domain.contact import Contact
from callrisk.domain.event_types import EventType
from callrisk.wire.base import Wire, wire_time
from callrisk.wire.call import ContactSummaryText
from callrisk.wire.events import (
    AnalysisLost,
    CategoriesMatched,
    ContactOver,
    ContactSummaryWritten,
)


def facts_of(before: Contact | None, after: Contact) -> list[tuple[EventType, Payload]]:
    """Return the events of a change beside those of call and turns, as type and payload."""
    call_id = after.contact_id
    events: list[tuple[EventType, Wire]] = []
    earlier = before or Contact(call_id, after.began_at)
    if new := after.categories - earlier.categories:
        matched = CategoriesMatched(call_id=call_id, categories=sorted(new))
        events.append((EventType.CATEGORIES_MATCHED, matched))
    if after.summary is not None and after.summary != earlier.summary:
        text = ContactSummaryText.of_value(after.summary)
        written = ContactSummaryWritten(call_id=call_id, contact_summary=text)
        events.append((EventType.CONTACT_SUMMARY, written))
    was, now = earlier.ends, after.ends
    if now.analysis_lost_at != was.analysis_lost_at and now.analysis_lost_at is not None:
        lost = AnalysisLost(call_id=call_id, analysis_lost_at=wire_time(now.analysis_lost_at))
        events.append((EventType.ANALYSIS_LOST, lost))
    if now.disconnected_at != was.disconnected_at:
        over = ContactOver(call_id=call_id, reason=EndReason.DISCONNECTED)
        events.append((EventType.CONTACT_OVER, over))
    if now.completed_at != was.completed_at:
        over = ContactOver(call_id=call_id, reason=EndReason.COMPLETED)
        events.append((EventType.CONTACT_OVER, over))
    return [(kind, event.rendered()) for kind, event in events]
