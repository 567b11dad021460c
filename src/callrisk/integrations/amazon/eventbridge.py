"""The door for contact events: an EventBridge envelope becomes a typed event, or an error."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from callrisk.domain.contact_events import ContactEvent
from callrisk.integrations.amazon.event_fields import addressable
from callrisk.integrations.amazon.passed_over import Instance, PassedOver

# AWS has changed the words before it once, and may again.
_DETAIL_TYPE = "contact event"
CONTACT_KINDS = frozenset(
    {"INITIATED", "CONNECTED_TO_SYSTEM", "CONTACT_DATA_UPDATED", "QUEUED", "CONNECTED_TO_AGENT",
     "DISCONNECTED", "COMPLETED", "PAUSED", "RESUMED", "AMD_DISABLED", "WEBRTC_API"}
)  # fmt: skip
_LONGEST_ID = 256
# AWS writes 1970-01-01T00:00:00.001Z for a moment that is not set.
_FIRST_REAL_YEAR = 2000


class ContactEventError(ValueError):
    """A message is no contact event; it will not become one by trying again."""


class ContactEvents:
    """Reads messages; `unknown` counts events of other kinds, which are passed over.

    A rule of EventBridge catches the events of every instance of an account; `instance_id`, or the
    instance's ARN, says which one is ours. Without it all are.
    """

    def __init__(self, instance_id: str = "", unknown: PassedOver | None = None) -> None:
        self.unknown = PassedOver() if unknown is None else unknown
        self._instance = Instance(instance_id)

    def event_of(self, envelope: Mapping[str, Any], arrived_at: datetime) -> ContactEvent | None:
        """Return the event in an envelope of EventBridge; None if it is of a kind that is not ours.

        ContactEventError if it is none. Field names are read in any casing: AWS's own samples
        disagree.
        """
        try:
            return self._event(lower_names(envelope), arrived_at)
        except (
            KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
        ) as error:  # fmt: skip
            raise ContactEventError(f"not a contact event: {error!r}"[:500]) from error

    def _event(self, envelope: dict[str, Any], arrived_at: datetime) -> ContactEvent | None:
        if not is_contact_event(envelope):
            self.unknown.note(f"detail-type {envelope['detail-type']}")
            return None
        detail = lower_names(envelope["detail"])
        if not self._instance.is_ours(detail.get("instancearn"), self.unknown):
            return None
        contact_id, kind = addressable(_id(detail["contactid"])), str(detail["eventtype"]).upper()
        channel = str(detail.get("channel") or "VOICE").upper()
        if channel != "VOICE":
            self.unknown.note(f"channel {channel}")
            return None
        if kind not in CONTACT_KINDS:
            self.unknown.note(f"event {kind}")
            return None
        # A supervisor who listens in has a contact of their own, which is no further call.
        if str(detail.get("initiationmethod")).upper() == "MONITOR":
            self.unknown.note("monitor")
            return None
        agent = lower_names(detail.get("agentinfo") or {})
        connected_at = _moment(agent.get("connectedtoagenttimestamp"))
        return ContactEvent(
            contact_id=contact_id,
            kind=kind,
            arrived_at=_sent_at(envelope) or arrived_at,
            creates=kind == "CONNECTED_TO_AGENT" or connected_at is not None,
            initial_contact_id=_other(detail.get("initialcontactid"), contact_id),
            agent_user_id=_last_part(agent.get("agentarn")),
            connected_at=connected_at,
            disconnected_at=_disconnected(kind, detail, envelope, arrived_at),
        )


def is_contact_event(envelope: Mapping[str, Any]) -> bool:
    """Return True for an envelope of EventBridge around a contact event, or one without a name."""
    named = lower_names(envelope).get("detail-type")
    return named is None or str(named).lower().endswith(_DETAIL_TYPE)


def lower_names(fields: Any) -> dict[str, Any]:
    if not isinstance(fields, Mapping):
        raise TypeError("expected an object")
    return {str(name).lower(): value for name, value in fields.items()}


def _id(value: Any) -> str:
    text = _text(value)
    if not 0 < len(text) <= _LONGEST_ID or "\0" in text:
        raise ValueError("an id must be a text of 1 to 256 characters")
    # Half a surrogate pair is JSON, but no text.
    text.encode("utf-8")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def _other(value: Any, contact_id: str) -> str | None:
    """Return the initial contact; a contact that no transfer led to names itself."""
    return None if value in (None, "", contact_id) else _id(value)


def _last_part(arn: Any) -> str | None:
    return None if arn in (None, "") else _id(_text(arn).rpartition("/")[2])


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    found = datetime.fromisoformat(_text(value))
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    # Here, because a moment near the end of the calendar is none in UTC: nobody could store it.
    at = aware.astimezone(UTC)
    return at if at.year >= _FIRST_REAL_YEAR else None


def _disconnected(
    kind: str, detail: dict[str, Any], envelope: dict[str, Any], arrived_at: datetime
) -> datetime | None:
    known = _moment(detail.get("disconnecttimestamp"))
    if known is not None or kind != "DISCONNECTED":
        return known
    return _sent_at(envelope) or arrived_at


def _sent_at(envelope: Mapping[str, Any]) -> datetime | None:
    """Return when EventBridge sent the event, by the clock by which contacts are timed."""
    sent_at = envelope.get("time")
    return _moment(sent_at) if isinstance(sent_at, str) else None
