"""REST for other systems and for our own screens: parse, call, return."""

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from apiflask import APIBlueprint, abort
from flask import current_app

from callrisk.domain.call_record import Payload, StoredCall
from callrisk.domain.event_types import Source
from callrisk.domain.time import utc_now
from callrisk.live.wire import call_payload, no_model_payload
from callrisk.store.calls import NewCall, OtherCustomerError
from callrisk.store.transaction import segment_payload, wire_time
from callrisk.web.app_state import AppState
from callrisk.web.schemas import (
    AssignCustomer,
    CallList,
    CallReference,
    DemoCall,
    Escalation,
    EventsAfter,
    Feedback,
    NoteBody,
    Segments,
    StartCall,
)

api = APIBlueprint("api", __name__, url_prefix="/api", tag="calls")


def _parts() -> AppState:
    parts: AppState = current_app.extensions["callrisk"]
    return parts


@api.get("/health")
def health() -> Payload:
    """How the server is, and what is missing."""
    return _parts().health()


@api.post("/start_call")
@api.input(StartCall)
def start_call(json_data: StartCall) -> Payload:
    """Begin a call; beginning it twice with the same ids is one call."""
    parts = _parts()
    if json_data.demo and parts.environment == "production":
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "demo: there are no demo calls in production.")
    call = NewCall(
        json_data.call_id, json_data.customer_id, json_data.agent_id, Source.REST, json_data.demo,
        utc_now(),
    )  # fmt: skip
    try:
        parts.intake.start(call)
    except OtherCustomerError as error:
        abort(HTTPStatus.CONFLICT, str(error))
    if parts.crm is not None:
        parts.crm.joining.ask(call.call_id)
    return _joined(call.call_id)


@api.post("/calls/<call_id>/customer")
@api.input(AssignCustomer)
def assign_customer(call_id: str, json_data: AssignCustomer) -> Payload:
    """Say whose call in progress it is, or that it is somebody else's."""
    parts, stored = _parts(), _known(call_id)
    chosen, agent_id = json_data.customer_id, json_data.agent_id
    done = parts.store.assign_customer(call_id, chosen, utc_now(), agent_id, json_data.record_id)
    if not done:
        abort(HTTPStatus.CONFLICT, f"Call {stored.call_id} is over; its customer stays as it is.")
    if parts.crm is not None:
        parts.crm.joining.ask_again(call_id)
    parts.live.wake()
    return _joined(call_id)


def _joined(call_id: str) -> Payload:
    """A call with its customer, who is waited for a moment."""
    parts = _parts()
    if parts.crm is not None:
        parts.crm.joining.wait(call_id)
    stored = _known(call_id)
    return {
        "status": "success",
        "call_id": call_id,
        "customer_data": parts.customers.card(call_id, stored.customer_id, stored.started_at),
        "customer_search": parts.customers.search(call_id, stored.customer_id),
        "assessment": _assessment(call_id),
    }


@api.post("/score_customer")
@api.input(CallReference)
def score_customer(json_data: CallReference) -> Payload:
    """The assessment of a call as it stands now."""
    return _assessment(json_data.call_id)


@api.post("/end_call")
@api.input(CallReference)
def end_call(json_data: CallReference) -> Payload:
    """End a call; asking twice gives the same summary."""
    _known(json_data.call_id)
    return {"status": "success", "summary": _parts().live.finish(json_data.call_id)}


@api.post("/calls/<call_id>/segments")
@api.input(Segments)
def hear(call_id: str, json_data: Segments) -> Payload:
    """Turns from any telephony; answered once they are stored."""
    _known(call_id)
    # Of two turns with one id the one that came later wins.
    sequence = int(datetime.now(UTC).timestamp() * 1_000_000)
    turns = [body.segment(sequence + n) for n, body in enumerate(json_data.segments)]
    accepted = _parts().intake.add_segments(call_id, turns)
    return {"accepted": accepted, "duplicates": len(turns) - accepted}


@api.get("/calls")
@api.input(CallList, location="query")
def calls(query_data: CallList) -> Payload:
    """Calls, the newest first, page by page."""
    queries = _parts().queries
    found = queries.calls(query_data.status, query_data.limit, _cursor(query_data.cursor))
    ids = [call.call_id for call in found]
    counts, newest = queries.counts(ids), queries.latest_payloads(ids)
    more = len(found) == query_data.limit
    return {
        "calls": [_call(call, counts[call.call_id], newest.get(call.call_id)) for call in found],
        "next_cursor": f"{found[-1].started_at.isoformat()}~{ids[-1]}" if more else None,
    }


@api.get("/calls/<call_id>")
def one_call(call_id: str) -> Payload:
    """One call with everything that was heard, answered and noted."""
    stored, queries = _known(call_id), _parts().queries
    course = queries.assessments(call_id)
    newest = queries.latest_payloads([call_id]).get(call_id)
    return _call(stored, queries.counts([call_id])[call_id], newest) | {
        "segments": [segment_payload(one) for one in queries.segments(call_id)],
        "assessments": [
            asdict(one) | {"timestamp": wire_time(one.at), "at": wire_time(one.at)}
            for one in course
        ],
        "notes": [asdict(one) | {"at": wire_time(one.at)} for one in queries.notes(call_id)],
    }


@api.post("/calls/<call_id>/notes")
@api.input(NoteBody)
def note(call_id: str, json_data: NoteBody) -> tuple[Payload, HTTPStatus]:
    """Note something about a call."""
    return _noted(call_id, json_data.kind, json_data.agent_id, json_data.text)


@api.post("/calls/<call_id>/escalate")
@api.input(Escalation)
def escalate(call_id: str, json_data: Escalation) -> tuple[Payload, HTTPStatus]:
    """Ask a supervisor to look at a call."""
    return _noted(call_id, "escalation", json_data.agent_id, json_data.reason)


@api.post("/calls/<call_id>/feedback")
@api.input(Feedback)
def feedback(call_id: str, json_data: Feedback) -> tuple[Payload, HTTPStatus]:
    """Say what became of a recommendation."""
    words = " ".join(filter(None, (json_data.action, json_data.verdict, json_data.reason)))
    return _noted(call_id, "feedback", json_data.agent_id, words)


@api.get("/events")
@api.input(EventsAfter, location="query")
def events(query_data: EventsAfter) -> Payload:
    """What was pushed since an event: the way to catch up."""
    customers = _parts().customers
    found = _parts().queries.events_after(query_data.after, query_data.limit)
    return {
        "events": [
            {
                "seq": one.seq,
                "type": one.type,
                "call_id": one.call_id,
                "at": wire_time(one.at),
                "payload": customers.shown(one),
            }
            for one in found
        ],
        "last_seq": found[-1].seq if found else query_data.after,
        "more": len(found) == query_data.limit,
    }


@api.get("/demo")
def demo() -> Payload:
    """What the replay of recorded calls does."""
    replay = _parts().replay
    if replay is None:
        abort(HTTPStatus.NOT_FOUND, "There are no demo calls in production.")
    return {
        "playing": replay.playing,
        "automatic": replay.automatic,
        "available": replay.available,
    }


@api.post("/demo/calls")
@api.input(DemoCall)
def play_demo(json_data: DemoCall) -> tuple[Payload, HTTPStatus]:
    """Play a recorded call, marked DEMO."""
    replay = _parts().replay
    if replay is None or not replay.available:
        abort(HTTPStatus.NOT_FOUND, "There are no recorded calls to play.")
    return {"call_id": replay.play(json_data.agent_id)}, HTTPStatus.CREATED


@api.post("/demo/stop")
def stop_demo() -> Payload:
    """Stop every replay, and end the calls that it plays."""
    replay = _parts().replay
    return {"stopped": 0 if replay is None else replay.stop()}


def _known(call_id: str) -> StoredCall:
    stored = _parts().queries.call(call_id)
    if stored is None:
        abort(HTTPStatus.NOT_FOUND, f"There is no call {call_id}.")
    return stored


def _assessment(call_id: str) -> Payload:
    stored, parts = _known(call_id), _parts()
    parts.live.assess_now(call_id)
    newest = parts.queries.latest_payloads([call_id]).get(call_id)
    return newest or no_model_payload(stored, utc_now())


def _call(stored: StoredCall, counts: tuple[int, int], newest: Payload | None) -> Payload:
    card = _parts().customers.card(stored.call_id, stored.customer_id, stored.started_at)
    search = _parts().customers.search(stored.call_id, stored.customer_id)
    return call_payload(stored, utc_now(), counts, card, newest) | {"customer_search": search}


def _noted(call_id: str, kind: str, agent_id: str, words: str) -> tuple[dict[str, Any], HTTPStatus]:
    _known(call_id)
    parts = _parts()
    stored = parts.store.add_note(call_id, kind, agent_id, words, utc_now())
    parts.live.wake()
    return stored, HTTPStatus.CREATED


def _cursor(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    moment, _, call_id = cursor.partition("~")
    try:
        # A plus sign that was not encoded arrives as a space.
        return datetime.fromisoformat(moment.replace(" ", "+")), call_id
    except ValueError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "cursor: not one that this server gave out")
