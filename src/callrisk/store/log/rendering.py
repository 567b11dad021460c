"""Events of the log as they are pushed: each with the row that it refers to, as it is now.

An event holds no words. What a turn, a note or an assessment says is read from its row, so what was
masked or removed there is masked or removed here, too; `LoggedEvent.row` says what became of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from callrisk.domain.call_record import (
    LoggedEvent,
    Payload,
    RowState,
    StoredCall,
    StoredNote,
    StoredTurn,
)
from callrisk.domain.contact_events import Draft
from callrisk.domain.event_types import EventType
from callrisk.domain.segment import OtherRole, role_of
from callrisk.domain.work.call_work import about_of
from callrisk.store import tables
from callrisk.store.assessments.assessment_columns import advised_from, plays_of
from callrisk.store.assessments.assessment_reading import (
    AssessmentReading,
    assessments_with_calls,
)
from callrisk.store.assessments.shared_facts import SharedFacts
from callrisk.store.drafts import DRAFT_COLUMNS, drafts_from
from callrisk.store.stored_calls import (
    CALL_COLUMNS,
    NOTE_COLUMNS,
    TURN_COLUMNS,
    calls_from,
    notes_from,
    turns_from,
)
from callrisk.wire.base import wire_time
from callrisk.wire.call import CallSummary, ContactSummaryText
from callrisk.wire.events import (
    AdviceChanged,
    AnalysisLost,
    CallEnded,
    CallStarted,
    CategoriesMatched,
    ContactOver,
    ContactSummaryWritten,
    CustomerChanged,
    EscalationChanged,
    GapChanged,
    NoteAdded,
)
from callrisk.wire.segment import TranscriptSegment

_E, _C, _S = tables.events.c, tables.calls.c, tables.segments.c
EVENT_COLUMNS = (_E.seq, _E.call_id, _E.type, _E.at, _E.ref, _E.facts, _E.payload)
_TURNS_OF = select(_S.corrected_seq, *TURN_COLUMNS).where(
    tuple_(_S.call_id, _S.segment_id).in_(bindparam("keys", expanding=True))
)
_ASSESSED = (EventType.RISK_SCORE_UPDATE, EventType.ALERT)
_NOTED = (EventType.NOTE_ADDED, EventType.ESCALATION, EventType.ESCALATION_CHANGED)
TurnKey = tuple[str, str]


def rendered(
    connection: Connection, shared: SharedFacts, rows: Sequence[Any],
    known: Mapping[int, LoggedEvent] | None = None,
) -> list[LoggedEvent]:  # fmt: skip
    """Return events as they are pushed; `known` has some by their number.

    An event is left out if the row that it is about is gone.
    """
    known = known or {}
    to_read = [row for row in rows if row.seq not in known and not row.payload]
    referred = _Referred(connection, shared, to_read)
    events = (known.get(row.seq) or _event(row, referred) for row in rows)
    return [event for event in events if event is not None]


def _bare(row: Any, payload: Payload) -> LoggedEvent:
    return LoggedEvent(row.seq, row.call_id, EventType(row.type), row.at, payload)


def _event(row: Any, referred: "_Referred") -> LoggedEvent | None:
    if row.payload:
        # An older version stored the whole event; of a turn the row says what it is now.
        return _bare(row, row.payload)
    if row.type == EventType.TRANSCRIPT_SEGMENT:
        return _turn_event(row, referred)
    try:
        return _bare(row, _PAYLOADS[EventType(row.type)](row, referred))
    except KeyError:
        return None


class _Referred:
    """The rows that a page of events refers to, each table read once."""

    def __init__(self, connection: Connection, shared: SharedFacts, rows: Sequence[Any]) -> None:
        self._connection = connection
        turns = {(row.call_id, row.ref) for row in rows if row.type == EventType.TRANSCRIPT_SEGMENT}
        self.turns = _turns(connection, turns)
        self.drafts = _drafts(connection, turns - self.turns.keys())
        self.calls = _calls(connection, {row.call_id for row in rows if row.type in _OF_CALLS})
        self.notes = _notes(connection, {int(row.ref) for row in rows if row.type in _NOTED})
        scores = {_assessment_of(row) for row in rows if row.type in _ASSESSED}
        self.assessments = {row.seq: row for row in _assessments(connection, scores)}
        self.assessed = AssessmentReading(connection, shared, list(self.assessments.values()))
        advised = [row.facts["advised"] for row in rows if row.type == EventType.ADVICE_CHANGED]
        self.plays = shared.bodies(connection, {one for each in advised for one in plays_of(each)})


def _assessment_of(row: Any) -> int:
    return row.seq if row.ref is None else int(row.ref)


def _turns(
    connection: Connection, keys: Iterable[TurnKey]
) -> dict[TurnKey, tuple[StoredTurn, int]]:
    """Return turns, each with the last event at which its words became others; 0 without one."""
    wanted = list(keys)
    if not wanted:
        return {}
    rows = connection.execute(_TURNS_OF, {"keys": wanted}).all()
    return {
        (row.call_id, row.segment_id): (turn, row.corrected_seq or 0)
        for row, turn in zip(rows, turns_from(connection, rows), strict=True)
    }


def _drafts(connection: Connection, keys: Iterable[TurnKey]) -> dict[TurnKey, Draft]:
    wanted = list(keys)
    if not wanted:
        return {}
    d = tables.drafts.c
    statement = select(*DRAFT_COLUMNS).where(tuple_(d.call_id, d.transcript_id).in_(wanted))
    rows = connection.execute(statement).all()
    return {
        (row.call_id, row.transcript_id): draft
        for row, draft in zip(rows, drafts_from(connection, rows), strict=True)
    }


def _calls(connection: Connection, ids: Iterable[str]) -> dict[str, StoredCall]:
    wanted = list(ids)
    if not wanted:
        return {}
    rows = connection.execute(select(*CALL_COLUMNS).where(_C.call_id.in_(wanted))).all()
    return {call.call_id: call for call in calls_from(connection, rows)}


def _notes(connection: Connection, ids: Iterable[int]) -> dict[int, StoredNote]:
    wanted = list(ids)
    if not wanted:
        return {}
    n = tables.notes.c
    rows = connection.execute(select(*NOTE_COLUMNS).where(n.note_id.in_(wanted))).all()
    return {note.note_id: note for note in notes_from(connection, rows)}


def _assessments(connection: Connection, numbers: Iterable[int]) -> Sequence[Any]:
    wanted = list(numbers)
    if not wanted:
        return []
    a = tables.assessments.c
    return connection.execute(assessments_with_calls().where(a.seq.in_(wanted))).all()


def _turn_event(row: Any, referred: _Referred) -> LoggedEvent:
    """Return the event of a turn, or of a piece of one, with the words as they are by now."""
    facts, key = row.facts or {}, (row.call_id, row.ref)
    known, draft = referred.turns.get(key), referred.drafts.get(key)
    if known is not None:
        stored, corrected_seq = known
        stored = replace(stored, repeated=facts.get("repeated", False))
        payload = turn_payload(row.call_id, stored)
        state = _turn_state(stored, is_corrected=row.seq < corrected_seq)
        if "provisional" in facts:
            piece = payload | {"provisional": True, "statements": []}
            return replace(_bare(row, piece), row=state)
        return replace(_bare(row, payload), row=state, turn=stored)
    if draft is not None:
        return _bare(row, TranscriptSegment.of_draft(row.call_id, row.ref, draft).rendered())
    gone = TranscriptSegment(
        call_id=row.call_id, segment_id=row.ref, role=role_of(facts.get("role", OtherRole.OTHER)),
        text="", begin_ms=None, end_ms=None, sentiment=None, provisional="provisional" in facts,
    )  # fmt: skip
    return replace(_bare(row, gone.rendered()), row=RowState.REMOVED)


def _turn_state(stored: StoredTurn, *, is_corrected: bool = False) -> RowState:
    """Return what became of the row of a turn since an event of it."""
    if not stored.turn.text:
        return RowState.REMOVED
    return RowState.CORRECTED if is_corrected else RowState.AS_TOLD


def turn_event(seq: int, call_id: str, at: datetime, stored: StoredTurn) -> LoggedEvent:
    """Return the event of a turn that was stored with it just now."""
    payload, state = turn_payload(call_id, stored), _turn_state(stored)
    kind = EventType.TRANSCRIPT_SEGMENT
    return LoggedEvent(seq, call_id, kind, at, payload, state, stored)


def turn_payload(call_id: str, stored: StoredTurn) -> Payload:
    """Return a finished turn as it is pushed."""
    given = {"call_id": call_id, "repeated": stored.repeated}
    return TranscriptSegment.of(stored.turn, stored.statements, **given).rendered()


def _call_started(row: Any, referred: _Referred) -> Payload:
    """Return a call as it stood at its event: what follows is told by the events that follow."""
    facts = row.facts or {}
    has_ended = facts.get("ended", False)
    call = referred.calls[row.call_id]
    then = replace(
        call,
        customer_id=facts.get("customer_id"),
        alerted=facts.get("alerted", False),
        escalated=facts.get("escalated", False),
        ended_at=call.ended_at if has_ended else None,
        summary=call.summary if has_ended else None,
    )
    return CallStarted.of_call(then).rendered()


def _assessed(row: Any, referred: _Referred) -> Payload:
    return referred.assessed.payload(referred.assessments[_assessment_of(row)])


def _alerted(row: Any, referred: _Referred) -> Payload:
    return referred.assessed.alert(referred.assessments[_assessment_of(row)])


def _ended(row: Any, referred: _Referred) -> Payload:
    summary = referred.calls[row.call_id].summary or {}
    return CallEnded(call_id=row.call_id, summary=CallSummary.model_validate(summary)).rendered()


def _noted(row: Any, referred: _Referred) -> Payload:
    return NoteAdded.of_call(row.call_id, referred.notes[int(row.ref)]).rendered()


def _escalation_changed(row: Any, referred: _Referred) -> Payload:
    note, facts = referred.notes[int(row.ref)], row.facts or {}
    about = about_of(note)
    return EscalationChanged.of_value(
        note, call_id=row.call_id, about=about, at=wire_time(note.at), open=facts["open"]
    ).rendered()


def _customer(row: Any, referred: _Referred) -> Payload:
    call = referred.calls[row.call_id]
    return CustomerChanged(
        call_id=row.call_id, customer_id=call.customer_id, started_at=wire_time(call.started_at)
    ).rendered()


def _gap(row: Any, _referred: _Referred) -> Payload:
    return GapChanged(call_id=row.call_id, has_gap=row.facts["has_gap"]).rendered()


def _advice(row: Any, referred: _Referred) -> Payload:
    advised = advised_from(row.facts["advised"], referred.plays)
    return AdviceChanged.of_value(row, recommendations=advised).rendered()


def _categories(row: Any, _referred: _Referred) -> Payload:
    categories = row.facts["categories"]
    return CategoriesMatched(call_id=row.call_id, categories=categories).rendered()


def _contact_summary(row: Any, referred: _Referred) -> Payload:
    written = referred.calls[row.call_id].contact_summary
    text = ContactSummaryText.model_validate(written or {"text": None, "failure": None})
    return ContactSummaryWritten(call_id=row.call_id, contact_summary=text).rendered()


def _contact_over(row: Any, _referred: _Referred) -> Payload:
    return ContactOver(call_id=row.call_id, reason=row.facts["reason"]).rendered()


def _analysis_lost(row: Any, referred: _Referred) -> Payload:
    lost: datetime = referred.calls[row.call_id].analysis_lost_at or row.at
    return AnalysisLost(call_id=row.call_id, analysis_lost_at=wire_time(lost)).rendered()


_PAYLOADS: dict[EventType, Callable[[Any, _Referred], Payload]] = {
    EventType.CALL_STARTED: _call_started,
    EventType.RISK_SCORE_UPDATE: _assessed,
    EventType.ALERT: _alerted,
    EventType.CALL_ENDED: _ended,
    EventType.SUMMARY_CHANGED: _ended,
    EventType.NOTE_ADDED: _noted,
    EventType.ESCALATION: _noted,
    EventType.ESCALATION_CHANGED: _escalation_changed,
    EventType.CUSTOMER_CHANGED: _customer,
    EventType.GAP_CHANGED: _gap,
    EventType.ADVICE_CHANGED: _advice,
    EventType.CATEGORIES_MATCHED: _categories,
    EventType.CONTACT_SUMMARY: _contact_summary,
    EventType.CONTACT_OVER: _contact_over,
    EventType.ANALYSIS_LOST: _analysis_lost,
}
_OF_CALLS = (
    EventType.CALL_STARTED, EventType.CALL_ENDED, EventType.SUMMARY_CHANGED,
    EventType.CUSTOMER_CHANGED, EventType.CONTACT_SUMMARY, EventType.ANALYSIS_LOST,
)  # fmt: skip
