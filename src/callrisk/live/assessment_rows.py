"""Decisions after an assessment or an end: the rows to store, and the messages to send."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callrisk.domain.assessment import Assessment, AssessmentState
from callrisk.domain.call_end import reason_of
from callrisk.domain.call_record import Payload, StoredAssessment, StoredNote
from callrisk.domain.event_types import Source
from callrisk.domain.risk_category import RiskCategory
from callrisk.live.assessing import Assessed
from callrisk.live.live_call import LiveCall
from callrisk.live.policy import LivePolicy
from callrisk.store.calls import Ending, NewAssessment
from callrisk.store.sending.outbox import RESULT_MESSAGE, RISK_MESSAGE
from callrisk.wire.assessment import Alert, AssessmentAnswer
from callrisk.wire.base import wire_time
from callrisk.wire.call import CallSummary


def verdict_of(assessed: Assessed) -> str | None:
    """Return the category, or None while listening."""
    listening = assessed.assessment.state is AssessmentState.LISTENING
    return None if listening else str(assessed.assessment.risk_category)


def _messages(
    call: LiveCall, assessed: Assessed, policy: LivePolicy
) -> tuple[tuple[str, Payload], ...]:
    """Return a new category for the telephony, and the result of an ended call for the CRM."""
    messages: list[tuple[str, Payload]] = []
    verdict, stored = verdict_of(assessed), call.stored
    is_new = verdict not in (None, call.category)
    if policy.sends_category and stored.source == Source.CONNECT and is_new:
        contact_id = stored.conversation_id or stored.call_id
        messages.append((RISK_MESSAGE, {"contact_id": contact_id, "risk_category": verdict}))
    may_send = policy.sends_demo_results or not assessed.assessment.demo
    if policy.sends_results and may_send and call.ended_at is not None:
        messages.append((RESULT_MESSAGE, _result(assessed.assessment)))
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


def is_high(assessed: Assessed) -> bool:
    """Return True if the verdict is high: a supervisor should look at the call now."""
    listening = assessed.assessment.state is AssessmentState.LISTENING
    return not listening and assessed.assessment.risk_category is RiskCategory.HIGH


def assessment_row(call: LiveCall, assessed: Assessed, policy: LivePolicy) -> NewAssessment:
    """Return the assessment to store, with its alert and its messages."""
    assessment = assessed.assessment
    return NewAssessment(
        call_id=assessment.call_id,
        at=assessment.timestamp,
        elapsed_s=assessment.elapsed_s,
        state=str(assessment.state),
        risk_score=assessment.risk_score,
        risk_category=str(assessment.risk_category),
        model_version=assessment.model_version,
        told=assessed.told,
        payload=AssessmentAnswer.of(assessment).rendered(),
        alert=Alert.of(assessment).rendered() if is_high(assessed) and not call.alerted else None,
        messages=_messages(call, assessed, policy),
    )


def ending_of(
    call: LiveCall, earlier: Sequence[StoredAssessment], last: NewAssessment | None,
    notes: Sequence[StoredNote], now: datetime,
) -> Ending:  # fmt: skip
    """Return the end of a call with its summary; `last` is an assessment not stored yet."""
    call_id, totals = call.stored.call_id, call.state.totals()
    scores = [(one.risk_score, one.risk_category) for one in earlier]
    if last is not None:
        scores.append((last.risk_score, last.risk_category))
    ended_at = call.ended_at or now
    reason = str(reason_of(call.stored.ends, call.liveness.was_requested))
    stored = replace(call.stored, over_reason=reason)
    summary = CallSummary.of(stored, ended_at, totals, scores, notes)
    return Ending(call_id, ended_at, reason, summary, totals)
