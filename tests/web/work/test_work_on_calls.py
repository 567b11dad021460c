"""The work on calls over HTTP: who may, what is refused, what is read of it afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callrisk.domain.customer import JST
from callrisk.store.facts.facts_job import FactsJob
from callrisk.store.facts.facts_queries import FactsQueries
from harness.staffed import Staffed, staffed

SOON = (datetime.now(UTC) + timedelta(days=3)).astimezone(JST)
ME = {"agent_id": "agent-1"}
PROMISE = ME | {"due_on": f"{SOON:%Y-%m-%d}", "amount_yen": 34_300, "channel": "bank_transfer"}
WORK = {
    "outcome": ME | {"outcome": "promised"},
    "promise": PROMISE,
    "call_back": ME | {"call_back_at": SOON.isoformat(), "text": "午後をご希望"},
}


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A server in production."""
    with staffed(tmp_path_factory.mktemp("work")) as made:
        yield made


def post(staff: Staffed, route: str, body: Any, login: str = "agent-1", key: str = "") -> Any:
    """Answer of a request about the call of agent-1."""
    headers = {"Idempotency-Key": key} if key else {}
    path = f"/api/calls/c-own/{route}"
    return staff.client(login).post(path, json=body, headers=headers)


def escalated(staff: Staffed) -> int:
    """The number of a new escalation of the call of agent-1."""
    answer = post(staff, "escalate", ME | {"reason": "ご家族が代わりに出られています"})
    return int(answer.get_json()["note_id"])


def waiting(staff: Staffed, login: str) -> list[int]:
    """The escalations that wait, as somebody sees them."""
    answer = staff.client(login).get("/api/escalations?open=true").get_json()
    return [one["note_id"] for one in answer["escalations"]]


@pytest.mark.parametrize("route", WORK)
def test_work_is_stored_once_with_its_facts(staff: Staffed, route: str) -> None:
    """However often the request is sent; and another agent cannot."""
    first, again = (post(staff, route, WORK[route], key=f"once-{route}") for _ in range(2))
    other = post(staff, route, WORK[route], login="agent-3")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 404)
    assert first.data == again.data
    facts = first.get_json()["facts"]
    sent = {name: value for name, value in WORK[route].items() if name not in ("agent_id", "text")}
    if route == "call_back":
        at = datetime.fromisoformat(facts.pop("call_back_at"))
        assert abs(at - datetime.fromisoformat(sent.pop("call_back_at"))) < timedelta(seconds=1)
    assert facts == sent


@pytest.mark.parametrize(
    ("route", "field", "value"),
    [
        ("outcome", "outcome", "no_such_code"),
        ("promise", "due_on", "2026-11-01"),
        ("promise", "due_on", "2026-02-30"),
        ("promise", "amount_yen", -1),
        ("promise", "amount_yen", 100_000_001),
        ("promise", "amount_yen", "34300"),
        ("promise", "channel", "bitcoin"),
        ("call_back", "call_back_at", "2026-01-01T10:00:00+09:00"),
        ("call_back", "call_back_at", "2999-01-01T10:00:00"),
    ],
)
def test_bad_input_names_its_field(staff: Staffed, route: str, field: str, value: Any) -> None:
    """As a problem of RFC 9457; nothing is stored."""
    before = staff.client("agent-1").get("/api/calls/c-own").get_json()["notes"]
    answer = post(staff, route, WORK[route] | {field: value})
    after = staff.client("agent-1").get("/api/calls/c-own").get_json()["notes"]

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert field in {error["field"].split(".")[0] for error in answer.get_json()["errors"]}
    assert before == after


def test_our_own_refusals_are_told_in_the_language_of_the_reader(staff: Staffed) -> None:
    """In English where none is asked for, and never in two at once."""
    client, body = staff.client("agent-1"), PROMISE | {"due_on": "2020-01-31"}
    told = {
        language: client.post(
            "/api/calls/c-own/promise", json=body, headers={"Accept-Language": language}
        ).get_json()["detail"]
        for language in ("en", "ja")
    }

    assert "within 400 days" in told["en"]
    assert "日付を指定してください" in told["ja"]
    assert told["en"].isascii()
    assert "within" not in told["ja"]


def test_an_escalation_goes_from_the_agent_to_the_supervisor_and_back(staff: Staffed) -> None:
    """Seen, answered, closed; another team never sees it."""
    asked = escalated(staff)
    about = {"agent_id": "supervisor", "note_id": asked}
    before = (waiting(staff, "supervisor"), waiting(staff, "agent-1"), waiting(staff, "agent-3"))
    own = post(staff, "escalations/answer", ME | {"note_id": asked, "text": "自分で"})
    seen = post(staff, "escalations/seen", about, login="supervisor")
    answer = about | {"text": "分割を承認します"}
    done = post(staff, "escalations/answer", answer, login="supervisor")
    told = staff.client("agent-1").get("/api/escalations?open=false").get_json()["escalations"]
    (state,) = (one for one in told if one["note_id"] == asked)

    assert before == ([asked], [asked], [])
    assert (own.status_code, seen.status_code, done.status_code) == (403, 201, 201)
    assert waiting(staff, "supervisor") == []
    assert (state["seen_by"], state["open"], state["withdrawn_at"]) == ("supervisor", False, None)
    assert [one["text"] for one in state["answers"]] == ["分割を承認します"]
    assert staff.client("agent-1").get("/api/calls/c-own").get_json()["escalated"] is False


def test_a_list_is_full_of_what_was_asked_for(staff: Staffed) -> None:
    """Behind more escalations of the other kind than it has room for."""
    open_before = waiting(staff, "agent-1")
    closed = [escalated(staff) for _ in range(2)]
    for about in closed:
        assert post(staff, "undo", ME | {"note_id": about}).status_code == 201
    still_open = [escalated(staff) for _ in range(3)]
    lists = {
        wanted: [
            one["note_id"]
            for one in staff.client("agent-1")
            .get(f"/api/escalations?limit=2{wanted}")
            .get_json()["escalations"]
        ]
        for wanted in ("", "&open=true", "&open=false")
    }
    for about in still_open:
        post(staff, "undo", ME | {"note_id": about})

    assert lists == {
        "": still_open[:0:-1],
        "&open=true": [*open_before, *still_open][:2],
        "&open=false": closed[::-1],
    }


def test_who_asked_withdraws_an_escalation(staff: Staffed) -> None:
    """Nobody else; twice is too often, and nobody answers it any more."""
    asked = escalated(staff)
    about = {"note_id": asked}
    by_other = post(staff, "undo", about | {"agent_id": "supervisor"}, login="supervisor")
    done = post(staff, "undo", ME | about, key="withdrawn")
    again = post(staff, "undo", ME | about)
    repeated = post(staff, "undo", ME | about, key="withdrawn")
    late = about | {"agent_id": "supervisor", "text": "遅れました"}
    answered = post(staff, "escalations/answer", late, login="supervisor")

    assert (by_other.status_code, done.status_code, again.status_code) == (403, 201, 409)
    assert done.get_json()["kind"] == "escalation_withdrawn"
    assert repeated.data == done.data
    assert answered.status_code == 409
    assert waiting(staff, "supervisor") == []


def test_events_of_an_escalation_name_ids_and_no_words(staff: Staffed) -> None:
    """So that rooms of all calls may hear of them."""
    asked = escalated(staff)
    post(staff, "undo", ME | {"note_id": asked})
    events = staff.client("supervisor").get("/api/events?after=0&limit=2000").get_json()["events"]
    changed = [one["payload"] for one in events if one["type"] == "escalation_changed"]

    assert changed[-1]["about"] == asked
    assert set(changed[-1]) == {"call_id", "kind", "note_id", "about", "agent_id", "at", "open",
                                "seq"}  # fmt: skip


def test_outcome_and_promise_are_facts_of_the_call(staff: Staffed) -> None:
    """What was taken back is none, though the call has ended."""
    for route, body in WORK.items():
        post(staff, route, body)
    wrong = post(staff, "outcome", ME | {"outcome": "refused"}).get_json()
    assert post(staff, "undo", ME | {"note_id": wrong["note_id"]}).status_code == 201
    assert (
        staff.client("agent-1").post("/api/end_call", json={"call_id": "c-own"}).status_code == 200
    )
    engine = staff.server.state.store.engine
    while FactsJob(engine).step():
        pass
    today = datetime.now(JST).date()
    (facts,) = FactsQueries(engine).calls(today - timedelta(days=1), today)

    assert (facts.outcome, facts.promised_yen) == ("promised", 34_300)
    assert facts.promised_on == SOON.date()
    assert facts.call_back_at is not None


def test_the_key_of_drafts_is_that_of_a_session(staff: Staffed) -> None:
    """Another session of the same person has another, and the same one always the same."""
    one, two = staff.client("agent-1"), staff.client("agent-1")
    keys = [client.get("/api/session").get_json()["draft_key"] for client in (one, one, two)]

    assert keys[0] == keys[1] != keys[2]
    assert len(keys[0]) == 43
    system = staff.client(key="reader").get("/api/session").get_json()
    assert system["draft_key"] is None
