"""Every event of the log, and the page of events with which a client catches up."""

from typing import Any, Self

from pydantic import ValidationInfo, field_validator

from callrisk.domain.call_end import EndReason
from callrisk.domain.call_record import LoggedEvent, RowState, StoredCall, StoredNote
from callrisk.domain.event_types import EventType
from callrisk.domain.work.note_kind import NoteKind
from callrisk.wire.assessment import Alert, AssessmentAnswer, RecommendedAction
from callrisk.wire.base import Json, Logged, Moment, Wire, wire_time
from callrisk.wire.call import CallAnswer, CallContext, CallSummary, ContactSummaryText, NoteAnswer
from callrisk.wire.customer import CustomerCard, CustomerSearch
from callrisk.wire.segment import TranscriptSegment


class CallStarted(CallAnswer, Logged):
    """A call that began, or of which it became known who takes part in it.

    The record of the customer is added when the event is shown; the log does not keep it.
    """

    customer_search: CustomerSearch | None = None  # type: ignore[assignment]

    @classmethod
    def of_call(cls, call: StoredCall) -> Self:
        """Return the event as it is kept in the log."""
        return cls.of(call, call.started_at, CallContext())


class CallEnded(Logged):
    """A call that is over."""

    call_id: str
    summary: CallSummary


class CustomerChanged(Logged):
    """A call whose customer, or what is known of them, has changed."""

    call_id: str
    customer_id: str | None
    started_at: Moment
    customer_data: CustomerCard | None = None
    customer_search: CustomerSearch | None = None


class NoteAdded(NoteAnswer, Logged):
    """Something that was noted about a call."""

    call_id: str

    @classmethod
    def of_call(cls, call_id: str, note: StoredNote, seq: int | None = None) -> Self:
        """Return a stored note of a call, with its number in the log if that is given."""
        number = {} if seq is None else {"seq": seq}
        return cls.of_value(note, at=wire_time(note.at), call_id=call_id, **number)


class EscalationChanged(Logged):
    """An escalation was seen, answered or withdrawn by the note `note_id`; without its words.

    `open` says whether an escalation of the call waits for an answer still.
    """

    call_id: str
    kind: NoteKind
    note_id: int
    about: int
    agent_id: str
    at: Moment
    open: bool


class GapChanged(Logged):
    """A call of which something may be missing, or no longer is."""

    call_id: str
    has_gap: bool


class AdviceChanged(Logged):
    """The advice for a call while there is no model; with one it comes with the score."""

    call_id: str
    recommendations: list[RecommendedAction]


class CategoriesMatched(Logged):
    """Contact Lens categories that a call has matched by now."""

    call_id: str
    categories: list[str]


class ContactSummaryWritten(Logged):
    """The summary of the telephony has come."""

    call_id: str
    contact_summary: ContactSummaryText


class AnalysisLost(Logged):
    """The analysis of a call broke off; people may still talk, but nothing is heard any more."""

    call_id: str
    analysis_lost_at: Moment


class ContactOver(Logged):
    """The telephony says that a call is over."""

    call_id: str
    reason: EndReason


PAYLOADS: dict[EventType, type[Logged]] = {
    EventType.CALL_STARTED: CallStarted,
    EventType.TRANSCRIPT_SEGMENT: TranscriptSegment,
    EventType.RISK_SCORE_UPDATE: AssessmentAnswer,
    EventType.CALL_ENDED: CallEnded,
    EventType.ALERT: Alert,
    EventType.ESCALATION: NoteAdded,
    EventType.NOTE_ADDED: NoteAdded,
    EventType.ESCALATION_CHANGED: EscalationChanged,
    EventType.CUSTOMER_CHANGED: CustomerChanged,
    EventType.SUMMARY_CHANGED: CallEnded,
    EventType.GAP_CHANGED: GapChanged,
    EventType.ADVICE_CHANGED: AdviceChanged,
    EventType.CATEGORIES_MATCHED: CategoriesMatched,
    EventType.CONTACT_SUMMARY: ContactSummaryWritten,
    EventType.CONTACT_OVER: ContactOver,
    EventType.ANALYSIS_LOST: AnalysisLost,
}

AnyPayload = (
    CallStarted
    | TranscriptSegment
    | AssessmentAnswer
    | CallEnded
    | Alert
    | NoteAdded
    | EscalationChanged
    | CustomerChanged
    | GapChanged
    | AdviceChanged
    | CategoriesMatched
    | ContactSummaryWritten
    | ContactOver
    | AnalysisLost
)


class EventAnswer(Wire):
    """One event of the log; `payload` is what was pushed under the name of its type.

    It is read from the row that the event is about: `row` says whether that was corrected since, or
    its words were removed.
    """

    seq: int
    type: EventType
    call_id: str
    at: Moment
    row: RowState = RowState.AS_TOLD
    payload: AnyPayload

    @field_validator("payload", mode="before")
    @classmethod
    def _by_type(cls, payload: Any, info: ValidationInfo) -> Any:
        model = PAYLOADS.get(info.data.get("type", ""))
        return payload if model is None else model.model_validate(payload)

    @classmethod
    def of(cls, event: LoggedEvent, payload: Json) -> "EventAnswer":
        """Return an event with its payload as it is shown; the payload is not validated again."""
        return cls.model_construct(
            seq=event.seq, type=event.type, call_id=event.call_id, at=wire_time(event.at),
            row=event.row, payload=_shown(payload),
        )  # fmt: skip


def _shown(payload: Json) -> Any:
    return payload


class EventPage(Wire):
    """Events in the order of the log; `more` says that others follow `last_seq`."""

    events: list[EventAnswer]
    last_seq: int
    more: bool
