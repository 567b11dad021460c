"""What the telephony tells of a contact, in our words: values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callrisk.domain.segment import ParticipantRole, Segment


class AnalysisKind(StrEnum):
    """What an event of the live analysis says; Contact Lens's words."""

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
    """What Contact Lens wrote of a call after its end; `text` is None where it failed."""

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
    """One event of a contact's life: who talks to whom, since when, until when.

    `creates` says that it tells of a call that an agent took part in, which is a call of ours even
    if nothing was heard yet.
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
    """What was looked up about a contact; None where the telephony does not know it either."""

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
