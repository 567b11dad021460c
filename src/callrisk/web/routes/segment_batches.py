"""Turns of many calls in one request: what is stored, and what is refused by itself."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from apiflask import APIBlueprint
from pydantic import ValidationError

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.wording import Text
from callrisk.live.call_intake import Sent
from callrisk.web.access.guards import needs
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.refusal_words import refused_fields, told
from callrisk.web.routes.call_answers import NO_CALL
from callrisk.wire.call import CallSegmentsTaken, RefusedSegment, SegmentBatchTaken
from callrisk.wire.problem import FieldProblem, named
from callrisk.wire.requests import CallSegmentBody, SegmentBatch

segment_batches = APIBlueprint("segment_batches", __name__, url_prefix="/api", tag="calls")
_NOT_STORED = Text(
    "この発話を保存できません。理由はサーバーのログにあります。",
    "The server cannot store this turn; its log says why.",
)


@segment_batches.post("/segments")
@answers(SegmentBatchTaken)
@takes(SegmentBatch)
@needs(Operation.FEED_CALLS)
def add_segments_of_calls(json_data: SegmentBatch) -> SegmentBatchTaken:
    """Take turns of many calls from any telephony; answered once they are stored."""
    state, rows = app_state(), dict(enumerate(json_data.segments))
    bodies = {n: row for n, row in rows.items() if isinstance(row, CallSegmentBody)}
    refused = [_no_turn(n, row) for n, row in rows.items() if n not in bodies]
    known = _known({body.call_id for body in bodies.values()})
    refused += [
        _refused(n, HTTPStatus.NOT_FOUND, told(NO_CALL, call_id=body.call_id))
        for n, body in bodies.items()
        if body.call_id not in known
    ]
    # As in the route of one call: of two turns with one id the one that came later wins.
    sequence = int(datetime.now(UTC).timestamp() * 1_000_000)
    batch = [
        Sent(n, body.call_id, body.segment(sequence + n))
        for n, body in bodies.items()
        if body.call_id in known
    ]
    taken = state.intake.add_batch(batch)
    failed = set(taken.failed)
    refused += [
        _refused(n, HTTPStatus.INTERNAL_SERVER_ERROR, told(_NOT_STORED)) for n in taken.failed
    ]
    sent = Counter(one.call_id for one in batch if one.place not in failed)
    return SegmentBatchTaken(
        calls=[_taken(call_id, sent[call_id], taken.heard[call_id]) for call_id in sent],
        refused=sorted(refused, key=lambda one: one.index),
    )


def _known(call_ids: set[str]) -> set[str]:
    """Return those of these ids that calls have; only of others the database is asked."""
    state = app_state()
    known = set(filter(state.live.knows, call_ids))
    others = call_ids - known
    return known | state.queries.known_calls(others) if others else known


def _no_turn(index: int, row: Any) -> RefusedSegment:
    """Return the refusal of what is no turn, with the fields at fault."""
    errors = _faults(index, row)
    return _refused(index, HTTPStatus.UNPROCESSABLE_ENTITY, named(errors), errors)


def _faults(index: int, row: Any) -> list[FieldProblem]:
    """Return each field at fault, and what is wrong with it."""
    try:
        CallSegmentBody.model_validate(row)
    except ValidationError as error:
        return refused_fields(error, ("segments", index))
    return []


def _refused(
    index: int, status: HTTPStatus, detail: str, errors: Sequence[FieldProblem] = ()
) -> RefusedSegment:
    return RefusedSegment(index=index, status=status, detail=detail, errors=list(errors))


def _taken(call_id: str, sent: int, heard: int) -> CallSegmentsTaken:
    return CallSegmentsTaken(call_id=call_id, accepted=heard, duplicates=sent - heard)
