"""REST as other systems use it: what is promised, and one clear problem for every bad request."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from callrisk.bootstrap.server import create_app
from callrisk.domain.contact_events import ContactEvent
from callrisk.domain.language import packaged
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.time import utc_now
from callrisk.store.connect.gaps import Gaps
from callrisk.store.intake import Contacts, Delivery
from callrisk.web.app import Server
from harness.contract import watched
from harness.small_world import World


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """The server of the small world, on a database of its own; its threads do not run."""
    url = f"sqlite:///{world.settings.root / 'web.db'}"
    env = world.settings.env.model_copy(update={"database_url": url})
    built = create_app(world.settings.model_copy(update={"env": env}))
    with watched(built) as departures:
        yield built
    # Whatever was answered and pushed in these tests is as the server describes it.
    assert departures == []
    built.state.store.engine.dispose()


@pytest.fixture
def client(server: Server) -> FlaskClient:
    """Another system."""
    return server.app.test_client()


def post(client: FlaskClient, path: str, **body: Any) -> Any:
    """The JSON of an answer that must be a success."""
    answer = client.post(f"/api/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.get_json()


def segments(count: int, begin: int = 0) -> list[dict[str, Any]]:
    """Turns as another telephony sends them."""
    return [
        {
            "segment_id": f"s{n}", "role": "CUSTOMER" if n % 2 else "AGENT", "begin_ms": 6_000 * n,
            "end_ms": 6_000 * n + 5_000, "text": "えっと、毎月払えるか少し不安なんですけど",
            "sentiment": "NEGATIVE",
        }
        for n in range(begin, begin + count)
    ]  # fmt: skip


def test_the_five_routes_of_old_clients(client: FlaskClient) -> None:
    """start_call, score_customer and end_call as they were always sent."""
    ids = {"call_id": "old-1", "customer_id": "1001", "agent_id": "agent-7"}
    started = post(client, "start_call", **ids)
    again = post(client, "start_call", **ids)
    assert {"status", "call_id", "customer_data", "assessment"} <= set(started)
    assert started["customer_data"]["customer_id"] == "1001"
    assert started["assessment"]["state"] == "listening"
    assert started["assessment"]["seq"] == again["assessment"]["seq"]

    assert post(client, "calls/old-1/segments", segments=segments(14)) == {
        "accepted": 14,
        "duplicates": 0,
    }
    assert post(client, "calls/old-1/segments", segments=segments(1, 14)) == {
        "accepted": 1,
        "duplicates": 0,
    }
    scored = post(client, "score_customer", call_id="old-1")
    lines = sum(line["points"] for line in scored["contributions"])
    assert (
        scored["start_points"] + lines + scored["other_points"] + scored["cap_points"]
        == (scored["risk_score"])
    )
    assert scored["state"] == "live"
    assert scored == post(client, "score_customer", call_id="old-1")

    ended = post(client, "end_call", call_id="old-1")
    assert ended == post(client, "end_call", call_id="old-1")
    assert {"call_id", "duration", "risk_scores", "final_risk_score"} <= set(ended["summary"])
    whole = client.get("/api/calls/old-1").get_json()
    assert 15 == len(whole["segments"]) == whole["turns"]
    assert ended["summary"]["risk_scores"] == [one["risk_score"] for one in whole["assessments"]]


def test_health_says_how_the_server_is(client: FlaskClient) -> None:
    """Counts, model, skill, and a check for each part."""
    found = client.get("/api/health").get_json()

    assert {"status", "timestamp", "active_calls", "active_agents", "model_version", "skill"} <= (
        set(found)
    )
    assert {
        "store",
        "model",
        "assessor",
        "language",
        "masking",
        "playbook",
        "storage",
        "webhooks",
        "jobs",
        "limits",
    } == set(found["checks"])


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("start_call", {"customer_id": "1001", "agent_id": "a"}, 422, "call_id"),
        ("start_call", {"call_id": "", "agent_id": "a"}, 422, "call_id"),
        ("start_call", {"call_id": "x", "customer_id": ["1"], "agent_id": "a"}, 422, "customer_id"),
        ("score_customer", {}, 422, "call_id"),
        ("score_customer", {"call_id": "nobody"}, 404, "nobody"),
        ("end_call", {"call_id": "nobody"}, 404, "nobody"),
        ("calls/nobody/segments", {"segments": segments(1)}, 404, "nobody"),
        ("calls/nobody/notes", {"agent_id": "a", "text": "t"}, 404, "nobody"),
        ("calls/old-1/segments", {"segments": []}, 422, "segments"),
        ("calls/old-1/segments", {"segments": [{"segment_id": "s"}]}, 422, "segments"),
        ("calls/old-1/notes", {"agent_id": "a", "text": " "}, 422, "text"),
        ("calls/old-1/feedback", {"agent_id": "a", "action": "x", "verdict": "?"}, 422, "verdict"),
    ],
)
def test_a_bad_request_is_named(
    client: FlaskClient, path: str, body: dict[str, Any], status: int, named: str
) -> None:
    """problem+json with the field, or with the call that is not known."""
    answer = client.post(f"/api/{path}", json=body)
    problem = answer.get_json()

    assert (status, "application/problem+json") == (answer.status_code, answer.content_type)
    assert status == problem["status"]
    assert named in problem["detail"]


@pytest.mark.parametrize(
    "moment",
    ["2026-02-30T10:00Z", "2026-01-31T24:00Z", "2026-01-31T09:30",
     "2026-01-31T09:30+24:00", "99999999999999999999", "-1", "soon", ""],
)  # fmt: skip
def test_a_moment_that_is_none_is_named(client: FlaskClient, moment: str) -> None:
    """Days that no calendar has, offsets that no place has, and no number of the log."""
    post(client, "start_call", call_id="c-moments", customer_id="1001", agent_id="a")
    query = {"from": moment}
    answer = client.get("/api/calls/c-moments/changes", query_string=query)
    other = client.get("/api/calls/c-moments/changes", query_string={"to": moment})

    assert (answer.status_code, other.status_code) == (422, 422)
    assert ("from" in answer.get_json()["detail"], "to" in other.get_json()["detail"]) == (1, 1)


def test_changes_are_those_between_two_moments(client: FlaskClient) -> None:
    """By number of the log or by time, with the turn and the words, and they add up."""
    words = "今月は厳しくて払えません"
    begun = post(client, "start_call", call_id="c-why", customer_id="1001", agent_id="a")
    said = [segments(1)[0] | {"role": "CUSTOMER", "text": words}]
    post(client, "calls/c-why/segments", segments=said)
    scored = post(client, "score_customer", call_id="c-why")
    first, last = begun["assessment"], scored
    path = "/api/calls/c-why/changes"
    whole = client.get(path).get_json()
    by_number = client.get(path, query_string={"from": first["seq"], "to": last["seq"]}).get_json()
    # The first moment of the calendar lies before it in another zone.
    at = {"from": "0001-01-01T00:00:00+09:00", "to": "2099-01-31T09:30Z"}
    by_time = client.get(path, query_string=at).get_json()
    # A plus that was not escaped is read as one.
    unescaped = f"{path}?from=0001-01-01T00:00:00+09:00&to=2099-01-31T09:30:00+09:00"
    nothing = client.get(path, query_string={"from": last["seq"]}).get_json()

    assert whole == by_number == by_time == client.get(unescaped).get_json()
    assert whole["points"] == last["risk_score"] - first["risk_score"] > 0
    assert sum(line["points"] for line in whole["because"]) == whole["points"]
    assert {line["segment_id"] for line in whole["because"]} == {"s0"}
    assert {line["phrase"] for line in whole["because"]} <= {words, "今月は厳しくて"}
    assert (nothing["points"], nothing["because"]) == (0, [])


@pytest.mark.parametrize("body", [b"{", b"[1, 2]", b'"text"', b"", b"\xff\xfe", b"null"])
def test_what_is_no_json_object_is_a_problem(client: FlaskClient, body: bytes) -> None:
    """Never a stack trace, never a 5xx."""
    answer = client.post("/api/start_call", data=body, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_another_customer_for_a_running_call_is_a_conflict(client: FlaskClient) -> None:
    """409, and the call stays with its customer."""
    post(client, "start_call", call_id="c-409", customer_id="1001", agent_id="a")
    other = {"call_id": "c-409", "customer_id": "1002", "agent_id": "a"}

    assert client.post("/api/start_call", json=other).status_code == 409
    assert client.get("/api/calls/c-409").get_json()["customer_id"] == "1001"


def test_notes_escalation_and_feedback_are_kept(client: FlaskClient) -> None:
    """Each is answered with its place in the log and read back with the call."""
    post(client, "start_call", call_id="c-notes", customer_id=None, agent_id="a")
    post(client, "calls/c-notes/notes", agent_id="a", text="折り返し希望", kind="quick_action")
    raised = post(client, "calls/c-notes/escalate", agent_id="a", reason="支払いの相談")
    post(client, "calls/c-notes/feedback", agent_id="a", action="listen", verdict="done")
    found = client.get("/api/calls/c-notes").get_json()

    assert [one["kind"] for one in found["notes"]] == ["quick_action", "escalation", "feedback"]
    assert found["escalated"]
    assert found["customer_data"] is None
    events = client.get(f"/api/events?after={raised['seq'] - 1}").get_json()["events"]
    assert events[0]["type"] == "escalation"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("notes", {"kind": "note"}, "text"),
        ("escalate", {}, "reason"),
        ("feedback", {"action": "listen", "verdict": "dismissed"}, "reason"),
    ],
)
def test_what_agents_write_is_masked_like_turns(
    client: FlaskClient, path: str, body: dict[str, str], field: str
) -> None:
    """Neither the answer, the call nor the log holds a card, a telephone or a mail address."""
    call_id = f"c-masked-{path}"
    post(client, "start_call", call_id=call_id, customer_id=None, agent_id="a")
    words = "カード4539 1488 0343 6467、電話090-1234-5678、taro@example.jp に連絡"
    told = post(client, f"calls/{call_id}/{path}", agent_id="a", **body, **{field: words})
    shown = client.get(f"/api/calls/{call_id}").get_data(as_text=True)
    logged = client.get(f"/api/events?after={told['seq'] - 1}").get_data(as_text=True)

    for text in (str(told), shown, logged):
        assert "に連絡" in text
        assert not [secret for secret in ("4539", "6467", "5678", "taro") if secret in text]


def test_calls_are_listed_by_agent_and_by_customer(client: FlaskClient) -> None:
    """Of one agent, of one customer however the id is written, page by page; of nobody none."""
    for number, (customer_id, agent_id) in enumerate(
        [("1001", "of-one"), ("1002", "of-one"), ("1001", "of-two"), (None, "of-one")]
    ):
        ids = {"call_id": f"c-of-{number}", "customer_id": customer_id, "agent_id": agent_id}
        post(client, "start_call", **ids)

    def listed(query: str) -> list[str]:
        page = client.get(f"/api/calls?{query}").get_json()
        rest = page["next_cursor"]
        more = listed(f"{query}&cursor={quote(rest)}") if rest and "cursor" not in query else []
        return [call["call_id"] for call in page["calls"]] + more

    assert listed("agent_id=of-one") == ["c-of-3", "c-of-1", "c-of-0"]
    assert listed("agent_id=of-one&limit=2") == ["c-of-3", "c-of-1", "c-of-0"]
    assert listed("agent_id=of-one&customer_id=1001") == ["c-of-0"]
    assert set(listed("customer_id=１００１&agent_id=of-two")) == {"c-of-2"}
    assert listed("agent_id=nobody") == []


def test_a_cursor_is_read_with_its_plus_as_a_blank_too(client: FlaskClient) -> None:
    """A client that does not write + as %2B gets the same page, none twice."""
    for number in range(3):
        ids = {"call_id": f"c-plus-{number}", "customer_id": None, "agent_id": "of-plus"}
        post(client, "start_call", **ids)
    first = client.get("/api/calls?agent_id=of-plus&limit=2").get_json()
    cursor = first["next_cursor"]
    assert "+" in cursor
    pages = [
        client.get(f"/api/calls?agent_id=of-plus&limit=2&cursor={written}").get_json()
        for written in (quote(cursor), cursor)
    ]

    assert [call["call_id"] for call in first["calls"]] == ["c-plus-2", "c-plus-1"]
    for page in pages:
        assert [call["call_id"] for call in page["calls"]] == ["c-plus-0"]
        assert page["next_cursor"] is None


@pytest.mark.parametrize("texts", [("はい、払います", "いいえ"), ("いいえ", "はい、払います")])
def test_of_one_turn_twice_in_a_request_the_later_holds(
    texts: tuple[str, str], client: FlaskClient
) -> None:
    """The order within the request counts, whatever the words; one of both is a duplicate."""
    call_id = f"c-twice-{texts[0]}"
    post(client, "start_call", call_id=call_id, customer_id=None, agent_id="a")
    both = [segments(1)[0] | {"text": text} for text in texts]
    taken = post(client, f"calls/{call_id}/segments", segments=both)
    (kept,) = client.get(f"/api/calls/{call_id}").get_json()["segments"]

    assert (taken["accepted"], taken["duplicates"]) == (1, 1)
    assert kept["text"] == texts[1]


def test_catching_up_gives_every_event_once(client: FlaskClient) -> None:
    """Page by page from the first on."""
    seqs: list[int] = []
    after, more = 0, True
    while more:
        page = client.get(f"/api/events?after={after}&limit=7").get_json()
        seqs += [event["seq"] for event in page["events"]]
        after, more = page["last_seq"], page["more"]

    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) > 20


def test_every_answer_forbids_foreign_content(client: FlaskClient) -> None:
    """Pages, JSON, errors and static files carry the same headers; personal data is not cached."""
    for path in ("/", "/api/health", "/api/nothing", "/static/live.css"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/api/health").headers["Cache-Control"] == "no-store"


def test_the_description_names_every_route(client: FlaskClient) -> None:
    """OpenAPI 3.1, made from the code."""
    described = client.get("/openapi.json").get_json()

    assert described["openapi"].startswith("3.1")
    assert {
        "/api/health", "/api/start_call", "/api/score_customer", "/api/end_call",
        "/api/calls/{call_id}/segments", "/api/calls", "/api/calls/{call_id}", "/api/events",
        "/api/calls/{call_id}/notes", "/api/calls/{call_id}/escalate",
        "/api/calls/{call_id}/feedback",
    } <= set(described["paths"])  # fmt: skip


def test_sockets_hear_the_whole_call_once(server: Server, client: FlaskClient) -> None:
    """An agent who is on the wallboard too gets each event once; another agent gets none."""
    mine, other = (server.socketio.test_client(server.app) for _ in range(2))
    assert mine.emit("join_agent", {"agent_id": "agent-s"}, callback=True)["status"] == "success"
    mine.emit("join_wallboard", {}, callback=True)
    other.emit("join_agent", {"agent_id": "someone-else"}, callback=True)
    post(client, "start_call", call_id="c-sock", customer_id="1002", agent_id="agent-s")
    post(client, "calls/c-sock/segments", segments=segments(12))
    post(client, "score_customer", call_id="c-sock")
    post(client, "calls/c-sock/escalate", agent_id="agent-s", reason="助けて")
    post(client, "end_call", call_id="c-sock")

    told = [one for one in mine.get_received() if one["name"] != "joined"]
    got = [one for one in told if one["args"][0]["call_id"] == "c-sock"]
    names = [one["name"] for one in got]
    seqs = [one["args"][0]["seq"] for one in got]
    assert seqs == sorted(set(seqs))
    assert [
        names[0], names.count("transcript_segment"), names[-1]
    ] == ["call_started", 12, "call_ended"]  # fmt: skip
    assert {"risk_score_update", "escalation"} <= set(names)
    assert [one["name"] for one in other.get_received()] == ["joined"]


def test_words_go_to_those_who_follow_the_call(server: Server, client: FlaskClient) -> None:
    """The overview hears of every call but not what is said; a call that is left is not heard."""
    follower, overview = (server.socketio.test_client(server.app) for _ in range(2))
    follower.emit("join_call", {"call_id": "c-followed"}, callback=True)
    overview.emit("join_overview", {}, callback=True)
    for call_id in ("c-followed", "c-other"):
        post(client, "start_call", call_id=call_id, customer_id="1002", agent_id="agent-f")
        post(client, f"calls/{call_id}/segments", segments=segments(12))
        post(client, "score_customer", call_id=call_id)
    assert heard(follower) == {
        ("c-followed", one) for one in ("call_started", "transcript_segment", "risk_score_update")
    }
    assert heard(overview) == {
        (call_id, one)
        for call_id in ("c-followed", "c-other")
        for one in ("call_started", "risk_score_update")
    }

    assert follower.emit("leave_call", {"call_id": "c-followed"}, callback=True) == {
        "status": "success"
    }
    post(client, "calls/c-followed/segments", segments=segments(14))
    for call_id in ("c-followed", "c-other"):
        post(client, "end_call", call_id=call_id)
    assert heard(follower) == set()
    assert ("c-other", "call_ended") in heard(overview)


def heard(listener: Any) -> set[tuple[str, str]]:
    """Which calls a listener was told of, and what kind of thing."""
    told = [one for one in listener.get_received() if one["name"] != "joined"]
    return {(one["args"][0]["call_id"], one["name"]) for one in told} - {
        (one["args"][0]["call_id"], "alert") for one in told
    }


def test_a_wallboard_hears_of_a_gap_at_once(server: Server, client: FlaskClient) -> None:
    """It is pushed when it is marked and when it is filled, and a call that is read shows it."""
    wallboard = server.socketio.test_client(server.app)
    wallboard.emit("join_wallboard", {}, callback=True)
    engine = server.state.store.engine
    answered = ContactEvent("c-gap", "CONNECTED_TO_AGENT", utc_now(), creates=True)
    Contacts(engine, packaged()).take(Delivery([answered], utc_now()))
    gaps = Gaps(engine)
    gaps.mark(utc_now())
    server.state.live.step()
    shown = client.get("/api/calls/c-gap").get_json()["has_gap"]
    gaps.filled("c-gap", utc_now())
    server.state.live.step()
    told = [one["args"][0] for one in wallboard.get_received() if one["name"] == "gap_changed"]
    post(client, "end_call", call_id="c-gap")

    assert shown
    assert [(one["call_id"], one["has_gap"]) for one in told] == [("c-gap", True), ("c-gap", False)]


@pytest.mark.parametrize("event", ["join_agent", "leave_agent", "join_call", "leave_call"])
@pytest.mark.parametrize(
    "body", [None, {}, {"agent_id": 7, "call_id": 7}, {"agent_id": "", "call_id": ""}, [], "x"]
)
def test_a_bad_socket_event_is_refused(server: Server, event: str, body: Any) -> None:
    """The answer says why, and nothing is joined."""
    client = server.socketio.test_client(server.app)
    answer = client.emit(event, body, callback=True)

    assert answer["status"] == "error"
    assert event.split("_")[1] + "_id" in answer["detail"]
    assert client.get_received() == []


def test_a_recording_is_demo_and_production_takes_none(
    server: Server, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marked, it is nobody's history; among real calls it has no place."""
    ids = {"customer_id": "1003", "agent_id": "a"}
    post(client, "start_call", call_id="c-demo", demo=True, **ids)
    post(client, "calls/c-demo/segments", segments=segments(4))
    post(client, "end_call", call_id="c-demo")
    post(client, "start_call", call_id="c-real", **ids)
    queries = server.state.queries
    demo = {one: queries.call(one).demo for one in ("c-demo", "c-real")}  # type: ignore[union-attr]
    in_production = replace(server.state, environment="production")
    monkeypatch.setitem(server.app.extensions, "callrisk", in_production)
    refused = client.post("/api/start_call", json=ids | {"call_id": "c-no", "demo": True})

    assert demo == {"c-demo": True, "c-real": False}
    earlier = queries.earlier_calls("1003", packaged_concerns())
    assert "c-demo" not in {one.call_id for one in earlier}
    assert refused.status_code == 403
    assert "production" in refused.get_json()["detail"]
    assert queries.call("c-no") is None
