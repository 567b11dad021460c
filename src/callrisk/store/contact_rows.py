"""The contact of a row of the table of calls, and the row of a contact."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from callrisk.domain.call_record import Payload
from callrisk.domain.contact import Contact, Draft, EndReason
from callrisk.domain.contact_events import ContactSummary
from callrisk.domain.segment import Segment

# A change of one of these is an event, for the screens that show the call.
_DETAILS = ("agent_id", "customer_id", "conversation_id", "phone")


def contact_from(
    row: Row[Any], turns: Mapping[str, Segment], drafts: Mapping[str, Draft]
) -> Contact:
    """Return the contact of a row, with the turns and drafts at hand."""
    summary = row.contact_summary
    return Contact(
        contact_id=row.call_id,
        began_at=row.started_at,
        initial_contact_id=row.conversation_id,
        agent_user_id=row.agent_user_id,
        agent_id=row.agent_id or None,
        customer_id=row.customer_id,
        assigned=row.assigned_by is not None,
        phone=row.phone,
        connected_at=row.connected_at,
        disconnected_at=row.disconnected_at,
        over=None if row.over_reason is None else EndReason(row.over_reason),
        categories=frozenset(row.categories or ()),
        summary=None if summary is None else ContactSummary(**summary),
        turns=turns,
        drafts=drafts,
    )


def values_of(contact: Contact) -> Payload:
    """Return the columns of a contact that may change, by name."""
    return {
        "conversation_id": contact.initial_contact_id,
        "agent_user_id": contact.agent_user_id,
        "agent_id": contact.agent_id,
        "customer_id": contact.customer_id,
        "phone": contact.phone,
        "connected_at": contact.connected_at,
        "disconnected_at": contact.disconnected_at,
        "over_reason": None if contact.over is None else str(contact.over),
        "categories": sorted(contact.categories),
        "contact_summary": None if contact.summary is None else asdict(contact.summary),
    }


def details_of(values: Payload) -> tuple[Any, ...]:
    """Return the columns that say who takes part."""
    return tuple(values[name] for name in _DETAILS)
