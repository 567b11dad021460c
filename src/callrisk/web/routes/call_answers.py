"""The answers about one call that several routes give."""

from http import HTTPStatus
from typing import Any

from flask import request

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.assessment import ChangeLine
from callrisk.domain.call_record import LatestAssessment, StoredCall
from callrisk.domain.score.kept_assessment import kinds_of
from callrisk.domain.score.score_changes import Naming, all_changes, named, phrases_of
from callrisk.domain.time import utc_now
from callrisk.domain.wording import MODEL_CHANGED, Text
from callrisk.web.access.guards import may_reach, reachable_agents, subject
from callrisk.web.app_state import app_state
from callrisk.web.refusal_words import refuse
from callrisk.wire.assessment import AnyAssessment, AssessedMoment, NoModelAnswer, ScoreChanges
from callrisk.wire.assessment import ChangeLine as LineOfChange
from callrisk.wire.call import CallContext, CallJoined

NO_CALL = Text("通話 {call_id} はありません。", "There is no call {call_id}.")


def stored_call(call_id: str) -> StoredCall:
    """Return the call with this id; 404 when there is none, or none that the asker may reach."""
    # No database keeps a NUL, and PostgreSQL refuses to look for one.
    stored = None if "\0" in call_id else app_state().queries.call(call_id)
    if stored is None or not may_reach(stored.agent_id):
        refuse(HTTPStatus.NOT_FOUND, NO_CALL, call_id=call_id)
    return stored


def find_call() -> None:
    """Look for the call that the path names, before anything else is checked; 404 without it.

    Of calls in progress the database is not asked for those who may reach all calls, such as the
    telephony, of which nearly all requests are.
    """
    call_id = (request.view_args or {}).get("call_id")
    # What a route takes is told to anybody, whether the call is there or not.
    if call_id is None or request.method == "OPTIONS":
        return
    if reachable_agents() is None and app_state().live.knows(call_id):
        return
    stored_call(call_id)


def phone_of(call: StoredCall) -> str | None:
    """Return the telephone number of the customer's record, or else that of the caller."""
    customers, of_record = app_state().customers, None
    if call.customer_id is not None:
        customer = customers.find(call.call_id, call.customer_id)
        of_record = None if customer is None else customer.phone
    return of_record or call.phone


def contexts_of(calls: list[StoredCall]) -> list[CallContext]:
    """Return what is answered of each call beside its row."""
    state, ids = app_state(), [call.call_id for call in calls]
    counts, newest = state.queries.counts(ids), state.queries.latest_payloads(ids)
    return [
        CallContext(
            turns=counts[call.call_id][0],
            notes=counts[call.call_id][1],
            card=state.customers.card(call.call_id, call.customer_id, call.started_at),
            search=state.customers.search(call.call_id, call.customer_id),
            assessment=newest.get(call.call_id),
        )
        for call in calls
    ]


def joined(call_id: str) -> CallJoined:
    """Return a call with its customer, for whom the CRM is waited a moment.

    Who may not read the call, as a key that only feeds calls, is given its id alone.
    """
    state = app_state()
    if not subject().may(Operation.READ_CALLS, stored_call(call_id).agent_id):
        return CallJoined.model_construct(
            status="success", call_id=call_id, customer_data=None, customer_search=None,
            assessment=None,
        )  # fmt: skip
    if state.crm is not None:
        state.crm.joining.wait(call_id)
    call = stored_call(call_id)
    return CallJoined.model_construct(
        status="success",
        call_id=call_id,
        customer_data=state.customers.card(call_id, call.customer_id, call.started_at),
        customer_search=state.customers.search(call_id, call.customer_id),
        assessment=assessment_of(call),
    )


def assessment_of(call: StoredCall) -> Any:
    """Return the assessment of a call as it stands now, as it is stored."""
    state = app_state()
    state.live.assess_now(call.call_id)
    newest = state.queries.latest_payloads([call.call_id]).get(call.call_id)
    advised = state.live.call(call.call_id).advised
    return newest or NoModelAnswer.of(call, utc_now(), advised)


def score_of(call_id: str) -> AnyAssessment:
    """Return the assessment of the call with this id."""
    return AnyAssessment.model_construct(root=assessment_of(stored_call(call_id)))


def changes_of(call_id: str, earlier: LatestAssessment, later: LatestAssessment) -> ScoreChanges:
    """Return why the score moved from one assessment to another."""
    state = app_state()
    points = int(later.payload["risk_score"]) - int(earlier.payload["risk_score"])
    if earlier.told is None or later.told is None:
        # An assessment of an older version kept no account.
        lines = [ChangeLine("model", MODEL_CHANGED.ja, MODEL_CHANGED.en, points)] if points else []
    else:
        accounts = (earlier.told, later.told)
        phrases = phrases_of(accounts, state.queries.turns(call_id))
        served = state.champion.current
        features = () if served is None else served.features
        naming = Naming(features, kinds_of(state.live.concerns), phrases)
        lines = named(all_changes(*accounts), naming)
    return ScoreChanges.model_validate(
        {
            "call_id": call_id,
            "from": _moment_of(earlier),
            "to": _moment_of(later),
            "points": points,
            "because": [LineOfChange.of_value(line) for line in lines],
        }
    )


def _moment_of(one: LatestAssessment) -> AssessedMoment:
    return AssessedMoment.model_validate(one.payload | {"seq": one.seq})
