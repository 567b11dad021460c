"""The meaning of an event of the log to the state of its call."""

from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.event_types import EventType

# Events of the server's own making are no sign that somebody still speaks.
_OWN_EVENTS = frozenset(
    {
        EventType.RISK_SCORE_UPDATE,
        EventType.ALERT,
        EventType.CALL_ENDED,
        EventType.SUMMARY_CHANGED,
        EventType.GAP_CHANGED,
        EventType.CUSTOMER_CHANGED,
        EventType.ADVICE_CHANGED,
    }
)


def is_sign_of_life(event: LoggedEvent) -> bool:
    """Return True if an event shows that the call still goes on."""
    return event.type not in _OWN_EVENTS
