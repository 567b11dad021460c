"""From answers to what is stored of them, and what must be sent elsewhere because of them."""

from callrisk.domain.assessment import AssessmentState, RiskCategory
from callrisk.domain.call_record import Payload
from callrisk.domain.event_types import Source
from callrisk.live.assessing import Assessed
from callrisk.live.call_cache import RememberedCall
from callrisk.live.policy import LivePolicy
from callrisk.live.wire import alert_payload, assessment_payload, result_payload
from callrisk.store.calls import NewAssessment
from callrisk.store.outbox import RESULT_LETTER, RISK_LETTER


def verdict_of(assessed: Assessed) -> str | None:
    """The category, once there is a verdict; None while listening."""
    listening = assessed.assessment.state is AssessmentState.LISTENING
    return None if listening else str(assessed.assessment.risk_category)


def _outgoing(
    call: RememberedCall, assessed: Assessed, conduct: LivePolicy
) -> tuple[tuple[str, Payload], ...]:
    """The telephony is told when the category is another than it was told, the CRM of the end."""
    letters: list[tuple[str, Payload]] = []
    verdict, stored = verdict_of(assessed), call.stored
    if (
        conduct.tells_telephony
        and stored.source == Source.CONNECT
        and verdict not in (None, call.category)
    ):
        contact_id = stored.conversation_id or stored.call_id
        letters.append((RISK_LETTER, {"contact_id": contact_id, "risk_category": verdict}))
    told = conduct.tells_crm and (conduct.tells_crm_of_demo or not assessed.assessment.demo)
    if told and call.ended_at is not None:
        letters.append((RESULT_LETTER, result_payload(assessed.assessment)))
    return tuple(letters)


def crosses(assessed: Assessed) -> bool:
    """Whether a supervisor should look at the call now."""
    heard = assessed.assessment.state is not AssessmentState.LISTENING
    return heard and assessed.assessment.risk_category is RiskCategory.HIGH


def record(call: RememberedCall, assessed: Assessed, conduct: LivePolicy) -> NewAssessment:
    """An answer with what it sets off."""
    one, lines = assessed.assessment, assessed.before.lines
    return NewAssessment(
        call_id=one.call_id,
        at=one.timestamp,
        elapsed_s=one.elapsed_s,
        state=str(one.state),
        risk_score=one.risk_score,
        risk_category=str(one.risk_category),
        model_version=one.model_version,
        lines=(lines.start, *lines.by_feature, lines.cap),
        payload=assessment_payload(one),
        alert=alert_payload(one) if crosses(assessed) and not call.alerted else None,
        outgoing=_outgoing(call, assessed, conduct),
    )
