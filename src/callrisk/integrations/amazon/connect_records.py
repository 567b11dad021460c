"""Records of Amazon Connect, from a stream or a queue alike: unwrapped, and read by their kind.

Streams are shared and rules are wide: contact records, agent events, chats, events of another
instance and whatever else AWS sends come the same way. They are recognised and passed over;
only what nobody can read is an error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from callrisk.domain.contact_events import Event
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens, ContactLensError
from callrisk.integrations.amazon.eventbridge import (
    CONTACT_KINDS,
    ContactEventError,
    ContactEvents,
    is_contact_event,
    lower_names,
)
from callrisk.integrations.amazon.passed_over import PassedOver
from callrisk.integrations.amazon.wrappers import unwrapped

_MOST_REASONS = 5
# Fields that only records of other kinds have, in lower case.
_FOREIGN: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"awscontacttracerecordformatversion"}), "contact record"),
    (frozenset({"currentagentsnapshot"}), "agent event"),
    (frozenset({"agentarn", "eventid"}), "agent event"),
    (frozenset({"conversationcharacteristics"}), "post-call analysis"),
    (frozenset({"streamingeventtype"}), "chat analysis"),
    (frozenset({"evaluationid"}), "contact evaluation"),
    (frozenset({"subscribeurl"}), "SNS subscription: confirm it"),
    (frozenset({"eventsource"}), "event of another service"),
    (frozenset({"messagetype", "logevents"}), "log events"),
)
# A contact event without its envelope has one of these, an analysis event none.
_OF_CONTACT_EVENT = frozenset(
    {"instancearn", "initiationmethod", "initiationtimestamp", "connectedtosystemtimestamp",
     "disconnecttimestamp", "agentinfo", "queueinfo", "updatedproperties"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """The events in a record; `unreadable` says why something else in it is none, if so."""

    events: tuple[Event, ...]
    unreadable: str | None


class ConnectRecords:
    """Reads records; `unknown` counts what is not ours and passed over.

    `instance_id`, or the instance's ARN, says which events are ours; without it all are.
    """

    def __init__(self, instance_id: str = "") -> None:
        self.unknown = PassedOver()
        self._lens = ContactLens(instance_id, self.unknown)
        self._contact_events = ContactEvents(instance_id, self.unknown)

    def read(self, body: bytes, arrival: Arrival) -> ReadRecord:
        """Return what is in a record: it may hold many events, or none."""
        inside = unwrapped(body)
        events, unreadable = list[Event](), list(inside.unreadable)
        for found in inside.objects:
            try:
                events += self._events(found, arrival)
            except ContactLensError as error:
                events += [error.readable] if error.readable is not None else []
                unreadable.append(str(error))
            except ContactEventError as error:
                unreadable.append(str(error))
        return ReadRecord(tuple(events), "; ".join(unreadable[:_MOST_REASONS]) or None)

    def _events(self, found: Mapping[str, Any], arrival: Arrival) -> Iterator[Event]:
        fields = lower_names(found)
        event: Event | None
        if "detail" in fields:
            detail = fields["detail"]
            # A template may keep the detail and leave out the name by which it would be known.
            is_named = "detail-type" in fields and is_contact_event(found)
            is_analysis = not is_named and _is_analysis(_lower(detail))
            event = (
                self._lens.event_of(detail, arrival)
                if is_analysis
                else self._contact_events.event_of(found, arrival.at)
            )
        elif (kind := _foreign(fields)) is not None:
            self.unknown.note(kind)
            return
        elif _is_contact(fields):
            event = self._contact_events.event_of({"detail": found}, arrival.at)
        else:
            event = self._lens.event_of(found, arrival)
        if event is not None:
            yield event


def _lower(value: Any) -> dict[str, Any]:
    return lower_names(value) if isinstance(value, Mapping) else {}


def _is_contact(fields: Mapping[str, Any]) -> bool:
    """Return True for a contact event without its envelope.

    COMPLETED is also the name of an event of the analysis, which lacks the fields of a contact.
    """
    kind = str(fields.get("eventtype")).upper()
    return bool(fields.keys() & _OF_CONTACT_EVENT) or kind in CONTACT_KINDS - {"COMPLETED"}


def _is_analysis(fields: Mapping[str, Any]) -> bool:
    """Return True for an event of the live analysis, which EventBridge may carry as any other."""
    return fields.keys() >= {"eventtype", "contactid"} and not _is_contact(fields)


def _foreign(fields: Mapping[str, Any]) -> str | None:
    return next((kind for signs, kind in _FOREIGN if fields.keys() >= signs), None)
