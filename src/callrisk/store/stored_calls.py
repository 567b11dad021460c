"""The values that reads return, and the columns of which each is made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from callrisk.domain.event_types import EventType, Source
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.store import tables
from callrisk.store.transaction import Payload


@dataclass(frozen=True, slots=True)
class StoredCall:
    """One call as it stands in the database."""

    call_id: str
    customer_id: str | None
    agent_id: str
    source: Source
    demo: bool
    started_at: datetime
    ended_at: datetime | None
    alerted: bool
    escalated: bool
    summary: Payload | None
    conversation_id: str | None = None
    phone: str | None = None
    disconnected_at: datetime | None = None
    over_reason: str | None = None
    categories: list[str] | None = None
    contact_summary: Payload | None = None
    has_gap: bool = False
    assigned_by: str | None = None
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One entry of the event log, as it is pushed."""

    seq: int
    call_id: str
    type: EventType
    at: datetime
    payload: Payload


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    """One assessment of a call, without its lines."""

    seq: int
    at: datetime
    elapsed_s: float
    risk_score: int
    risk_category: str
    state: str


@dataclass(frozen=True, slots=True)
class LatestAssessment:
    """The newest assessment of a call; `lines` are start, each feature of the model, cap."""

    seq: int
    payload: Payload
    lines: tuple[int, ...]
    model_version: str


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note, quick action, escalation or feedback of an agent."""

    note_id: int
    kind: str
    agent_id: str
    text: str
    at: datetime


CALL_COLUMNS = tuple(tables.calls.c[name] for name in StoredCall.__dataclass_fields__)
EVENT_COLUMNS = tuple(tables.events.c[name] for name in LoggedEvent.__dataclass_fields__)
SEGMENT_COLUMNS = tuple(tables.segments.c[name] for name in Segment.__dataclass_fields__)
ASSESSMENT_COLUMNS = tuple(
    tables.assessments.c[name] for name in StoredAssessment.__dataclass_fields__
)
NOTE_COLUMNS = tuple(tables.notes.c[name] for name in StoredNote.__dataclass_fields__)


def call_from(row: Row[Any]) -> StoredCall:
    """Return the call of a row of `CALL_COLUMNS`."""
    return StoredCall(**{**row._mapping, "source": Source(row.source)})


def event_from(row: Row[Any]) -> LoggedEvent:
    """Return the event of a row of `EVENT_COLUMNS`."""
    return LoggedEvent(row.seq, row.call_id, EventType(row.type), row.at, row.payload)


def segment_from(row: Row[Any]) -> Segment:
    """Return the segment of a row of `SEGMENT_COLUMNS`."""
    return Segment(
        segment_id=row.segment_id,
        sequence=int(row.sequence),
        role=ParticipantRole(row.role),
        text=row.text,
        begin_ms=row.begin_ms,
        end_ms=row.end_ms,
        sentiment=None if row.sentiment is None else Sentiment(row.sentiment),
    )
