"""Actions of agents on a call: assign its customer, note, escalate, judge advice."""

from collections.abc import Sequence
from http import HTTPStatus

from apiflask import APIBlueprint, abort

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.web.access.guards import must_act_as, needs
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.routes.call_answers import find_call, joined
from callrisk.wire.call import ESCALATION, FEEDBACK, CallJoined, NoteKind
from callrisk.wire.events import NoteAdded
from callrisk.wire.requests import AssignCustomer, Escalation, Feedback, NoteBody

call_actions = APIBlueprint(
    "call_actions", __name__, url_prefix="/api/calls/<call_id>", tag="calls"
)
call_actions.before_request(find_call)


@call_actions.post("/customer")
@answers(CallJoined, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
@takes(AssignCustomer)
@needs(Operation.WORK_ON_CALLS)
def assign_customer(call_id: str, json_data: AssignCustomer) -> CallJoined:
    """Say whose call in progress it is, or that it is somebody else's."""
    state = app_state()
    chosen, agent_id = json_data.customer_id, json_data.agent_id
    must_act_as(agent_id)
    done = state.store.assign_customer(call_id, chosen, utc_now(), agent_id, json_data.record_id)
    if not done:
        abort(HTTPStatus.CONFLICT, f"Call {call_id} is over; its customer stays as it is.")
    if state.crm is not None:
        state.crm.joining.ask_again(call_id)
    state.live.wake()
    return joined(call_id)


@call_actions.post("/notes")
@answers(NoteAdded, HTTPStatus.NOT_FOUND, status=HTTPStatus.CREATED)
@takes(NoteBody)
@needs(Operation.WORK_ON_CALLS)
def add_note(call_id: str, json_data: NoteBody) -> NoteAdded:
    """Note something about a call."""
    return _noted(call_id, json_data.kind, json_data.agent_id, json_data.text)


@call_actions.post("/escalate")
@answers(NoteAdded, HTTPStatus.NOT_FOUND, status=HTTPStatus.CREATED)
@takes(Escalation)
@needs(Operation.WORK_ON_CALLS)
def escalate_call(call_id: str, json_data: Escalation) -> NoteAdded:
    """Ask a supervisor to look at a call."""
    return _noted(call_id, ESCALATION, json_data.agent_id, json_data.reason)


@call_actions.post("/feedback")
@answers(NoteAdded, HTTPStatus.NOT_FOUND, status=HTTPStatus.CREATED)
@takes(Feedback)
@needs(Operation.WORK_ON_CALLS)
def give_feedback(call_id: str, json_data: Feedback) -> NoteAdded:
    """Say what became of a recommendation."""
    codes = json_data.action, json_data.verdict
    return _noted(call_id, FEEDBACK, json_data.agent_id, json_data.reason, codes)


def _noted(
    call_id: str, kind: NoteKind, agent_id: str, words: str, codes: Sequence[str] = ()
) -> NoteAdded:
    must_act_as(agent_id)
    state = app_state()
    note = state.store.add_note(call_id, kind, agent_id, words, utc_now(), codes)
    state.live.wake()
    return note
