"""The telephone number of a call whole: who is given it, and what is noted of that."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from callrisk.store.people.audit_log import Sought
from harness.staffed import Staffed, staffed

NUMBER, MASKED = "050-0000-9876", "•••-••••-9876"
BODY = {"field": "phone"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("office") / "root") as made:
        for call_id, agent_id in {"p-own": "agent-1", "p-other": "agent-3"}.items():
            ids = {"call_id": call_id, "agent_id": agent_id, "phone": NUMBER}
            assert made.client(key="feeder").post("/api/start_call", json=ids).status_code == 200
        yield made


def asked(office: Staffed, login: str, call_id: str = "p-own") -> TestResponse:
    """What somebody is answered who asks for the number."""
    return office.client(login).post(f"/api/calls/{call_id}/reveal", json=BODY)


@pytest.mark.parametrize("login", ["agent-1", "supervisor", "manager"])
def test_who_works_on_a_call_is_given_its_number(office: Staffed, login: str) -> None:
    """Which every other answer masks."""
    answer = asked(office, login)

    assert (answer.status_code, answer.get_json()) == (200, {"phone": NUMBER})
    assert office.client(login).get("/api/calls/p-own").get_json()["phone"] == MASKED


@pytest.mark.parametrize(
    ("login", "call_id", "status"),
    [
        ("agent-2", "p-own", 404), ("agent-1", "p-other", 404), ("supervisor", "p-other", 404),
        ("admin", "p-own", 403), ("auditor", "p-own", 403),
    ],
)  # fmt: skip
def test_others_are_not(office: Staffed, login: str, call_id: str, status: int) -> None:
    """A call out of reach is like one that is not there."""
    answer = asked(office, login, call_id)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert NUMBER not in answer.text


def test_a_key_needs_its_own_scope(office: Staffed) -> None:
    """Reading calls is not enough."""
    client = office.client(key="reader")
    assert client.get("/api/calls/p-own").status_code == 200
    assert client.post("/api/calls/p-own/reveal", json=BODY).status_code == 403


def test_a_cookie_alone_reveals_nothing(office: Staffed) -> None:
    """A page of another origin cannot ask for the number."""
    client = office.client("agent-1")
    del client.environ_base["HTTP_X_CSRF_TOKEN"]
    assert client.post("/api/calls/p-own/reveal", json=BODY).status_code == 403


def test_a_call_without_a_number_says_so(office: Staffed) -> None:
    """With a problem, and other fields are refused."""
    client = office.client("agent-1")
    unknown = client.post("/api/calls/c-own/reveal", json=BODY)
    refused = client.post("/api/calls/p-own/reveal", json={"field": "name"})

    assert unknown.status_code == 404
    assert unknown.get_json()["detail"] == "No telephone number is known of the call c-own."
    assert refused.status_code == 422


def test_each_time_is_noted(office: Staffed) -> None:
    """Person, call, moment and address; also a try that was refused, and never the number."""
    person = office.person("agent-1")
    log, who = office.server.state.accounts.auditor.log, f"person {person.person_id}"
    sought = Sought(subject=who, object="call p-own")
    before = len(log.newest(sought, 1_000))
    client = office.client("agent-1")
    for _ in range(2):
        client.post(
            "/api/calls/p-own/reveal", json=BODY, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
        )
    rows = log.newest(sought, 1_000)
    deeds = [one.record.deed for one in rows[: len(rows) - before]]

    noted = ("reveal_phone", "192.0.2.7", {"status": 200})
    assert [(deed.action, deed.address, deed.detail) for deed in deeds] == [noted, noted]
    assert asked(office, "admin").status_code == 403
    (refused,) = log.newest(Sought(subject=f"person {office.person('admin').person_id}"), 1)
    assert (refused.record.deed.action, refused.record.deed.detail) == (
        "reveal_phone", {"status": 403},
    )  # fmt: skip
    assert NUMBER not in str(log.newest(Sought(), 1_000))


def test_without_a_note_there_is_no_number(office: Staffed) -> None:
    """A database that takes no note any more."""
    engine, logged_in = office.server.state.store.engine, office.client("agent-1")
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO audit_away")
    try:
        answer = logged_in.post("/api/calls/p-own/reveal", json=BODY)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE audit_away RENAME TO audit")
    assert answer.status_code >= 500
    assert NUMBER not in answer.text
