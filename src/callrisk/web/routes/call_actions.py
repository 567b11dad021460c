"""Actions of agents on a call: assign its customer, note, escalate, judge advice, see a number."""

from http import HTTPStatus

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.store.working.note_writing import NewNote
from callrisk.web.access.guards import must_act_as, needs
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.idempotency import idempotent, idempotent_request
from callrisk.web.refusal_words import refuse
from callrisk.web.routes.call_answers import find_call, joined, phone_of, stored_call
from callrisk.wire.call import ESCALATION, FEEDBACK, CallJoined, PhoneRevealed
from callrisk.wire.events import NoteAdded
from callrisk.wire.requests import AssignCustomer, Body, Escalation, Feedback, NoteBody, Reveal

call_actions = APIBlueprint(
    "call_actions", __name__, url_prefix="/api/calls/<call_id>", tag="calls"
)
call_actions.before_request(find_call)

_OVER = Text(
    "通話 {call_id} は終わっているため、お客様は変えられません。",
    "Call {call_id} is over; its customer stays as it is.",
)
_NO_PHONE = Text(
    "通話 {call_id} の電話番号は分かりません。",
    "No telephone number is known of the call {call_id}.",
)


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
        refuse(HTTPStatus.CONFLICT, _OVER, call_id=call_id)
    if state.crm is not None:
        state.crm.joining.ask_again(call_id)
    state.live.wake()
    return joined(call_id)


@call_actions.post("/notes")
@idempotent
@answers(NoteAdded, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED)
@takes(NoteBody)
@needs(Operation.WORK_ON_CALLS)
def add_note(call_id: str, json_data: NoteBody) -> NoteAdded:
    """Note something about a call."""
    body = json_data
    return _noted(NewNote(call_id, body.kind, body.agent_id, body.text, utc_now()), body)


@call_actions.post("/escalate")
@idempotent
@answers(NoteAdded, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED)
@takes(Escalation)
@needs(Operation.WORK_ON_CALLS)
def escalate_call(call_id: str, json_data: Escalation) -> NoteAdded:
    """Ask a supervisor to look at a call."""
    body = json_data
    return _noted(NewNote(call_id, ESCALATION, body.agent_id, body.reason, utc_now()), body)


@call_actions.post("/feedback")
@idempotent
@answers(NoteAdded, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED)
@takes(Feedback)
@needs(Operation.WORK_ON_CALLS)
def give_feedback(call_id: str, json_data: Feedback) -> NoteAdded:
    """Say what became of a recommendation."""
    body, now = json_data, utc_now()
    codes = body.action, body.verdict
    return _noted(NewNote(call_id, FEEDBACK, body.agent_id, body.reason, now, codes), body)


@call_actions.post("/reveal")
@answers(PhoneRevealed, HTTPStatus.NOT_FOUND)
@takes(Reveal)
@needs(Operation.REVEAL_PHONES)
def reveal_phone(call_id: str, json_data: Reveal) -> PhoneRevealed:
    """Return the telephone number that screens mask; it is answered once the audit has noted it."""
    phone = phone_of(stored_call(call_id))
    if phone is None:
        refuse(HTTPStatus.NOT_FOUND, _NO_PHONE, call_id=call_id)
    return PhoneRevealed(phone=phone)


def _noted(note: NewNote, body: Body) -> NoteAdded:
    must_act_as(note.agent_id)
    state = app_state()
    with idempotent_request(body) as request:
        added = state.store.add_note(note, request)
    state.live.wake()
    return added
