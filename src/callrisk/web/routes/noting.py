"""Noting the work on a call: one way for all routes, and one for what is refused."""

from collections.abc import Callable
from http import HTTPStatus
from typing import NoReturn

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.domain.work.call_work import Refusal
from callrisk.domain.work.note_kind import NoteKind
from callrisk.store.working.note_writing import NewNote, NoteRefusedError
from callrisk.web.access.guards import must_act_as, needs
from callrisk.web.app_state import app_state
from callrisk.web.contract import View, answers, takes
from callrisk.web.idempotency import idempotent, idempotent_request
from callrisk.web.refusal_words import refuse, refuse_fields
from callrisk.wire.events import NoteAdded
from callrisk.wire.work.work_requests import WorkBody

_REFUSED = {
    Refusal.UNKNOWN: (
        HTTPStatus.NOT_FOUND,
        Text(
            "note_id: {note_id} は、この通話の対象になる記録ではありません。",
            "note_id: {note_id} is none of this call that this can be about.",
        ),
    ),
    Refusal.OVER: (
        HTTPStatus.CONFLICT,
        Text(
            "note_id: {note_id} はすでに取り消されています。",
            "note_id: {note_id} was taken back already.",
        ),
    ),
    Refusal.DECIDED: (
        HTTPStatus.CONFLICT,
        Text(
            "note_id: {note_id} はすでに承認または却下されています。",
            "note_id: {note_id} was decided about already.",
        ),
    ),
    Refusal.WAITS: (
        HTTPStatus.CONFLICT,
        Text(
            "note_id: この発言への指摘 {note_id} が、すでに判断を待っています。",
            "note_id: {note_id} corrects this statement and waits for a decision.",
        ),
    ),
}


def adds_to_call(
    blueprint: APIBlueprint, path: str, body: type[WorkBody],
    operation: Operation = Operation.WORK_ON_CALLS,
) -> Callable[[View], View]:  # fmt: skip
    """Let a view answer what adds a note to a call, once however often it is sent."""

    def decorate(view: View) -> View:
        checked = takes(body)(needs(operation)(view))
        answered = answers(
            NoteAdded, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED
        )(checked)
        added: View = blueprint.post(f"/calls/<call_id>/{path}")(idempotent(answered))
        return added

    return decorate


def noted(call_id: str, kind: NoteKind, body: WorkBody, words: str = "") -> NoteAdded:
    """Store a note about a call with the facts of a body; return its event."""
    must_act_as(body.agent_id)
    state = app_state()
    note = NewNote(call_id, kind, body.agent_id, words, utc_now(), facts=body.facts())
    try:
        with idempotent_request(body) as request:
            added = state.store.add_note(note, request)
    except NoteRefusedError as error:
        status, why = _REFUSED[error.reason]
        refuse(status, why, note_id=error.about)
    state.live.wake()
    return added


def refuse_field(field: str, message: Text) -> NoReturn:
    """Refuse a request for one field of its body."""
    refuse_fields("json", {field: message})
