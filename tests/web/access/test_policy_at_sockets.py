"""The policy at every socket: who may open one, what it is told, and when it is closed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from sqlalchemy import update

from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.event_types import EventType
from callrisk.store.tables import calls
from callrisk.web.access import socket_access
from callrisk.web.sockets import push
from harness.staffed import CALLS, Staffed, key_named, staffed

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ROOMS = ("wallboard", "overview", "wallboard_rows")
SEEN = {"agent-1": {"c-own"}, "supervisor": {"c-own", "c-team"}, "manager": set(CALLS)}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("sockets") / "root") as made:
        yield made


def socket(office: Staffed, client: FlaskClient, **headers: str) -> SocketIOTestClient:
    """A socket of a browser, or of a system."""
    return office.server.socketio.test_client(
        office.server.app, flask_test_client=client, headers={"Host": "localhost", **headers}
    )


def told(opened: SocketIOTestClient, kind: str) -> set[str]:
    """The calls that a client was told of since it was asked last."""
    return {one["args"][0]["call_id"] for one in opened.get_received() if one["name"] == kind}


def say_in_each(office: Staffed, kind: EventType) -> None:
    """Push an event of each call."""
    for call_id, agent_id in CALLS.items():
        push(office.server.socketio, kind, {"call_id": call_id, "seq": 1}, agent_id)


@pytest.mark.parametrize("login", ["", "admin", "auditor"])
def test_who_may_see_no_call_gets_no_socket(office: Staffed, login: str) -> None:
    """Nobody, and those whose work it is not."""
    assert not socket(office, office.client(login)).is_connected()


def test_no_socket_under_a_foreign_name(office: Staffed) -> None:
    """Whatever the session."""
    assert not socket(office, office.client("manager"), Host="evil.example").is_connected()


def test_a_person_has_so_many_sockets_and_no_more(
    office: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all browsers together; one that closes makes room, and others have theirs."""
    monkeypatch.setattr(socket_access, "MOST_SOCKETS", 4)
    browsers = [office.client("agent-2"), office.client("agent-2")]
    opened = [socket(office, browsers[number % 2]) for number in range(4)]
    assert all(one.is_connected() for one in opened)
    assert not socket(office, browsers[0]).is_connected()
    assert socket(office, office.client("agent-3")).is_connected()
    opened[0].disconnect()
    opened[0] = socket(office, browsers[1])
    assert opened[0].is_connected()
    key = {"Authorization": f"Bearer {key_named('reader')}"}
    systems = [socket(office, office.client(), **key) for _ in range(6)]

    assert all(one.is_connected() for one in systems)
    for one in (*opened, *systems):
        one.disconnect()


@pytest.mark.parametrize("login", SEEN)
@pytest.mark.parametrize("room", ROOMS)
def test_rooms_of_all_calls_hold_those_in_reach(office: Staffed, login: str, room: str) -> None:
    """And nothing once they are left."""
    opened = socket(office, office.client(login))
    assert opened.emit(f"join_{room}", callback=True)["status"] == "success"
    say_in_each(office, EventType.NOTE_ADDED)
    assert told(opened, "note_added") == SEEN[login]
    assert opened.emit(f"leave_{room}", callback=True)["status"] == "success"
    say_in_each(office, EventType.NOTE_ADDED)
    assert told(opened, "note_added") == set()


@pytest.mark.parametrize("login", SEEN)
def test_rooms_of_calls_and_agents(office: Staffed, login: str) -> None:
    """One out of reach is refused like one that is not there."""
    opened = socket(office, office.client(login))
    by_call = {
        call_id: opened.emit("join_call", {"call_id": call_id}, callback=True) for call_id in CALLS
    }
    by_agent = {
        call_id: opened.emit("join_agent", {"agent_id": agent_id}, callback=True)
        for call_id, agent_id in CALLS.items()
    }

    for answers in (by_call, by_agent):
        joined = {call_id for call_id, one in answers.items() if one["status"] == "success"}
        assert joined == SEEN[login]
    if login != "manager":
        assert opened.emit("join_call", {"call_id": "absent"}, callback=True) == by_call["c-other"]


def rows_of(opened: SocketIOTestClient) -> list[dict[str, Any]]:
    """The rows that a client was told."""
    changes = [
        one["args"][0] for one in opened.get_received() if one["name"] == "wallboard_changed"
    ]
    return [row for change in changes for row in change["rows"]]


@pytest.mark.parametrize("login", SEEN)
def test_rows_are_those_in_reach(office: Staffed, login: str) -> None:
    """All at first, then those that change."""
    opened = socket(office, office.client(login))
    opened.emit("join_wallboard_rows", callback=True)
    office.server.wallboard.step()

    assert {row["call_id"] for row in rows_of(opened)} == SEEN[login]


def test_a_wallboard_is_told_rows_and_no_word(office: Staffed) -> None:
    """Of its teams; no note, no turn, no call whole."""
    sessions = office.server.state.accounts.sessions
    token = sessions.begin_device(sessions.offer_device("入口", ["東京"]))
    assert token is not None
    client = office.client()
    client.set_cookie("__Host-callrisk", token, domain="localhost", secure=True)
    opened = socket(office, client)
    assert opened.emit("join_wallboard_rows", callback=True)["status"] == "success"
    office.server.wallboard.step()
    rows = rows_of(opened)
    say_in_each(office, EventType.NOTE_ADDED)

    assert {row["call_id"] for row in rows} == {"c-own", "c-team"}
    assert told(opened, "note_added") == set()
    for event, body in [("join_wallboard", None), ("join_call", {"call_id": "c-own"})]:
        assert opened.emit(event, *filter(None, [body]), callback=True)["status"] == "error"
    assert client.get("/api/calls").status_code == 403


@pytest.mark.parametrize("how", ["logout", "closed", "role", "key"])
def test_a_socket_closes_when_its_session_is_over(office: Staffed, how: str) -> None:
    """Or may do something else by now; those of others stay."""
    accounts = office.server.state.accounts
    client = office.client("agent-3")
    headers = {}
    if how == "key":
        client = office.client()
        headers = {"Authorization": f"Bearer {key_named('reader')}"}
    opened, other = socket(office, client, **headers), socket(office, office.client("manager"))
    assert opened.is_connected()
    person = office.person("agent-3")
    if how == "logout":
        client.post("/logout")
    elif how == "key":
        (key,) = [one for one in accounts.sessions.keys.all() if one.name == "reader"]
        accounts.sessions.keys.remove(key.key_id)
    else:
        changed = {"is_active": False} if how == "closed" else {"teams": frozenset({"東京"})}
        accounts.persons.change(replace(person, **changed))
        if how == "role":
            accounts.persons.change(replace(person, roles=frozenset(), teams=frozenset()))
    accounts.sessions.look_again()
    office.server.access.step()

    assert not opened.is_connected()
    assert other.is_connected()
    accounts.persons.change(person)


def test_a_call_that_goes_to_another_agent_is_heard_by_that_one_alone(office: Staffed) -> None:
    """Who followed it before hears no word of it any more; who sees both agents' calls goes on."""
    push_event = office.server.state.live._pusher.push
    listeners = {login: socket(office, office.client(login)) for login in ("agent-1", "supervisor")}
    for opened in listeners.values():
        assert opened.emit("join_call", {"call_id": "c-own"}, callback=True)["status"] == "success"

    def heard(agent_id: str) -> list[bool]:
        for opened in listeners.values():
            opened.get_received()
        event = LoggedEvent(1, "c-own", EventType.NOTE_ADDED, NOW, {"call_id": "c-own", "seq": 1})
        push_event(event, agent_id)
        return ["c-own" in told(opened, "note_added") for opened in listeners.values()]

    assert heard("agent-1") == [True, True]
    assert heard("agent-2") == [False, True]
    assert heard("agent-1")[1]
    assert heard("agent-3") == [False, False]


def test_a_call_that_goes_while_it_is_joined_is_not_followed(
    office: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at whose call it is and the join, it became another agent's."""
    engine = office.server.state.store.engine

    def goes_to(agent_id: str) -> None:
        with engine.begin() as connection:
            moved = update(calls).where(calls.c.call_id == "c-own").values(agent_id=agent_id)
            connection.execute(moved)

    monkeypatch.setattr(socket_access, "note_call_joined", lambda *_given: goes_to("agent-3"))
    listeners = {login: socket(office, office.client(login)) for login in ("agent-1", "manager")}
    for opened in listeners.values():
        opened.emit("join_call", {"call_id": "c-own"}, callback=True)
        opened.get_received()
    push(office.server.socketio, EventType.NOTE_ADDED, {"call_id": "c-own", "seq": 1}, "agent-3")
    heard = {login: told(opened, "note_added") for login, opened in listeners.items()}
    goes_to("agent-1")

    assert heard == {"agent-1": set(), "manager": {"c-own"}}
