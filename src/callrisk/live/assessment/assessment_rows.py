"""Decisions after an assessment or an end: the rows to store, and the messages to send."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callrisk.domain.assessment import Assessment
from callrisk.domain.call_end import reason_of
from callrisk.domain.call_record import LoggedEvent, Payload, StoredAssessment, StoredNote
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.score.kept_assessment import KeptAssessment
from callrisk.domain.score.shown_assessment import AssessedCall, shown
from callrisk.live.assessment.assessing import Assessed
from callrisk.live.live_call import LiveCall
from callrisk.live.policy import LivePolicy
from callrisk.store.calls import Ending, NewAssessment
from callrisk.store.sending.outbox import RESULT_MESSAGE, RISK_MESSAGE
from callrisk.wire.assessment import Alert, AssessmentAnswer
from callrisk.wire.base import wire_time
from callrisk.wire.call import CallSummary


def shown_of(call: LiveCall, assessed: Assessed) -> Assessment:
    """Return the assessment of a call as people read it."""
    stored = call.stored
    of_call = AssessedCall(stored.call_id, stored.customer_id, stored.agent_id, stored.demo)
    return shown(assessed.kept, assessed.setup, of_call, assessed.phrases)


def assessment_row(
    call: LiveCall, assessed: Assessed, assessment: Assessment, policy: LivePolicy
) -> NewAssessment:
    """Return the assessment to store, with its messages."""
    return NewAssessment(
        call_id=assessment.call_id,
        kept=assessed.kept,
        setup=assessed.setup,
        is_alert=assessed.kept.is_high and not call.alerted,
        messages=_messages(call, assessed.kept, assessment, policy),
    )


def events_of(
    assessments: Sequence[Assessment], numbers: Sequence[tuple[int, int | None]]
) -> list[LoggedEvent]:
    """Return the events of assessments and of their alerts, by their numbers in the log."""
    events: list[LoggedEvent] = []
    for one, (seq, alert_seq) in zip(assessments, numbers, strict=True):
        told = [(seq, EventType.RISK_SCORE_UPDATE, AssessmentAnswer.of(one).rendered())]
        if alert_seq is not None:
            told.append((alert_seq, EventType.ALERT, Alert.of(one).rendered()))
        events += [
            LoggedEvent(number, one.call_id, kind, one.timestamp, payload)
            for number, kind, payload in told
        ]
    return events


def _messages(
    call: LiveCall, kept: KeptAssessment, assessment: Assessment, policy: LivePolicy
) -> tuple[tuple[str, Payload], ...]:
    """Return a new category for the telephony, and the result of an ended call for the CRM."""
    messages: list[tuple[str, Payload]] = []
    verdict, stored = kept.verdict, call.stored
    is_new = verdict not in (None, call.category)
    if policy.sends_category and stored.source == Source.CONNECT and is_new:
        contact_id = stored.conversation_id or stored.call_id
        messages.append((RISK_MESSAGE, {"contact_id": contact_id, "risk_category": str(verdict)}))
    may_send = policy.sends_demo_results or not assessment.demo
    if policy.sends_results and may_send and call.ended_at is not None:
        messages.append((RESULT_MESSAGE, _result(assessment)))
    return tuple(messages)


def _result(assessment: Assessment) -> Payload:
    """Return what is written to the CRM of a call that is over."""
    return {
        "call_id": assessment.call_id,
        "customer_id": assessment.customer_id,
        "agent_id": assessment.agent_id,
        "risk_score": assessment.risk_score,
        "risk_category": str(assessment.risk_category),
        "risk_label": assessment.risk_label,
        "top_reasons": list(assessment.factors),
        "model_version": assessment.model_version,
        "skill": str(assessment.skill),
        "scored_at": wire_time(assessment.timestamp),
    }


def ending_of(
    call: LiveCall, earlier: Sequence[StoredAssessment], last: NewAssessment | None,
    notes: Sequence[StoredNote], now: datetime,
) -> Ending:  # fmt: skip
    """Return the end of a call with its summary; `last` is an assessment not stored yet."""
    call_id, totals = call.stored.call_id, call.state.totals()
    scores = [(one.risk_score, one.risk_category) for one in earlier]
    if last is not None:
        scores.append((last.kept.told.score, str(last.kept.category)))
    ended_at = call.ended_at or now
    reason = str(reason_of(call.stored.ends, call.liveness.was_requested))
    stored = replace(call.stored, over_reason=reason)
    summary = CallSummary.of(stored, ended_at, totals, scores, notes)
    return Ending(call_id, ended_at, reason, summary, totals)
