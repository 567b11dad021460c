"""Turns of many calls in one request: each row by itself, the score as of turns one by one."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from callrisk.bootstrap.server import create_app
from callrisk.web.app import Server
from harness.contract import watched
from harness.databases import KINDS, fresh_database
from harness.small_world import World

TURN = {"segment_id": "s0", "role": "CUSTOMER", "text": "今月は払えません"}


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest, world: World) -> Iterator[Server]:
    """The server of the small world, on each kind of database; its threads do not run."""
    with fresh_database(request.param) as address:
        url = address or f"sqlite:///{world.settings.root / 'segments.db'}"
        env = world.settings.env.model_copy(update={"database_url": url})
        built = create_app(world.settings.model_copy(update={"env": env}))
        with watched(built) as departures:
            yield built
        # Whatever was answered in these tests is as the server describes it.
        assert departures == []
        built.state.store.engine.dispose()


@pytest.fixture
def client(server: Server) -> FlaskClient:
    """Another system."""
    return server.app.test_client()


def start(client: FlaskClient, *call_ids: str) -> None:
    """Begin calls."""
    for call_id in call_ids:
        ids = {"call_id": call_id, "customer_id": "1001", "agent_id": "agent-7"}
        assert client.post("/api/start_call", json=ids).status_code == 200


def send(client: FlaskClient, *rows: Any) -> Any:
    """Return the answer to rows of which each is judged by itself."""
    answer = client.post("/api/segments", json={"segments": rows})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def heard(client: FlaskClient, call_id: str) -> list[tuple[str, str]]:
    """Return the turns of a call by id and text."""
    turns = client.get(f"/api/calls/{call_id}").get_json()["segments"]
    return [(turn["segment_id"], turn["text"]) for turn in turns]


def counted(call_id: str, accepted: int, duplicates: int = 0) -> dict[str, Any]:
    """Return what is answered of a call."""
    return {"call_id": call_id, "accepted": accepted, "duplicates": duplicates}


def test_turns_of_many_calls_are_stored_and_known(client: FlaskClient) -> None:
    """Counted by call in the order of their first turns; sent again they are repeats."""
    start(client, "m-1", "m-2")
    rows = [TURN | {"call_id": f"m-{n % 2 + 1}", "segment_id": f"s{n}"} for n in range(5)]
    first, again = send(client, *rows), send(client, *rows, rows[0] | {"segment_id": "s9"})

    assert first == {"calls": [counted("m-1", 3), counted("m-2", 2)], "refused": []}
    assert again == {"calls": [counted("m-1", 1, 3), counted("m-2", 0, 2)], "refused": []}
    assert [turn for turn, _ in heard(client, "m-1")] == ["s0", "s2", "s4", "s9"]


def test_of_two_turns_with_one_id_the_later_wins(client: FlaskClient) -> None:
    """Within one request as across requests, and a piece gives way to its finished turn."""
    start(client, "m-3")
    row = TURN | {"call_id": "m-3"}
    send(client, row, row | {"text": "来週払います"}, row | {"segment_id": "s1", "text": "一"})
    send(client, row | {"segment_id": "s1", "text": "二"})
    piece = row | {"segment_id": "s2", "text": "えっと", "provisional": True}
    pieces = send(client, piece, piece | {"text": "えっと、はい"})
    send(client, row | {"segment_id": "s2", "text": "えっと、はい、そうです"})

    assert pieces["calls"] == [counted("m-3", 1, 1)]
    assert heard(client, "m-3") == [
        ("s0", "来週払います"), ("s1", "二"), ("s2", "えっと、はい、そうです"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "status", "field"),
    [
        (TURN | {"call_id": "m-4", "txt": "x"}, 422, "segments.1.txt"),
        (TURN | {"call_id": "m-4", "role": "BOSS"}, 422, "segments.1.role"),
        (TURN | {"call_id": "m-4", "text": "の" * 4_001}, 422, "segments.1.text"),
        (TURN | {"call_id": "m-4", "begin_ms": 5}, 422, "segments.1"),
        (TURN, 422, "segments.1.call_id"),
        (TURN | {"call_id": "\n"}, 422, "segments.1.call_id"),
        ({"call_id": "m-4", "segment_id": "s0"}, 422, "segments.1.role"),
        (7, 422, "segments.1"),
        (None, 422, "segments.1"),
        (TURN | {"call_id": "nobody"}, 404, None),
    ],
)
def test_a_bad_row_is_refused_alone(
    client: FlaskClient, row: Any, status: int, field: str | None
) -> None:
    """By its place, with the field at fault or the call that is not known."""
    start(client, "m-4", "m-5")
    sent = send(client, TURN | {"call_id": "m-4"}, row, TURN | {"call_id": "m-5"})
    (refused,) = sent["refused"]

    assert [one["call_id"] for one in sent["calls"]] == ["m-4", "m-5"]
    assert (refused["index"], refused["status"]) == (1, status)
    assert field is None or field in [fault["field"] for fault in refused["errors"]]
    assert (field or "There is no call nobody.") in refused["detail"]
    assert heard(client, "m-4") == heard(client, "m-5") == [("s0", TURN["text"])]


def test_a_refusal_is_that_of_the_route_of_one_call(client: FlaskClient) -> None:
    """In status, sentence and fields."""
    start(client, "m-6")
    bad = TURN | {"begin_ms": -1, "colour": "red"}
    alone = client.post("/api/calls/m-6/segments", json={"segments": [bad]}).get_json()
    unknown = client.post("/api/calls/m-0/segments", json={"segments": [TURN]}).get_json()
    sent = send(client, bad | {"call_id": "m-6"}, TURN | {"call_id": "m-0"})

    for refused, problem in zip(sent["refused"], (alone, unknown), strict=True):
        assert {name: refused[name] for name in ("status", "detail", "errors")} == {
            name: problem[name] for name in ("status", "detail", "errors")
        }


def test_a_call_that_is_over_takes_late_turns(client: FlaskClient) -> None:
    """As by the route of one call, and its summary is made anew."""
    start(client, "m-7")
    client.post("/api/end_call", json={"call_id": "m-7"})
    sent = send(client, TURN | {"call_id": "m-7"})
    summary = client.post("/api/end_call", json={"call_id": "m-7"}).get_json()["summary"]

    assert (sent["calls"], sent["refused"]) == ([counted("m-7", 1)], [])
    assert summary["turns"] == 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"segments": []}, "segments"),
        ({"segments": [TURN | {"call_id": "m-8"}] * 501}, "segments"),
        ({"segments": [TURN | {"call_id": "m-8"}], "call_id": "m-8"}, "call_id"),
        ({"segments": "s0"}, "segments"),
        ({}, "segments"),
        ([], "object"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whole(
    client: FlaskClient, body: Any, named: str
) -> None:
    """With a problem, and nothing of it is stored."""
    start(client, "m-8")
    answer = client.post("/api/segments", json=body)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert named in answer.get_json()["detail"]
    assert heard(client, "m-8") == []


def test_500_turns_are_taken_at_once(client: FlaskClient) -> None:
    """As many as the page of the interface says."""
    start(client, "m-9")
    rows = [
        TURN | {"call_id": "m-9", "segment_id": f"s{n}", "text": f"はい、{n}"} for n in range(500)
    ]

    assert send(client, *rows)["calls"] == [counted("m-9", 500)]
