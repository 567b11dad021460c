"""Who saw calls in rooms of many stands in the audit: by whom, which calls, once an hour."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from callrisk.domain.access.person import Means, Subject
from callrisk.domain.access.policy_table import Role
from callrisk.domain.event_types import EventType
from callrisk.store.people.audit_log import Sought
from callrisk.web.room_readers import RoomReader, RoomReaders
from callrisk.web.sockets import push_to_owners
from harness.staffed import CALLS, TEAM, Staffed, staffed

NOW = datetime(2026, 12, 1, 9, 59, tzinfo=UTC)


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("seen") / "root") as made:
        yield made


def socket(office: Staffed, login: str, event: str, **body: str) -> SocketIOTestClient:
    """A socket of a person, in a room."""
    return entered(office, office.client(login), event, **body)


def entered(office: Staffed, browser: FlaskClient, event: str, **body: str) -> SocketIOTestClient:
    """A socket of a browser, in a room."""
    opened = office.server.socketio.test_client(
        office.server.app, flask_test_client=browser, headers={"Host": "localhost"}
    )
    assert opened.emit(event, body, callback=True)["status"] == "success"
    return opened


def say(office: Staffed, call_id: str) -> None:
    """Push a turn of a call as the server does."""
    server = office.server
    payload = {"call_id": call_id, "seq": 1}
    followers = server.access.followers
    push_to_owners(
        server.socketio, followers, EventType.TRANSCRIPT_SEGMENT, payload, CALLS[call_id]
    )


def seen_by(office: Staffed, login: str) -> list[tuple[str, object, tuple[object, ...]]]:
    """What a person saw over sockets, the oldest first: the action, its object and its calls."""
    return seen_as(office, f"person {office.person(login).person_id}")


def seen_as(office: Staffed, subject: str) -> list[tuple[str, object, tuple[object, ...]]]:
    """What a subject saw over sockets."""
    log = office.server.state.accounts.auditor.log
    found = log.named(log.newest(Sought(subject=subject), 1_000))
    deeds = [(one.stored.record.deed.action, one.object, one.calls) for one in reversed(found)]
    return [deed for deed in deeds if deed[0] == "see_calls"]


def test_whoever_is_in_a_room_of_many_has_seen_their_calls(office: Staffed) -> None:
    """Agents their own, supervisors those of their teams, managers all; each once."""
    for login, event, body in (
        ("agent-1", "join_agent", {"agent_id": "agent-1"}), ("supervisor", "join_wallboard", {}),
        ("manager", "join_overview", {}),
    ):  # fmt: skip
        socket(office, login, event, **body)
    for call_id in (*CALLS, "c-own"):
        say(office, call_id)
    for _ in range(2):
        office.server.access.note_seen()

    assert seen_by(office, "agent-1") == [("see_calls", "list agent", ("c-own",))]
    assert seen_by(office, "supervisor") == [("see_calls", "list wallboard", ("c-own", "c-team"))]
    assert seen_by(office, "manager") == [("see_calls", "list overview", tuple(sorted(CALLS)))]


def test_who_came_later_or_left_has_seen_what_was_pushed_meanwhile(office: Staffed) -> None:
    """A call that went on is new to whoever comes; who left in time saw nothing of it."""
    early = socket(office, "manager", "join_wallboard")
    say(office, "c-own")
    early.disconnect()
    late = socket(office, "supervisor", "join_wallboard")
    say(office, "c-own")
    assert late.emit("leave_wallboard", {}, callback=True)["status"] == "success"
    say(office, "c-team")
    office.server.access.note_seen()

    assert seen_by(office, "manager") == [("see_calls", "list wallboard", ("c-own",))]
    assert seen_by(office, "supervisor") == [("see_calls", "list wallboard", ("c-own",))]


def test_rows_that_are_told_at_once_were_seen(office: Staffed) -> None:
    """All of a supervisor's teams when the wallboard opens, though nothing happens in a call."""
    for login in ("supervisor", "manager", "agent-1"):
        socket(office, login, "join_wallboard_rows")
    gone = socket(office, "manager", "join_wallboard_rows")
    gone.disconnect()
    office.server.access.note_seen()
    assert seen_by(office, "manager") == []
    office.server.wallboard.step()
    for _ in range(2):
        office.server.access.note_seen()
        office.server.wallboard.step()

    rows = "list wallboard_rows"
    assert seen_by(office, "supervisor") == [("see_calls", rows, ("c-own", "c-team"))]
    assert seen_by(office, "manager") == [("see_calls", rows, tuple(sorted(CALLS)))]
    assert seen_by(office, "agent-1") == [("see_calls", rows, ("c-own",))]


def test_a_screen_on_the_wall_has_seen_its_rows(office: Staffed) -> None:
    """Those that it is told at once, and calls that go on later; until it leaves."""
    sessions = office.server.state.accounts.sessions
    token = sessions.begin_device(sessions.offer_device("入口", [TEAM]))
    browser = office.client()
    browser.set_cookie("__Host-callrisk", str(token), domain="localhost", secure=True)
    device = browser.get("/api/session").get_json()["subject_id"]
    opened = entered(office, browser, "join_wallboard_rows")
    say(office, "c-other")
    say(office, "c-own")
    office.server.access.note_seen()
    office.server.wallboard.step()
    office.server.access.note_seen()
    assert opened.emit("leave_wallboard_rows", {}, callback=True)["status"] == "success"
    office.server.wallboard.step()
    say(office, "c-other")
    office.server.access.note_seen()

    rows = "list wallboard_rows"
    assert device.startswith("device ")
    assert seen_as(office, device) == [
        ("see_calls", rows, ("c-own",)), ("see_calls", rows, ("c-team",)),
    ]  # fmt: skip


def subject(means: Means = Means.SESSION) -> Subject:
    """Somebody of a room."""
    return Subject("person 1", "見本", means, frozenset({Role.MANAGER}))


def test_each_hour_is_noted_anew_and_nothing_is_lost() -> None:
    """What cannot be stored now is noted the next time."""
    moment, noted = [NOW], list[tuple[RoomReader, list[str]]]()
    readers = RoomReaders(lambda: moment[0])
    readers.joined("s1", ["all"], "wallboard", subject(), "10.0.0.1")
    readers.joined("s2", ["all"], "wallboard", subject(Means.DEMO), "10.0.0.2")

    def away(_reader: RoomReader, _calls: object) -> None:
        raise ConnectionError

    for call_id in ("c1", "c2", "c1"):
        readers.pushed(call_id, ["all", "other"])
    with pytest.raises(ConnectionError):
        readers.note(away)
    readers.note(lambda reader, calls: noted.append((reader, sorted(calls))))
    moment[0] += timedelta(minutes=1)
    readers.pushed("c1", ["all", "other"])
    readers.note(lambda reader, calls: noted.append((reader, sorted(calls))))
    readers.note(lambda reader, calls: noted.append((reader, sorted(calls))))

    who = RoomReader("person 1", "10.0.0.1", "wallboard")
    assert noted == [(who, ["c1", "c2"]), (who, ["c1"])]


def test_a_call_of_another_agent_is_seen_by_others() -> None:
    """It is pushed to other rooms, so it is looked at anew."""
    noted = list[tuple[str, list[str]]]()
    readers = RoomReaders(lambda: NOW)
    readers.joined("s1", ["agent:b"], "agent", subject(), "")
    for room in ("agent:a", "agent:b"):
        readers.pushed("c1", [room])
    readers.note(lambda reader, calls: noted.append((reader.kind, sorted(calls))))

    assert noted == [("agent", ["c1"])]
