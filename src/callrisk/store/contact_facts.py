"""What the telephony tells of a contact beside who takes part and what is said, as events."""

from callrisk.domain.call_record import Payload
from callrisk.domain.contact import Contact, EndReason
from callrisk.domain.event_types import EventType
from callrisk.wire.base import Wire
from callrisk.wire.call import ContactSummaryText
from callrisk.wire.events import CategoriesMatched, ContactOver, ContactSummaryWritten


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
    if after.disconnected_at is not None and earlier.disconnected_at is None:
        over = ContactOver(call_id=call_id, reason=EndReason.DISCONNECTED)
        events.append((EventType.CONTACT_OVER, over))
    if after.over is not None and earlier.over is None:
        events.append((EventType.CONTACT_OVER, ContactOver(call_id=call_id, reason=after.over)))
    return [(kind, event.rendered()) for kind, event in events]
