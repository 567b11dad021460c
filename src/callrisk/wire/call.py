"""A call as it is listed, opened, started and summed up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, cast

from callrisk.domain.assessment import AssessmentState
from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import StoredAssessment, StoredCall, StoredNote
from callrisk.domain.event_types import Source
from callrisk.domain.phone import masked_phone
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY
from callrisk.domain.work.call_work import call_work, written_notes
from callrisk.domain.work.note_kind import NoteKind
from callrisk.wire.assessment import AssessmentAnswer, NoModelAnswer
from callrisk.wire.base import Day, Json, Moment, Wire, wire_time, wire_time_or_none
from callrisk.wire.customer import CustomerCard, CustomerSearch
from callrisk.wire.problem import FieldProblem
from callrisk.wire.segment import SegmentAnswer

ESCALATION, FEEDBACK = NoteKind.ESCALATION, NoteKind.FEEDBACK


class CallSummary(Wire):
    """The summary of a call that is over; `risk_scores` is one score an assessment."""

    call_id: str
    customer_id: str | None
    agent_id: str
    started_at: Moment
    ended_at: Moment
    duration: float
    turns: int
    risk_scores: list[int]
    final_risk_score: int | None
    final_risk_category: RiskCategory | None
    final_risk_label: str | None
    final_risk_label_en: str | None
    highest_risk_score: int | None
    notes: int
    escalated: bool
    # Calls of an earlier version have none.
    end_reason: str | None = None

    @classmethod
    def of(
        cls, call: StoredCall, ended_at: datetime, totals: CallTotals,
        history: Sequence[tuple[int, str]], notes: Sequence[StoredNote],
    ) -> Self:  # fmt: skip
        """Return the summary of a call; `history` holds score and category an assessment."""
        scores = [score for score, _ in history]
        category = RiskCategory(history[-1][1]) if history else None
        label = None if category is None else CATEGORY[category]
        return cls(
            call_id=call.call_id, customer_id=call.customer_id, agent_id=call.agent_id,
            started_at=wire_time(call.started_at), ended_at=wire_time(ended_at),
            duration=_seconds(call.started_at, ended_at), turns=totals.turns,
            risk_scores=scores, final_risk_score=scores[-1] if scores else None,
            final_risk_category=category,
            final_risk_label=None if label is None else label.ja,
            final_risk_label_en=None if label is None else label.en,
            highest_risk_score=max(scores, default=None), notes=written_notes(notes),
            escalated=call_work(notes).was_escalated,
            end_reason=call.over_reason,
        )  # fmt: skip


def _seconds(begin: datetime, end: datetime) -> float:
    return round((end - begin).total_seconds(), 1)


class ContactSummaryText(Wire):
    """The summary that the telephony wrote after the call, or why it wrote none."""

    text: str | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class CallContext:
    """What is answered of a call beside its row: what was counted, and what others know.

    `assessment` is the newest one as it was stored.
    """

    turns: int = 0
    notes: int = 0
    card: CustomerCard | None = None
    search: CustomerSearch | None = None
    assessment: Json | None = None


class CallAnswer(Wire):
    """One call in a list."""

    call_id: str
    customer_id: str | None
    agent_id: str
    status: Literal["active", "ended"]
    source: Source
    demo: bool
    started_at: Moment
    ended_at: Moment | None
    duration_s: float
    turns: int
    customer_data: CustomerCard | None
    assessment: AssessmentAnswer | None
    notes_count: int
    escalated: bool
    alerted: bool
    summary: CallSummary | None
    conversation_id: str
    phone: str | None
    categories: list[str]
    contact_summary: ContactSummaryText | None
    has_gap: bool
    # From then on nothing of the call was heard, though people may have talked on.
    analysis_lost_at: Moment | None = None
    customer_search: CustomerSearch

    @classmethod
    def of(cls, call: StoredCall, now: datetime, context: CallContext, **given: Any) -> Self:
        """Return a call as it stands at a moment; `given` are fields of a subclass."""
        if context.search is not None:
            given["customer_search"] = context.search
        # Not validated: it is made of what was validated when it was stored.
        call_answer = cls.model_construct(
            call_id=call.call_id, customer_id=call.customer_id, agent_id=call.agent_id,
            status="active" if call.ended_at is None else "ended", source=call.source,
            demo=call.demo, started_at=wire_time(call.started_at),
            ended_at=wire_time_or_none(call.ended_at),
            duration_s=_seconds(call.started_at, call.ended_at or now), turns=context.turns,
            customer_data=context.card, assessment=_stored(context.assessment),
            notes_count=context.notes, escalated=call.escalated, alerted=call.alerted,
            summary=_stored(call.summary), conversation_id=call.conversation_id or call.call_id,
            phone=masked_phone(call.phone), categories=call.categories or [],
            contact_summary=_stored(call.contact_summary), has_gap=call.has_gap,
            analysis_lost_at=wire_time_or_none(call.analysis_lost_at), **given,
        )  # fmt: skip
        return cast(Self, call_answer)


def _stored(payload: Json | None) -> Any:
    """Return JSON that a model of the wire was rendered to, in the place of that model."""
    return payload


class ScorePoint(Wire):
    """One point in the history of a call's score."""

    seq: int
    at: Moment
    timestamp: Moment
    elapsed_s: float
    risk_score: int
    risk_category: RiskCategory
    state: AssessmentState

    @classmethod
    def of(cls, stored: StoredAssessment) -> Self:
        """Return the point of a stored assessment."""
        at = wire_time(stored.at)
        return cls.of_value(stored, at=at, timestamp=at)


class NoteFacts(Wire):
    """The facts of a note, each with the kinds that have it; others are not sent.

    `due_on`, `amount_yen` and `channel` of a promise, `outcome`, `call_back_at`; `about` is the
    note that is taken back, the escalation that was seen, answered or withdrawn, or the correction
    that was decided about. A correction names a statement by `segment_id`, `begin`, `end` and
    `intent`, and says what was `meant`: an intent, or "none" for nothing about paying.
    """

    due_on: Day | None = None
    amount_yen: int | None = None
    channel: str | None = None
    outcome: str | None = None
    call_back_at: Moment | None = None
    about: int | None = None
    segment_id: str | None = None
    begin: int | None = None
    end: int | None = None
    intent: str | None = None
    meant: str | None = None


class NoteAnswer(Wire):
    """Something noted about a call that was stored."""

    note_id: int
    kind: NoteKind
    agent_id: str
    text: str
    at: Moment
    facts: NoteFacts | None = None

    @classmethod
    def of(cls, note: StoredNote) -> Self:
        """Return a stored note."""
        return cls.of_value(note, at=wire_time(note.at))


class CallDetail(CallAnswer):
    """One call with everything that was heard, assessed and noted."""

    segments: list[SegmentAnswer]
    assessments: list[ScorePoint]
    notes: list[NoteAnswer]


class CallPage(Wire):
    """Calls, the newest first; `next_cursor` is None on the last page."""

    calls: list[CallAnswer]
    next_cursor: str | None


class CallJoined(Wire):
    """A call that was started, or whose customer was assigned.

    What is known of the call is None for a key that may not read calls.
    """

    status: Literal["success"]
    call_id: str
    customer_data: CustomerCard | None
    customer_search: CustomerSearch | None
    assessment: AssessmentAnswer | NoModelAnswer | None


class PhoneRevealed(Wire):
    """The telephone number of a call as it was written, with all its digits."""

    phone: str


class CallOver(Wire):
    """A call that was ended; its summary is null for a key that may not read calls."""

    status: Literal["success"]
    summary: CallSummary | None


class TranscriptAnswer(Wire):
    """The transcript of a call as plain text in the language of the request, and a file's name."""

    name: str
    text: str


class SegmentsTaken(Wire):
    """The numbers of turns that were new or newer, and of those that were known."""

    accepted: int
    duplicates: int


class CallSegmentsTaken(SegmentsTaken):
    """The same of one of many calls."""

    call_id: str


class RefusedSegment(Wire):
    """A turn that was not stored: its place among those sent, from 0, and why.

    `status` and `detail` are those of the problem that the route of one call answers with.
    """

    index: int
    status: int
    detail: str
    errors: list[FieldProblem]


class SegmentBatchTaken(Wire):
    """The turns of many calls that were taken, by call, and those that were refused."""

    calls: list[CallSegmentsTaken]
    refused: list[RefusedSegment]
