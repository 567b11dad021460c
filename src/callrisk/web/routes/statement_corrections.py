"""Corrections of statements: what was meant, and what a supervisor says to it."""

from functools import partial

from apiflask import APIBlueprint

from callrisk.artifacts.csv_cells import escape_formula
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.language.own_rows import table_of
from callrisk.domain.wording import Text
from callrisk.domain.work.corrections import StatementPlace
from callrisk.domain.work.note_kind import NoteKind
from callrisk.web.access.audit_hook import note_export
from callrisk.web.access.guards import needs, reachable_agents
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.routes.call_answers import find_call
from callrisk.web.routes.noting import adds_to_call, noted, refuse_field
from callrisk.wire.events import NoteAdded
from callrisk.wire.work.correction_wire import (
    CorrectionAnswer,
    CorrectionBody,
    CorrectionDecided,
    CorrectionList,
    CorrectionsAnswer,
    CorrectionTable,
)

corrections = APIBlueprint("corrections", __name__, url_prefix="/api", tag="calls")
corrections.before_request(find_call)

_adds_to_call = partial(adds_to_call, corrections)
_NO_STATEMENT = Text(
    "この通話に、その発言がありません。画面を再読み込みしてください",
    "no turn of this call has this statement; it may have been read anew",
)
_DECISIONS = {
    "approved": NoteKind.CORRECTION_APPROVED,
    "rejected": NoteKind.CORRECTION_REJECTED,
}


@_adds_to_call("corrections", CorrectionBody)
def correct_statement(call_id: str, json_data: CorrectionBody) -> NoteAdded:
    """Say what a statement of a call meant; its score stays as it is."""
    _check_statement(call_id, json_data)
    return noted(call_id, NoteKind.CORRECTION, json_data, json_data.text)


@_adds_to_call("corrections/decide", CorrectionDecided, Operation.DECIDE_CORRECTIONS)
def decide_correction(call_id: str, json_data: CorrectionDecided) -> NoteAdded:
    """Approve or reject a correction of a statement."""
    if json_data.verdict == "rejected" and not json_data.text:
        refuse_field("text", Text("却下の理由を書いてください", "say why it is rejected"))
    return noted(call_id, _DECISIONS[json_data.verdict], json_data, json_data.text)


@corrections.get("/corrections")
@answers(CorrectionsAnswer)
@takes(CorrectionList)
@needs(Operation.READ_CALLS)
def list_corrections(query_data: CorrectionList) -> CorrectionsAnswer:
    """Return corrections: those that wait, the longest waiting first, or the newest ones."""
    queries, agents = app_state().corrections, reachable_agents()
    reads = {"true": queries.waiting, "false": queries.decided, None: queries.newest}
    found = reads[query_data.open](query_data.limit, agents)
    return CorrectionsAnswer(corrections=[CorrectionAnswer.of(one) for one in found])


@corrections.get("/corrections/table")
@answers(CorrectionTable)
@needs(Operation.DECIDE_CORRECTIONS)
def read_correction_table() -> CorrectionTable:
    """Return the approved sentences as rows of the company's own table of the language."""
    approved = app_state().corrections.approved(reachable_agents())
    taken = [(one.call.call_id, words) for one in approved if (words := one.sentence) is not None]
    note_export("corrections", (call_id for call_id, _ in taken))
    return CorrectionTable.of_text(table_of((words for _, words in taken), escape_formula))


def _check_statement(call_id: str, body: CorrectionBody) -> None:
    """Refuse a correction of no statement of the call, or one that changes nothing."""
    place = StatementPlace(body.segment_id, body.begin, body.end, body.intent)
    turns = app_state().queries.turns(call_id)
    found = [
        statement
        for one in turns
        if one.turn.segment_id == body.segment_id
        for statement in one.statements
        if place.is_of(statement)
    ]
    if not found:
        refuse_field("segment_id", _NO_STATEMENT)
    if found[0].counts and body.meant == body.intent:
        refuse_field("meant", Text("読み取った意味と同じです", "this is what was understood"))
