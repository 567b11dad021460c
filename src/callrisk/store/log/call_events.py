"""Events about a call as a whole."""

from datetime import datetime

from callrisk.domain.call_record import Payload, StoredCall
from callrisk.domain.event_types import EventType
from callrisk.store.log.appending import NewEvent


def call_started(call: StoredCall, at: datetime) -> NewEvent:
    """Return the event of a call that began, or of which it became known who takes part in it.

    Whose call it was then, and how far it had come, no row tells later.
    """
    facts: Payload = {} if call.customer_id is None else {"customer_id": call.customer_id}
    flags = {
        "alerted": call.alerted, "escalated": call.escalated, "ended": call.ended_at is not None,
    }  # fmt: skip
    facts |= {name: True for name, holds in flags.items() if holds}
    return NewEvent(call.call_id, EventType.CALL_STARTED, at, facts=facts or None)
