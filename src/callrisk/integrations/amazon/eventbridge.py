"""The door for contact events: an EventBridge envelope becomes a typed event, or an error."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from callrisk.domain.contact_events import ContactEvent

_DETAIL_TYPE = "amazon connect contact event"
_KINDS = frozenset(
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

    def __init__(self, instance_id: str = "") -> None:
        self.unknown: Counter[str] = Counter()
        self._instance = _instance(instance_id)

    def event_from(self, body: bytes | str, arrived_at: datetime) -> ContactEvent | None:
        """Parse one message; None if it is of a kind that is not ours. ContactEventError if none.

        Field names are read in any casing: AWS's own samples disagree.
        """
        try:
            envelope = json.loads(body if isinstance(body, str) else body.decode("utf-8"))
            return self._event(_lower(envelope), arrived_at)
        except (
            KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
        ) as error:  # fmt: skip
            raise ContactEventError(f"not a contact event: {error!r}"[:500]) from error

    def _event(self, envelope: dict[str, Any], arrived_at: datetime) -> ContactEvent | None:
        if str(envelope["detail-type"]).lower() != _DETAIL_TYPE:
            self._pass_over(f"detail-type {envelope['detail-type']}")
            return None
        detail = _lower(envelope["detail"])
        instance = _instance(detail.get("instancearn"))
        if self._instance and instance and instance != self._instance:
            self._pass_over(f"instance {instance}")
            return None
        contact_id, kind = _id(detail["contactid"]), str(detail["eventtype"]).upper()
        channel = str(detail.get("channel", "VOICE")).upper()
        if channel != "VOICE":
            self._pass_over(f"channel {channel}")
            return None
        if kind not in _KINDS:
            self._pass_over(f"event {kind}")
            return None
        # A supervisor who listens in has a contact of their own, which is no further call.
        if str(detail.get("initiationmethod")).upper() == "MONITOR":
            self._pass_over("monitor")
            return None
        agent = _lower(detail.get("agentinfo") or {})
        connected_at = _moment(agent.get("connectedtoagenttimestamp"))
        return ContactEvent(
            contact_id=contact_id,
            kind=kind,
            arrived_at=arrived_at,
            creates=kind == "CONNECTED_TO_AGENT" or connected_at is not None,
            initial_contact_id=_other(detail.get("initialcontactid"), contact_id),
            agent_user_id=_last_part(agent.get("agentarn")),
            connected_at=connected_at,
            disconnected_at=_disconnected(kind, detail, envelope, arrived_at),
        )

    def _pass_over(self, what: str) -> None:
        self.unknown[what[:64]] += 1


def _lower(fields: Any) -> dict[str, Any]:
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


def _instance(arn: Any) -> str:
    """Return the id of an instance, alone or at the end of its ARN; empty where there is none."""
    return arn.rpartition("/")[2].strip().lower() if isinstance(arn, str) else ""


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
    return _moment(envelope.get("time")) or arrived_at
