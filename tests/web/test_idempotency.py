"""The header Idempotency-Key over HTTP."""

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest
from werkzeug.test import TestResponse

from harness.staffed import Staffed, staffed

NOTE = {"agent_id": "agent-1", "text": "折り返しの希望"}
ROUTES = {
    "notes": NOTE,
    "escalate": {"agent_id": "agent-1", "reason": "見てください"},
    "feedback": {"agent_id": "agent-1", "action": "calm", "verdict": "done", "reason": "よい"},
}


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A server in production."""
    with staffed(tmp_path_factory.mktemp("idempotency")) as made:
        yield made


def post(staff: Staffed, route: str, body: Any, key: str, login: str = "agent-1") -> TestResponse:
    """Send a request as a person."""
    headers = {"Idempotency-Key": key}
    path = f"/api/calls/c-own/{route}"
    return staff.client(login).post(path, json=body, headers=headers)


@pytest.mark.parametrize("route", ROUTES)
def test_the_same_request_is_answered_alike(staff: Staffed, route: str) -> None:
    """Status and body, byte by byte; and there is one note of it."""
    body = ROUTES[route]
    first, again = (post(staff, route, body, f"again-{route}") for _ in range(2))
    turned = dict(reversed(body.items()))
    other_order = post(staff, route, turned, f'"again-{route}"')

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data == other_order.data
    notes = staff.client("agent-1").get("/api/calls/c-own").get_json()["notes"]
    assert [note["note_id"] for note in notes].count(first.get_json()["note_id"]) == 1
    assert sum(note["kind"] == first.get_json()["kind"] for note in notes) == 1


def test_another_body_is_422(staff: Staffed) -> None:
    """The header is named as the field at fault."""
    post(staff, "notes", NOTE, "one-body")
    answer = post(staff, "notes", NOTE | {"text": "別のメモ"}, "one-body")

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    (error,) = answer.get_json()["errors"]
    assert error["field"] == "Idempotency-Key"
    assert "another body" in error["message"]


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 256, "キー".encode().decode("latin-1")])
def test_what_is_no_key_is_422(staff: Staffed, key: str) -> None:
    """Nothing is stored."""
    assert post(staff, "notes", NOTE, key).status_code == 422


def test_a_key_of_one_person_is_none_of_another(staff: Staffed) -> None:
    """Who only knows the key is not told what was noted under it."""
    mine = post(staff, "notes", NOTE, "of-two")
    as_somebody_else = post(staff, "notes", NOTE, "of-two", login="supervisor")

    assert mine.status_code == 201
    assert as_somebody_else.status_code == 403


def test_a_request_in_progress_puts_the_same_one_off(
    staff: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 409 and Retry-After; once the first is answered the second is answered alike."""
    store = type(staff.server.state.store)
    add_note, entered, goes_on = store.add_note, Event(), Event()

    def slowly(self: Any, *given: Any) -> Any:
        entered.set()
        assert goes_on.wait(10)
        return add_note(self, *given)

    monkeypatch.setattr(store, "add_note", slowly)
    answers: list[TestResponse] = []
    first = Thread(target=lambda: answers.append(post(staff, "notes", NOTE, "slow")))
    first.start()
    assert entered.wait(10)
    second = post(staff, "notes", NOTE, "slow")
    goes_on.set()
    first.join(10)
    third = post(staff, "notes", NOTE, "slow")

    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert "in progress" in second.get_json()["detail"]
    assert third.data == answers[0].data


def test_the_document_names_the_header(staff: Staffed) -> None:
    """At the routes that take it, beside the call of the path."""
    paths = staff.client("agent-1").get("/openapi.json").get_json()["paths"]
    taking = {
        path
        for path, operations in paths.items()
        for parameter in operations.get("post", {}).get("parameters", ())
        if parameter["name"] == "Idempotency-Key"
    }

    notes = {f"/api/calls/{{call_id}}/{route}" for route in ROUTES}
    work = {
        f"/api/calls/{{call_id}}/{route}"
        for route in (
            "outcome", "promise", "call_back", "undo", "escalations/seen", "escalations/answer",
            "corrections", "corrections/decide",
        )
    }  # fmt: skip
    assert taking == notes | work | {"/api/jobs", "/api/score_batch"}
