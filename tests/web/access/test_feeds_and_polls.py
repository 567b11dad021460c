"""What a key that only feeds calls is answered, and which requests keep a session going."""

from collections.abc import Iterator

import pytest

from harness.staffed import Staffed, staffed


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("feeds") / "root") as made:
        yield made


def test_a_key_that_feeds_calls_is_told_nothing_of_them(office: Staffed) -> None:
    """Neither customer nor score; who may read the call is told as ever."""
    ids = {"call_id": "c-own", "customer_id": "1001", "agent_id": "agent-1"}
    fed = office.client(key="feeder").post("/api/start_call", json=ids)
    typed = office.client("agent-1").post("/api/start_call", json=ids)

    assert (fed.status_code, typed.status_code) == (200, 200)
    nothing = {"customer_data": None, "customer_search": None, "assessment": None}
    assert fed.get_json() == {"status": "success", "call_id": "c-own", **nothing}
    told = typed.get_json()
    assert (told["customer_search"]["state"], told["assessment"]["state"]) != (None, None)


def test_a_key_that_ends_a_call_is_given_no_summary(office: Staffed) -> None:
    """It is over all the same; who may read the call is given the summary."""
    end = {"call_id": "c-other"}
    fed = office.client(key="feeder").post("/api/end_call", json=end)
    typed = office.client("agent-3").post("/api/end_call", json=end)

    assert (fed.status_code, fed.get_json()) == (200, {"status": "success", "summary": None})
    assert typed.get_json()["summary"]["call_id"] == "c-other"
    assert office.client("agent-3").get("/api/calls/c-other").get_json()["status"] == "ended"


def test_what_a_screen_asks_for_keeps_no_session_going(
    office: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is a POST, as the score is; a note, an opened page and `use` are a person's."""
    client, used = office.client("agent-1"), list[str]()
    monkeypatch.setattr(office.server.state.accounts.sessions, "use", used.append)
    answers = [
        client.get("/api/calls/c-own").status_code,
        client.post("/api/score_customer", json={"call_id": "c-own"}).status_code,
    ]
    assert (answers, used) == ([200, 200], [])
    note = {"agent_id": "agent-1", "text": "折り返します"}
    assert client.post("/api/calls/c-own/notes", json=note).status_code in (200, 201)
    assert len(used) == 1
    assert client.post("/api/session/use").status_code == 200
    assert client.get("/", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 200

    assert len(used) == 3
