"""The contact of a row of the table of calls, and the row of a contact."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from callrisk.domain.call_end import EndFacts
from callrisk.domain.call_record import Payload
from callrisk.domain.contact import Contact
from callrisk.domain.contact_events import ContactSummary, Draft
from callrisk.domain.event_types import Source
from callrisk.domain.segment import Segment
from callrisk.store.ciphers.word_cipher import WordCipher
from callrisk.store.stored_calls import PHONE, SUMMARY, opened_details

# A change of one of these is an event, for the screens that show the call.
_DETAILS = ("agent_id", "customer_id", "conversation_id", "phone")


def contact_from(
    row: Row[Any], turns: Mapping[str, Segment], drafts: Mapping[str, Draft],
    cipher: WordCipher | None = None,
) -> Contact:  # fmt: skip
    """Return the contact of a row, with the turns and drafts at hand.

    `cipher` may lack if nothing of the row is sealed.
    """
    phone, summary = opened_details(row, cipher)
    return Contact(
        contact_id=row.call_id,
        began_at=row.started_at,
        is_begin_estimated=row.source == Source.CONNECT and row.connected_at is None,
        initial_contact_id=row.conversation_id,
        agent_user_id=row.agent_user_id,
        agent_id=row.agent_id or None,
        customer_id=row.customer_id,
        assigned=row.assigned_by is not None,
        phone=phone,
        connected_at=row.connected_at,
        ends=EndFacts(row.completed_at, row.disconnected_at, row.analysis_lost_at),
        categories=frozenset(row.categories or ()),
        summary=None if summary is None else ContactSummary(**summary),
        turns=turns,
        drafts=drafts,
    )


def values_of(contact: Contact) -> Payload:
    """Return the columns of a contact that may change, by name."""
    return {
        "started_at": contact.began_at,
        "conversation_id": contact.initial_contact_id,
        "agent_user_id": contact.agent_user_id,
        "agent_id": contact.agent_id,
        "customer_id": contact.customer_id,
        "phone": contact.phone,
        "connected_at": contact.connected_at,
        "disconnected_at": contact.ends.disconnected_at,
        "completed_at": contact.ends.completed_at,
        "analysis_lost_at": contact.ends.analysis_lost_at,
        "categories": sorted(contact.categories),
        "contact_summary": None if contact.summary is None else asdict(contact.summary),
    }


def sealed_values(values: Payload, call_id: str, cipher: WordCipher) -> Payload:
    """Return columns of a contact as they are stored: what tells of the customer is encrypted."""
    stored = dict(values)
    if "phone" in values:
        stored["phone"] = None
        stored["sealed_phone"] = cipher.seal(PHONE, call_id, "", values["phone"] or "")
    if "contact_summary" in values:
        stored["contact_summary"] = None
        summary = values["contact_summary"]
        stored["sealed_summary"] = cipher.seal_json(SUMMARY, call_id, "", summary)
    return stored


def details_of(values: Payload) -> tuple[Any, ...]:
    """Return the columns that say who takes part."""
    return tuple(values[name] for name in _DETAILS)
