"""The work on a call: its outcome, promises, call-backs; what is taken back; escalations."""

from datetime import date, datetime, timedelta
from functools import partial

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.customer import JST
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.domain.work.note_kind import NoteKind
from callrisk.web.access.guards import must_act_as, needs, reachable_agents
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.routes.call_answers import find_call
from callrisk.web.routes.noting import adds_to_call, noted, refuse_field
from callrisk.wire.events import NoteAdded
from callrisk.wire.work.work_answers import (
    EscalationsAnswer,
    OutcomeAnswer,
    OutcomesAnswer,
    WaitingEscalation,
)
from callrisk.wire.work.work_requests import (
    CallBackBody,
    EscalationAnswered,
    EscalationList,
    EscalationSeen,
    OutcomeBody,
    PromiseBody,
    UndoBody,
)

# A promise for later is a plan that needs a contract; a call-back for later is forgotten.
_PROMISE_WITHIN, _CALL_BACK_WITHIN = timedelta(days=400), timedelta(days=90)
# The clock of a browser and the time that a request takes.
_GRACE = timedelta(minutes=5)

work_on_calls = APIBlueprint("work_on_calls", __name__, url_prefix="/api", tag="calls")
work_on_calls.before_request(find_call)


_adds_to_call = partial(adds_to_call, work_on_calls)


@work_on_calls.get("/outcomes")
@answers(OutcomesAnswer)
@needs(Operation.READ_CALLS, Operation.WORK_ON_CALLS)
def list_outcomes() -> OutcomesAnswer:
    """Return how calls can end here."""
    return OutcomesAnswer(
        outcomes=[OutcomeAnswer.of_value(outcome) for outcome in app_state().outcomes]
    )


@_adds_to_call("outcome", OutcomeBody)
def set_outcome(call_id: str, json_data: OutcomeBody) -> NoteAdded:
    """Say how a call ended; the last one counts."""
    known = [outcome.code for outcome in app_state().outcomes]
    if json_data.outcome not in known:
        refuse_field(
            "outcome",
            Text(
                f"config.py の OUTCOMES にあるコード（{', '.join(known)}）を指定してください",
                f"one of {', '.join(known)}; config.py lists them (OUTCOMES)",
            ),
        )
    return noted(call_id, NoteKind.OUTCOME, json_data, json_data.text)


@_adds_to_call("promise", PromiseBody)
def add_promise(call_id: str, json_data: PromiseBody) -> NoteAdded:
    """Keep what a customer promises to pay, and when; the last one counts."""
    today: date = utc_now().astimezone(JST).date()
    if not today <= json_data.due_on <= today + _PROMISE_WITHIN:
        refuse_field(
            "due_on",
            Text(
                f"本日（{today}）から{_PROMISE_WITHIN.days}日以内の日付を指定してください",
                f"a day from {today} on, within {_PROMISE_WITHIN.days} days",
            ),
        )
    return noted(call_id, NoteKind.PROMISE, json_data, json_data.text)


@_adds_to_call("call_back", CallBackBody)
def add_call_back(call_id: str, json_data: CallBackBody) -> NoteAdded:
    """Keep when a customer is called again; the last one counts."""
    now: datetime = utc_now()
    if not now - _GRACE <= json_data.call_back_at <= now + _CALL_BACK_WITHIN:
        refuse_field(
            "call_back_at",
            Text(
                f"これから{_CALL_BACK_WITHIN.days}日以内の日時を指定してください",
                f"a moment to come, within {_CALL_BACK_WITHIN.days} days",
            ),
        )
    return noted(call_id, NoteKind.CALL_BACK, json_data, json_data.text)


@_adds_to_call("undo", UndoBody)
def take_back(call_id: str, json_data: UndoBody) -> NoteAdded:
    """Take back what was noted, or withdraw an escalation; it stays in the record."""
    notes = app_state().queries.notes(call_id)
    # What somebody said is taken back by who said it.
    must_act_as(next((one.agent_id for one in notes if one.note_id == json_data.note_id), None))
    return noted(call_id, NoteKind.UNDO, json_data)


@_adds_to_call("escalations/seen", EscalationSeen, Operation.ANSWER_ESCALATIONS)
def see_escalation(call_id: str, json_data: EscalationSeen) -> NoteAdded:
    """Say that somebody looks at an escalation."""
    return noted(call_id, NoteKind.ESCALATION_SEEN, json_data)


@_adds_to_call("escalations/answer", EscalationAnswered, Operation.ANSWER_ESCALATIONS)
def answer_escalation(call_id: str, json_data: EscalationAnswered) -> NoteAdded:
    """Answer an escalation; the agent hears at once."""
    return noted(call_id, NoteKind.ESCALATION_ANSWER, json_data, json_data.text)


@work_on_calls.get("/escalations")
@answers(EscalationsAnswer)
@takes(EscalationList)
@needs(Operation.READ_CALLS)
def list_escalations(query_data: EscalationList) -> EscalationsAnswer:
    """Return escalations: those that wait, the longest waiting first, or the newest ones."""
    queries = app_state().escalations
    read = {"true": queries.waiting, "false": queries.closed, None: queries.newest}
    found = read[query_data.open](query_data.limit, reachable_agents())
    return EscalationsAnswer(
        escalations=[WaitingEscalation.of(one.call, one.state) for one in found]
    )
