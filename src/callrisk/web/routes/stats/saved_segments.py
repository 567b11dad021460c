"""Segments of customers: saved by persons, shared with those who may see customers."""

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import g

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.store.customer_segments.segment_store import MOST_SEGMENTS, TooManySegmentsError
from callrisk.web.access.guards import needs, subject
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.refusal_words import refuse
from callrisk.wire.request_fields import LARGEST_INTEGER
from callrisk.wire.stats.customer_segments import (
    CustomerSegmentAnswer,
    CustomerSegmentsAnswer,
    NewCustomerSegment,
)

customer_segments = APIBlueprint(
    "customer_segments", __name__, url_prefix="/api/customer_segments", tag="calls"
)
_NONE_SUCH = Text(
    "この番号のセグメントはないか、ほかの人のものです。",
    "There is no segment of this number, or it is somebody else's.",
)
_TOO_MANY = Text(
    f"保存できるセグメントは {MOST_SEGMENTS} 個までです。不要なものを削除してください。",
    f"A person may save {MOST_SEGMENTS} segments; remove one first.",
)


@customer_segments.get("")
@answers(CustomerSegmentsAnswer)
@needs(Operation.READ_ANALYTICS)
def list_customer_segments() -> CustomerSegmentsAnswer:
    """Return the own segments, and those that others share."""
    person = subject().subject_id
    seen = app_state().segments.seen_by(person)
    return CustomerSegmentsAnswer(segments=[CustomerSegmentAnswer.of(one, person) for one in seen])


@customer_segments.post("")
@answers(CustomerSegmentAnswer, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED)
@takes(NewCustomerSegment)
@needs(Operation.SAVE_SEGMENTS)
def save_customer_segment(json_data: NewCustomerSegment) -> CustomerSegmentAnswer:
    """Save a segment of customers by rules."""
    person, rules = subject().subject_id, tuple(one.rule() for one in json_data.rules)
    try:
        made = app_state().segments.add(
            json_data.name, rules, person, shared=json_data.shared, now=utc_now()
        )
    except TooManySegmentsError:
        refuse(HTTPStatus.CONFLICT, _TOO_MANY)
    g.noted_object, g.noted = f"customer_segment {made.segment_id}", {"shared": made.shared}
    return CustomerSegmentAnswer.of(made, person)


@customer_segments.delete("/<segment_id>")
@answers(CustomerSegmentAnswer, HTTPStatus.NOT_FOUND)
@needs(Operation.SAVE_SEGMENTS)
def remove_customer_segment(segment_id: str) -> CustomerSegmentAnswer:
    """Remove a segment of one's own; return it as it was."""
    person = subject().subject_id
    is_number = segment_id.isascii() and segment_id.isdecimal()
    removed = (
        app_state().segments.remove(int(segment_id), person)
        if is_number and int(segment_id) <= LARGEST_INTEGER
        else None
    )
    if removed is None:
        refuse(HTTPStatus.NOT_FOUND, _NONE_SUCH)
    g.noted_object = f"customer_segment {segment_id}"
    return CustomerSegmentAnswer.of(removed, person)
