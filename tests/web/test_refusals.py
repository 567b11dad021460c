"""What the server refuses, and that it says so as it promises."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from callrisk.bootstrap.server import create_app
from callrisk.web.app import Server
from harness.contract import watched
from harness.small_world import World

IDS = {"call_id": "r-1", "customer_id": "1001", "agent_id": "agent-r"}
TURN = {"segment_id": "t", "role": "CUSTOMER", "text": "はい"}


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """The server of the small world, on a database of its own, with one call in progress."""
    url = f"sqlite:///{world.settings.root / 'refusals.db'}"
    env = world.settings.env.model_copy(update={"database_url": url})
    built = create_app(world.settings.model_copy(update={"env": env}))
    with watched(built) as departures:
        built.app.test_client().post("/api/start_call", json=IDS)
        yield built
    assert departures == []
    built.state.store.engine.dispose()


@pytest.fixture
def client(server: Server) -> FlaskClient:
    """Another system."""
    return server.app.test_client()


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", None])
def test_a_body_that_is_no_json_is_415(client: FlaskClient, content_type: str | None) -> None:
    """By its content type, whatever the body holds."""
    body = json.dumps(IDS).encode()
    answer = client.post("/api/start_call", data=body, content_type=content_type)

    assert (answer.status_code, answer.get_json()["status"]) == (415, 415)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "start_call", "POST"), ("DELETE", "calls/r-1", "GET"), ("PUT", "events", "GET")],
)
def test_another_method_is_405_and_says_which(
    client: FlaskClient, method: str, path: str, allowed: str
) -> None:
    """The header Allow names the methods of the route."""
    answer = client.open(f"/api/{path}", method=method)

    assert answer.status_code == 405
    assert allowed in answer.headers["Allow"]


TURN = {"segment_id": "s1", "role": "CUSTOMER"}
DEEP = '{"call_id": "r-2", "agent_id": "a", "more": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("start_call", DEEP),
        ("start_call", json.dumps(IDS | {"call_id": "r\0"})),
        ("start_call", json.dumps(IDS | {"call_id": "\ud800"})),
        ("start_call", json.dumps(IDS | {"call_id": 10**400})),
        ("start_call", json.dumps(IDS | {"call_id": "\u3000"})),
        ("start_call", json.dumps(IDS | {"call_id": "x" * 257})),
        ("calls/r-1/customer", json.dumps({"agent_id": "a", "record_id": 10**300})),
        ("calls/r-1/notes", json.dumps({"agent_id": "a", "text": "\ud800"})),
        ("calls/r-1/segments", json.dumps({"segments": [TURN | {"text": "の1" * 2_001}]})),
        ("demo/calls", "null"),
    ],
)
def test_odd_values_are_422(client: FlaskClient, path: str, body: str) -> None:
    """Never a failure of the server."""
    answer = client.post(f"/api/{path}", data=body, content_type="application/json")

    assert answer.status_code == 422


LONGEST_IDS = {"call_id": "c" * 256, "customer_id": "9" * 256, "agent_id": "a" * 256}
LONGEST_NOTE = {"agent_id": "a", "text": "の" * 4_000}
LONGEST_TURN = TURN | {"segment_id": "s" * 256, "text": "の" * 4_000}


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        ("start_call", LONGEST_IDS, tuple(LONGEST_IDS)),
        ("calls/r-6/notes", LONGEST_NOTE, ("text",)),
        ("calls/r-6/segments", LONGEST_TURN, ("segment_id", "text")),
    ],
)
def test_what_is_as_long_as_can_be_is_taken(
    client: FlaskClient, path: str, body: dict[str, str], names: tuple[str, ...]
) -> None:
    """Ids of 256 characters, notes and turns of 4,000; with one more they are refused."""
    client.post("/api/start_call", json=IDS | {"call_id": "r-6"})

    def status(sent: dict[str, str]) -> int:
        whole = {"segments": [sent]} if path.endswith("segments") else sent
        return client.post(f"/api/{path}", json=whole).status_code

    for name in names:
        assert status(body | {name: body[name] + "x"}) == 422
    assert status(body) in (200, 201)


def test_a_cursor_may_hold_the_longest_id(client: FlaskClient) -> None:
    """That of 256 characters, and none longer."""
    cursor = "cursor=2026-01-01T00:00:00%2B00:00~" + "c" * 256

    assert client.get(f"/api/calls?{cursor}").status_code == 200
    assert client.get(f"/api/calls?{cursor}c").status_code == 422


def test_a_room_has_a_name_of_at_most_256_characters(server: Server) -> None:
    """That is the longest id that a call or an agent can have."""
    joining = server.socketio.test_client(server.app)
    for event, name in (("join_agent", "agent_id"), ("join_call", "call_id")):
        said = [joining.emit(event, {name: "r" * length}, callback=True) for length in (256, 257)]
        assert [one["status"] for one in said] == ["success", "error"]


@pytest.mark.parametrize("call_id", ["a/b", "a\\b", ".", "..", " . "])
def test_a_call_that_no_address_leads_to_does_not_start(client: FlaskClient, call_id: str) -> None:
    """The reason says what an id of a call must not hold."""
    answer = client.post("/api/start_call", json=IDS | {"call_id": call_id})

    assert answer.status_code == 422
    assert "addresses" in answer.get_json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "odd",
    ["\n", "\r\n", "\x1b[2J", "\x85", "\u200b", "\u202e", "\ufeff", "\u00ad", "\u180e", "\u3164"],
)
@pytest.mark.parametrize("name", ["call_id", "agent_id", "customer_id"])
def test_no_id_forges_a_line_of_the_log_or_hides_a_letter(
    client: FlaskClient, name: str, odd: str
) -> None:
    """Control characters and those without width are refused, wherever they stand."""
    ids = {"call_id": "r-4", "customer_id": "1001", "agent_id": "a"}
    for written in (f"x{odd}y", f"{odd}x", f"x{odd}"):
        answer = client.post("/api/start_call", json=ids | {name: written})
        assert answer.status_code == 422
        assert "hidden" in answer.get_json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x", "cursor=2026-01-01T00:00:00~a", "cursor=%00", "cursor=", "limit=0",
        "limit=1_0", "limit=99999999999999999999", "status=", "colour=red", "limit=1&limit=2",
        "cursor=0000-01-01T00:00:00%2B00:00~a", "cursor=2026-01-01T00:00:00%2B00:00~%00",
    ],
)  # fmt: skip
def test_odd_queries_are_422(client: FlaskClient, query: str) -> None:
    """Cursors that nobody gave out, numbers that are none, and names that are not known."""
    assert client.get(f"/api/calls?{query}").status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("start_call", IDS | {"customerid": "1001"}, "customerid"),
        ("score_customer", {"call_id": "r-1", "colour": {"of": ["red"]}}, "colour"),
        ("end_call", {"call_id": "r-1", "at": None}, "at"),
        ("calls/r-1/segments", {"segments": [TURN | {"txt": "x"}]}, "txt"),
        ("calls/r-1/segments", {"segments": [TURN], "role": "admin"}, "role"),
    ],
)
def test_a_field_of_another_name_is_refused(
    client: FlaskClient, path: str, body: dict[str, Any], name: str
) -> None:
    """It is refused with its name, and nothing is done: a typing error must not be overlooked."""
    answer = client.post(f"/api/{path}", json=body)

    assert answer.status_code == 422
    assert name in answer.get_json()["detail"]
    call = client.get("/api/calls/r-1").get_json()
    assert (call["segments"], call["status"]) == ([], "active")


def test_a_turn_is_not_lost_for_a_nul(client: FlaskClient) -> None:
    """It is kept with a blank in its place, as no database keeps one."""
    client.post("/api/start_call", json=IDS | {"call_id": "r-5"})

    answer = client.post(
        "/api/calls/r-5/segments", json={"segments": [TURN | {"text": "来週\0払います"}]}
    )

    assert answer.status_code == 200
    (heard,) = client.get("/api/calls/r-5").get_json()["segments"]
    assert heard["text"] == "来週 払います"


@pytest.mark.parametrize("path", ["calls/%00", "calls/nobody", "nothing"])
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    """Ids that no call can have among them."""
    assert client.get(f"/api/{path}").status_code == 404


@pytest.mark.parametrize("event", ["join_everything", "message", "call_started"])
def test_an_unknown_socket_event_is_refused(server: Server, event: str) -> None:
    """With an acknowledgement that says so."""
    client = server.socketio.test_client(server.app)
    answer = client.emit(event, {"call_id": "r-1"}, callback=True)

    assert (answer["status"], answer["title"]) == ("error", "Not Found")
    assert event in answer["detail"]


@pytest.mark.parametrize("room", ["wallboard", "overview"])
def test_rooms_of_all_calls_can_be_left(server: Server, client: FlaskClient, room: str) -> None:
    """What happens afterwards is not heard; a body that is no object is refused."""
    listener = server.socketio.test_client(server.app)
    joined = listener.emit(f"join_{room}", callback=True)
    left = listener.emit(f"leave_{room}", {}, callback=True)
    refused = listener.emit(f"leave_{room}", ["x"], callback=True)
    listener.get_received()
    client.post("/api/calls/r-1/notes", json={"agent_id": "a", "text": "聞こえない"})
    server.state.live.step()

    assert (joined["status"], joined["room"], left) == ("success", room, {"status": "success"})
    assert refused["status"] == "error"
    assert listener.get_received() == []
