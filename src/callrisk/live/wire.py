"""How values look to those outside: plain JSON, the same by REST and by socket."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from callrisk.domain.assessment import Assessment, RiskCategory
from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import Payload, StoredCall
from callrisk.domain.customer import Customer, CustomerField, FieldKind, FieldValue
from callrisk.domain.features.contract import customer_features
from callrisk.domain.features.history import EarlierCall
from callrisk.domain.phone import masked_phone
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.domain.wording import (
    CATEGORY,
    MISSING_VALUE,
    NO_MODEL,
    TRAIN_COMMAND,
    Text,
    number_text,
)
from callrisk.store.transaction import wire_time


def assessment_payload(assessment: Assessment) -> Payload:
    """An assessment as `design.md` fixes it, without its place in the log."""
    return asdict(assessment) | {"timestamp": wire_time(assessment.timestamp)}


def no_model_payload(call: StoredCall, now: datetime) -> Payload:
    """What is answered while there is no model: no score, and what to do."""
    return {
        "call_id": call.call_id,
        "customer_id": call.customer_id,
        "agent_id": call.agent_id,
        "timestamp": wire_time(now),
        "state": "no_model",
        "risk_score": None,
        "risk_category": None,
        "risk_label": NO_MODEL.ja,
        "risk_label_en": NO_MODEL.en,
        "probability": None,
        "contributions": [],
        "recommendations": [],
        "message": NO_MODEL.ja,
        "message_en": NO_MODEL.en,
        "command": TRAIN_COMMAND,
        "demo": call.demo,
    }


def alert_payload(assessment: Assessment) -> Payload:
    """What an alert says: the crossing into high, with the strongest reason."""
    label = CATEGORY[assessment.risk_category]
    first = next((line for line in assessment.contributions if line.points > 0), None)
    return {
        "call_id": assessment.call_id,
        "customer_id": assessment.customer_id,
        "agent_id": assessment.agent_id,
        "risk_score": assessment.risk_score,
        "risk_label": label.ja,
        "risk_label_en": label.en,
        "reason": None if first is None else first.reason,
        "reason_en": None if first is None else first.reason_en,
    }


def result_payload(assessment: Assessment) -> Payload:
    """What is written to the CRM of a call that is over."""
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


def customer_payload(
    customer: Customer, declared: tuple[CustomerField, ...], earlier: list[EarlierCall],
    demo: bool, signed: date | None,
) -> Payload:  # fmt: skip
    """The customer card; `signed` is the date of the contract."""
    last = max((call.began_at for call in earlier), default=None)
    return {
        "customer_id": customer.customer_id,
        "name": customer.name,
        "phone": masked_phone(customer.phone),
        "demo": demo,
        "as_of": None if customer.as_of is None else wire_time(customer.as_of),
        "fields": [_field(customer, field) for field in declared],
        "earlier_calls": len(earlier),
        "last_call_at": None if last is None else wire_time(last),
        "contract_date": None if signed is None else signed.isoformat(),
    }


def _field(customer: Customer, field: CustomerField) -> dict[str, Any]:
    value = customer.values.get(field.name)
    shown = _shown(value, field)
    return {
        "name": field.name,
        "label": field.label,
        "label_en": field.label_en,
        "value": value.isoformat() if isinstance(value, date) else value,
        "text": shown.ja,
        "text_en": shown.en,
    }


def _shown(value: FieldValue, field: CustomerField) -> Text:
    if value is None:
        return MISSING_VALUE
    if isinstance(value, date):
        return Text(f"{value:%Y/%m/%d}", f"{value:%Y-%m-%d}")
    if isinstance(value, str) or field.kind is not FieldKind.NUMBER:
        return Text(str(value), str(value))
    (feature,) = customer_features([field])
    return number_text(value, feature)


def summary_payload(
    call: StoredCall,
    ended_at: datetime,
    totals: CallTotals,
    course: Sequence[tuple[int, str]],
    notes: Sequence[Any],
) -> Payload:
    """What remains of a call: how long it was, the course of its score, and what was noted.

    `course` holds score and category of each assessment.
    """
    scores = [score for score, _ in course]
    last = course[-1] if course else None
    label = None if last is None else CATEGORY[RiskCategory(last[1])]
    return {
        "call_id": call.call_id,
        "customer_id": call.customer_id,
        "agent_id": call.agent_id,
        "started_at": wire_time(call.started_at),
        "ended_at": wire_time(ended_at),
        "duration": round((ended_at - call.started_at).total_seconds(), 1),
        "turns": totals.turns,
        "risk_scores": scores,
        "final_risk_score": None if last is None else last[0],
        "final_risk_category": None if last is None else last[1],
        "final_risk_label": None if label is None else label.ja,
        "final_risk_label_en": None if label is None else label.en,
        "highest_risk_score": max(scores, default=None),
        "notes": len(notes),
        "escalated": any(note.kind == "escalation" for note in notes),
        "end_reason": call.over_reason,
    }


def begun_payload(call: StoredCall) -> Payload:
    """A call as it is told when it begins, or when it becomes known who takes part in it.

    The customer's record is not kept in the log; who shows the event adds it.
    """
    return call_payload(call, call.started_at, (0, 0), None, None)


def call_payload(
    call: StoredCall,
    now: datetime,
    counts: tuple[int, int],
    customer: Payload | None,
    assessment: Payload | None,
) -> Payload:
    """One call in a list; `counts` are its turns and notes."""
    turns, notes = counts
    until = call.ended_at or now
    return {
        "call_id": call.call_id,
        "customer_id": call.customer_id,
        "agent_id": call.agent_id,
        "status": "active" if call.ended_at is None else "ended",
        "source": call.source,
        "demo": call.demo,
        "started_at": wire_time(call.started_at),
        "ended_at": None if call.ended_at is None else wire_time(call.ended_at),
        "duration_s": round((until - call.started_at).total_seconds(), 1),
        "turns": turns,
        "customer_data": customer,
        "assessment": assessment,
        "notes_count": notes,
        "escalated": call.escalated,
        "alerted": call.alerted,
        "summary": call.summary,
        "conversation_id": call.conversation_id or call.call_id,
        "phone": masked_phone(call.phone),
        "categories": call.categories or [],
        "contact_summary": call.contact_summary,
        "has_gap": call.has_gap,
    }


def heard_segment(payload: Payload) -> Segment:
    """The turn that an event of the log tells of."""
    sentiment = payload["sentiment"]
    return Segment(
        segment_id=payload["segment_id"],
        sequence=int(payload["sequence"]),
        role=ParticipantRole(payload["role"]),
        text=payload["text"],
        begin_ms=payload["begin_ms"],
        end_ms=payload["end_ms"],
        sentiment=None if sentiment is None else Sentiment(sentiment),
    )
