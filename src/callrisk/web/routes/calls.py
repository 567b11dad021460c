"""Calls: start, list, open, hear, score and end."""

from collections.abc import Set
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from apiflask import APIBlueprint

from callrisk.domain.access.handmade_ids import is_unguessable
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.event_types import Source
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.domain.work.transcript_text import transcript_text
from callrisk.store.calls import NewCall, OtherCustomerError
from callrisk.web.access.guards import (
    may_reach,
    must_act_as,
    needs,
    reachable_agents,
    subject,
)
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.limits.limited_routes import limited_as
from callrisk.web.limits.rate_limits import Rate
from callrisk.web.refusal_words import reader_language, refuse, told
from callrisk.web.routes.call_answers import (
    changes_of,
    contexts_of,
    find_call,
    joined,
    score_of,
    stored_call,
)
from callrisk.wire.assessment import AnyAssessment, ScoreChanges
from callrisk.wire.call import (
    CallAnswer,
    CallDetail,
    CallJoined,
    CallOver,
    CallPage,
    NoteAnswer,
    ScorePoint,
    SegmentsTaken,
    TranscriptAnswer,
)
from callrisk.wire.requests import (
    CallList,
    CallReference,
    ChangesAsked,
    Cursor,
    Segments,
    StartCall,
)
from callrisk.wire.segment import SegmentAnswer

UNREADABLE = Text("（復号できません）", "(cannot be decrypted)")
_NOT_USABLE = Text(
    "call_id: {call_id} は使えません。画面が示す ID か、UUID を含む ID で始めてください。",
    "call_id: {call_id} may not be used. Begin a call under the id that the page proposes, or "
    "under one with a UUID.",
)
_OTHER_CUSTOMER = Text(
    "通話 {call_id} は別のお客様で始まっています。",
    "call {call_id} runs with another customer",
)
_ERASED = Text("通話 {call_id} は消去されました。", "call {call_id} was erased")
_NO_DEMO = Text(
    "demo: 本番にデモの通話はありません。", "demo: there are no demo calls in production."
)
_NOT_ASSESSED = Text(
    "モデルがないため、通話 {call_id} の評価はありません。",
    "The call {call_id} was not assessed: there is no model.",
)
_LOST = Text(
    "通話 {call_id} のことばは、鍵が失われたため復号できません。",
    "The words of the call {call_id} cannot be decrypted, as their key was lost.",
)
Worded = TypeVar("Worded", SegmentAnswer, NoteAnswer)

calls = APIBlueprint("calls", __name__, url_prefix="/api", tag="calls")
calls.before_request(find_call)


@calls.post("/start_call")
@answers(CallJoined, HTTPStatus.CONFLICT)
@takes(StartCall)
@needs(Operation.WORK_ON_CALLS, Operation.FEED_CALLS)
def start_call(json_data: StartCall) -> CallJoined:
    """Begin a call; beginning it twice with the same ids is one call."""
    state = app_state()
    if json_data.demo and state.environment == "production":
        refuse(HTTPStatus.FORBIDDEN, _NO_DEMO)
    must_act_as(json_data.agent_id)
    _must_be_usable(json_data.call_id)
    call = NewCall(
        json_data.call_id, json_data.customer_id, json_data.agent_id, Source.REST, json_data.demo,
        utc_now(), json_data.phone,
    )  # fmt: skip
    try:
        state.intake.start(call)
    except OtherCustomerError:
        _refuse_other_customer(call.call_id)
    if state.crm is not None:
        state.crm.joining.ask(call.call_id)
    return joined(call.call_id)


@calls.post("/score_customer")
@answers(AnyAssessment, HTTPStatus.NOT_FOUND)
@takes(CallReference)
@needs(Operation.READ_CALLS)
def score_customer(json_data: CallReference) -> AnyAssessment:
    """Return the assessment of a call as it stands now."""
    return score_of(json_data.call_id)


@calls.post("/end_call")
@answers(CallOver, HTTPStatus.NOT_FOUND)
@takes(CallReference)
@needs(Operation.WORK_ON_CALLS, Operation.FEED_CALLS)
def end_call(json_data: CallReference) -> CallOver:
    """End a call; asking twice gives the same summary, to whoever may read the call."""
    agent_id = stored_call(json_data.call_id).agent_id
    summary: Any = app_state().live.finish(json_data.call_id)
    if not subject().may(Operation.READ_CALLS, agent_id):
        summary = None
    return CallOver.model_construct(status="success", summary=summary)


@calls.post("/calls/<call_id>/segments")
@answers(SegmentsTaken, HTTPStatus.NOT_FOUND)
@takes(Segments)
@needs(Operation.FEED_CALLS)
def add_segments(call_id: str, json_data: Segments) -> SegmentsTaken:
    """Take turns from any telephony; answered once they are stored."""
    # Of two turns with one id the one that came later wins.
    sequence = int(datetime.now(UTC).timestamp() * 1_000_000)
    turns = [body.segment(sequence + n) for n, body in enumerate(json_data.segments)]
    accepted = app_state().intake.add_segments(call_id, turns)
    return SegmentsTaken(accepted=accepted, duplicates=len(turns) - accepted)


@calls.get("/calls")
@answers(CallPage)
@takes(CallList)
@needs(Operation.READ_CALLS)
def list_calls(query_data: CallList) -> CallPage:
    """Return calls, the newest first, page by page; of one agent or customer where asked."""
    cursor = query_data.cursor
    before = None if cursor is None else (cursor.started_at, cursor.call_id)
    page = app_state().queries.calls(
        query_data.status, query_data.limit, before, _agents(query_data.agent_id),
        query_data.customer_id,
    )  # fmt: skip
    now = utc_now()
    last = page[-1] if len(page) == query_data.limit else None
    return CallPage.model_construct(
        calls=[
            CallAnswer.of(call, now, context)
            for call, context in zip(page, contexts_of(page), strict=True)
        ],
        next_cursor=None
        if last is None
        else str(Cursor(started_at=last.started_at, call_id=last.call_id)),
    )


@calls.get("/calls/<call_id>/changes")
@answers(ScoreChanges, HTTPStatus.NOT_FOUND)
@takes(ChangesAsked)
@needs(Operation.READ_CALLS)
def get_changes(call_id: str, query_data: ChangesAsked) -> ScoreChanges:
    """Return why the score moved between two moments, each line with its statement and turn."""
    state = app_state()
    state.live.assess_now(call_id)
    earlier = state.queries.assessment_at(call_id, query_data.earlier, first=True)
    later = state.queries.assessment_at(call_id, query_data.later)
    if earlier is None or later is None:
        refuse(HTTPStatus.NOT_FOUND, _NOT_ASSESSED, call_id=call_id)
    return changes_of(call_id, earlier, later)


@calls.get("/calls/<call_id>")
@answers(CallDetail, HTTPStatus.NOT_FOUND)
@needs(Operation.READ_CALLS)
def get_call(call_id: str) -> CallDetail:
    """Return one call with everything that was heard, assessed and noted."""
    call, queries = stored_call(call_id), app_state().queries
    (context,) = contexts_of([call])
    segments = [
        SegmentAnswer.of(one.turn, one.statements, repeated=one.repeated)
        for one in queries.turns(call_id)
    ]
    notes = [NoteAnswer.of(note) for note in queries.notes(call_id)]
    is_whole = all(one.text for one in segments) and all(one.text for one in notes)
    if not is_whole and queries.lost_words(call_id):
        # Never as if nothing had been said.
        segments = [_told_of_loss(one) for one in segments]
        notes = [_told_of_loss(one) for one in notes]
    return CallDetail.of(
        call, utc_now(), context, segments=segments, notes=notes,
        assessments=[ScorePoint.of(point) for point in queries.assessments(call_id)],
    )  # fmt: skip


@calls.get("/calls/<call_id>/transcript")
@answers(TranscriptAnswer, HTTPStatus.NOT_FOUND)
@needs(Operation.READ_CALLS)
@limited_as(Rate.EXPORTS)
def read_transcript(call_id: str) -> TranscriptAnswer:
    """Return what was said and noted in a call as plain text; the audit has each time."""
    call, queries = stored_call(call_id), app_state().queries
    turns, notes = queries.turns(call_id), queries.notes(call_id)
    if queries.lost_words(call_id):
        # Never as if nothing had been said.
        refuse(HTTPStatus.NOT_FOUND, _LOST, call_id=call_id)
    text = transcript_text(call, turns, notes, reader_language())
    return TranscriptAnswer(name=f"{call_id}.txt", text=text)


def _told_of_loss(row: Worded) -> Worded:
    return row if row.text else row.model_copy(update={"text": told(UNREADABLE)})


def _must_be_usable(call_id: str) -> None:
    """Refuse to begin what is a call of somebody else already, or could be one as well."""
    before = None if "\0" in call_id else app_state().queries.call(call_id)
    if before is not None and may_reach(before.agent_id):
        return
    if before is not None or (reachable_agents() is not None and not is_unguessable(call_id)):
        _refuse_id(call_id)


def _refuse_other_customer(call_id: str) -> NoReturn:
    """Refuse to begin a call that runs with another customer, or whose customer was erased."""
    _must_be_usable(call_id)
    if app_state().queries.call(call_id) is not None:
        refuse(HTTPStatus.CONFLICT, _OTHER_CUSTOMER, call_id=call_id)
    if reachable_agents() is not None:
        _refuse_id(call_id)
    refuse(HTTPStatus.CONFLICT, _ERASED, call_id=call_id)


def _refuse_id(call_id: str) -> NoReturn:
    """Refuse an id in words that are the same whether there is such a call or not."""
    refuse(HTTPStatus.CONFLICT, _NOT_USABLE, call_id=call_id)


def _agents(asked: str | None) -> Set[str] | None:
    """Return the agents whose calls are listed: those in reach, or of them the one asked for."""
    reach = reachable_agents()
    if asked is None:
        return reach
    return {asked} if reach is None else {asked} & reach
