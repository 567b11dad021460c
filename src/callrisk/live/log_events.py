"""The meaning of an event of the log to the state of its call."""

from collections.abc import Sequence

from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.event_types import EventType
from callrisk.store.queries import TurnKey

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


def finished_turns(events: Sequence[LoggedEvent]) -> list[TurnKey]:
    """Return the keys of the finished turns among events."""
    return [key for key in map(turn_key, events) if key[1]]


def turn_key(event: LoggedEvent) -> TurnKey:
    """Return the call and the turn of a finished turn; an empty turn for any other event."""
    finished = event.type is EventType.TRANSCRIPT_SEGMENT and not event.payload["provisional"]
    return event.call_id, event.payload["segment_id"] if finished else ""
