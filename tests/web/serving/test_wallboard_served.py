"""The rows of all calls, over real connections: all of them first, then what changed."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from websockets.sync.client import ClientConnection

from callrisk.domain.time import utc_now
from callrisk.store.calls import NewCall
from callrisk.web.app import Server

Watch = Callable[..., "Watcher"]
WORDS = "来月五日に必ず払います"


class Watcher:
    """A socket in the room of the rows, and what was pushed to it."""

    def __init__(self, socket: ClientConnection, body: dict[str, Any]) -> None:
        self.socket = socket
        # It has joined the overview, which is told of every event.
        socket.send('423["leave_overview",{}]')
        socket.send(f"424{json.dumps(['join_wallboard_rows', body])}")
        self._events: list[tuple[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def told(self, seconds: float) -> list[tuple[str, Any]]:
        """Return the events until so many seconds from now, each with its payload."""
        time.sleep(seconds)
        events, self._events = self._events, []
        return events

    def _listen(self) -> None:
        """Note events and answer pings, until the socket is closed."""
        for message in map(str, self.socket):
            if message == "2":
                self.socket.send("3")
            elif message.startswith("42"):
                name, payload = json.loads(message[2:])
                self._events.append((name, payload))


@pytest.fixture
def watch(watcher: Callable[[], ClientConnection]) -> Watch:
    """Open sockets that join the room of the rows."""
    return lambda **body: Watcher(watcher(), body)


def changes(events: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """The rows that were pushed, one list a push."""
    return [payload for name, payload in events if name == "wallboard_changed"]


def ids(change: dict[str, Any]) -> list[str]:
    """The calls of a push."""
    return sorted(row["call_id"] for row in change["rows"])


def post(address: str, path: str, **body: Any) -> None:
    """Ask as another system does."""
    requests.post(f"{address}/api/{path}", json=body, timeout=10).raise_for_status()


def start(address: str, call_id: str) -> None:
    """Begin a call."""
    post(address, "start_call", call_id=call_id, customer_id="1001", agent_id="a-1")


def say(address: str, call_id: str, segment_id: str) -> None:
    """Let the customer say something."""
    turn = {"segment_id": segment_id, "role": "CUSTOMER", "text": WORDS}
    post(address, f"calls/{call_id}/segments", segments=[turn])


def test_who_joins_is_told_all_calls_and_then_what_changes(address: str, watch: Watch) -> None:
    """A call that is over is told once, and whoever joins later does not hear of it."""
    for call_id in ("c-1", "c-2"):
        start(address, call_id)
    watcher = watch()
    (first,) = changes(watcher.told(1.5))
    post(address, "calls/c-1/escalate", agent_id="a-1", reason=WORDS)
    (second,) = changes(watcher.told(1.5))
    post(address, "end_call", call_id="c-1")
    (third,) = changes(watcher.told(1.5))
    (anew,) = changes(watch(after=third["through_seq"]).told(1.5))

    assert (first["complete"], ids(first)) == (True, ["c-1", "c-2"])
    assert (second["complete"], ids(second), ids(third)) == (False, ["c-1"], ["c-1"])
    escalated, ended = second["rows"][0], third["rows"][0]
    assert (escalated["escalated"], escalated["ended_at"]) == (True, None)
    assert (ended["agent_id"], ended["customer_id"], ended["alerted"]) == ("a-1", "1001", False)
    assert ended["ended_at"] > ended["started_at"]
    assert first["through_seq"] < second["through_seq"] < third["through_seq"]
    assert second["through_seq"] >= escalated["last_seq"] < ended["last_seq"]
    assert (anew["complete"], ids(anew)) == (True, ["c-2"])


def test_many_changes_are_told_together(server: Server, address: str, watch: Watch) -> None:
    """At most four times a second, in one packet for all sockets, and never for nothing."""
    pushed: list[str] = []
    emit = server.socketio.emit

    def noted(name: str, *values: Any, **more: Any) -> None:
        pushed.append(name)
        emit(name, *values, **more)

    server.socketio.emit = noted
    watchers = [watch() for _ in range(3)]
    for watcher in watchers:
        assert len(changes(watcher.told(1))) == 1
    pushed.clear()
    began, calls = time.monotonic(), [f"c-{number}" for number in range(20)]
    for call_id in calls:
        start(address, call_id)
        say(address, call_id, "s1")
    took = time.monotonic() - began
    for watcher in watchers:
        events = watcher.told(1)
        told = changes(events)
        assert sorted(call_id for change in told for call_id in ids(change)) == sorted(calls)
        assert len(told) <= 4 * took + 2
        assert {name for name, _ in events} == {"call_started", "wallboard_changed"}
        assert WORDS not in json.dumps(events, ensure_ascii=False)
        assert pushed.count("wallboard_changed") == len(told)
    say(address, "c-1", "s2")

    assert changes(watchers[0].told(1)) == []


def test_who_leaves_is_told_no_more(address: str, watch: Watch) -> None:
    """Neither rows nor what happens seldom, right after it joined and later."""
    watcher, other = watch(), watch()
    watcher.socket.send('425["leave_wallboard_rows",{}]')
    watcher.told(1)
    start(address, "c-1")

    assert watcher.told(1) == []
    assert {name for name, _ in other.told(1)} >= {"call_started", "wallboard_changed"}


def test_the_first_rows_are_never_older_than_what_a_watcher_knows(server: Server) -> None:
    """A server that is behind in the log tells them once it has caught up, and nobody who left."""
    state = server.state
    state.rows.every()
    state.intake.start(NewCall("c-1", "1001", "a-1", "rest", False, utc_now()))
    known = state.queries.last_seq()
    watchers = [server.socketio.test_client(server.app) for _ in range(3)]
    for watcher, after in zip(watchers, (known, known + 1_000_000, known), strict=True):
        answer = watcher.emit("join_wallboard_rows", {"after": after}, callback=True)
        assert (answer["status"], answer["last_seq"]) == ("success", known)
    watchers[2].disconnect()
    server.wallboard.step()
    early = [rows_told(watcher) for watcher in watchers[:2]]
    state.live.step()
    server.wallboard.step()
    told = [rows_told(watcher) for watcher in watchers[:2]]
    state.store.engine.dispose()

    assert early == [[], []]
    for (first,) in told:
        assert (first["complete"], ids(first), first["through_seq"] >= known) == (
            True,
            ["c-1"],
            True,
        )


def rows_told(watcher: Any) -> list[dict[str, Any]]:
    """The rows that a client of a server without threads was told since."""
    return changes([(one["name"], one["args"][0]) for one in watcher.get_received()])
