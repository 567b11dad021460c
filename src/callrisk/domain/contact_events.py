"""The events of a contact as values: live analysis, life cycle, and looked-up details."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callrisk.domain.segment import ParticipantRole, Segment


class AnalysisKind(StrEnum):
    """The kinds of a live analysis event, in the words of Contact Lens."""

    STARTED = "STARTED"
    SEGMENTS = "SEGMENTS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A provisional piece of a turn; pieces of one `transcript_id` follow one another."""

    utterance_id: str
    transcript_id: str
    role: ParticipantRole
    text: str
    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class ContactSummary:
    """A post-contact summary of Contact Lens; `text` is None where it failed."""

    text: str | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class AnalysisEvent:
    """One event of the live analysis; `turns` are final, `pieces` are provisional."""

    contact_id: str
    kind: AnalysisKind
    arrived_at: datetime
    turns: tuple[Segment, ...] = ()
    pieces: tuple[Utterance, ...] = ()
    categories: tuple[str, ...] = ()
    summary: ContactSummary | None = None


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """One event of a contact's life cycle: agent, begin and end.

    `creates` marks an event about a call with an agent, which makes a contact before any turn came.
    """

    contact_id: str
    kind: str
    arrived_at: datetime
    creates: bool = False
    initial_contact_id: str | None = None
    agent_user_id: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """The looked-up details of a contact; None where the telephony does not know them."""

    contact_id: str
    arrived_at: datetime
    initial_contact_id: str | None = None
    agent_user_id: str | None = None
    agent_id: str | None = None
    customer_id: str | None = None
    phone: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None


Event = AnalysisEvent | ContactEvent | ContactDetails


def turns_of(events: Iterable[Event]) -> dict[str, dict[str, Segment]]:
    """Return the finished turns in events, by contact and id; of several with one id the last."""
    turns: dict[str, dict[str, Segment]] = {}
    for event in events:
        if isinstance(event, AnalysisEvent) and event.turns:
            of_contact = turns.setdefault(event.contact_id, {})
            of_contact |= {turn.segment_id: turn for turn in event.turns}
    return turns
