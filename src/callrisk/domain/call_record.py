"""A call as it is kept: its row, notes, assessments, events in the log, and its result."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from callrisk.domain.call_end import EndFacts
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.language import Statement
from callrisk.domain.score.account import ToldAccount
from callrisk.domain.segment import Segment

# The longest key that every CRM takes.
_LONGEST_KEY = 64
# What was rendered for the wire and is kept as JSON.
Payload = dict[str, Any]


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
    completed_at: datetime | None = None
    analysis_lost_at: datetime | None = None
    over_reason: str | None = None
    categories: list[str] | None = None
    contact_summary: Payload | None = None
    has_gap: bool = False
    assigned_by: str | None = None
    record_id: str | None = None

    @property
    def ends(self) -> EndFacts:
        """What the telephony told of the end of the call."""
        return EndFacts(self.completed_at, self.disconnected_at, self.analysis_lost_at)


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One turn as it stands in the database; `language` is the version that read it, if any.

    `repeated` is not stored: the turns of a call tell which of them repeat another. `revision`
    counts how often the turn was told anew.
    """

    turn: Segment
    statements: tuple[Statement, ...] = ()
    language: str | None = None
    repeated: bool = False
    revision: int = 0


class RowState(StrEnum):
    """The state of the row that an event is about, since the event."""

    AS_TOLD = "as_told"
    CORRECTED = "corrected"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One entry of the event log, as it is pushed; `turn` is the finished turn, if it is of one."""

    seq: int
    call_id: str
    type: EventType
    at: datetime
    payload: Payload
    row: RowState = RowState.AS_TOLD
    turn: StoredTurn | None = None


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
    """An assessment of a call with its account; `told` is None in the form of older versions."""

    seq: int
    payload: Payload
    told: ToldAccount | None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """Something that was noted about a call; `facts` are codes, dates and whole numbers."""

    note_id: int
    kind: str
    agent_id: str
    text: str
    at: datetime
    facts: Payload | None = None


@dataclass(frozen=True, slots=True)
class CallResult:
    """The last score of a call with its reasons, and the work on it, for a CRM.

    `scored_at` in ISO 8601; `outcome` is a code, `promise_date` a day, `promise_amount` in yen,
    each None where nothing of the kind holds.
    """

    call_id: str
    customer_id: str | None
    agent_id: str
    risk_score: int
    risk_category: str
    risk_label: str
    top_reasons: Sequence[str]
    model_version: str
    skill: str
    scored_at: str
    outcome: str | None = None
    promise_date: str | None = None
    promise_amount: int | None = None

    @property
    def event_key(self) -> str:
        """The key of the call's record in a CRM: its id, or the hash of one that is too long."""
        if len(self.call_id) <= _LONGEST_KEY:
            return self.call_id
        return hashlib.sha256(self.call_id.encode()).hexdigest()

    def values(self, outcomes: Mapping[str, str]) -> dict[str, Any]:
        """Return the result by the names of its fields; `outcomes` are the words of codes."""
        return {
            "event_key": self.event_key,
            "call_id": self.call_id,
            "customer_id": self.customer_id or "",
            "agent_id": self.agent_id,
            "risk_score": self.risk_score,
            "risk_category": self.risk_category,
            "risk_label": self.risk_label,
            "top_reasons": "\n".join(self.top_reasons),
            "model_version": self.model_version,
            "skill": self.skill,
            "scored_at": self.scored_at,
            "outcome": self.outcome,
            "outcome_label": outcomes.get(self.outcome or "", self.outcome),
            "promise_date": self.promise_date,
            "promise_amount": self.promise_amount,
        }
