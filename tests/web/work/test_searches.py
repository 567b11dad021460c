"""Search of ended calls by REST: each role finds what it may see, and the audit knows what."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from callrisk.store.people.audit_log import Sought
from callrisk.store.search import call_search
from callrisk.store.tables import calls
from harness.databases import KINDS, fresh_database
from harness.ended_calls import FIRST, EndedCall, ended_call, make_findable
from harness.staffed import Staffed, staffed

TOLD = {"e-own": "agent-1", "e-team": "agent-2", "e-other": "agent-3"}
REACHED = {
    "agent-1": ["e-own"],
    "supervisor": ["e-team", "e-own"],
    "manager": ["e-other", "e-team", "e-own"],
}


@pytest.fixture(scope="module", params=KINDS)
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staffed]:
    """Persons of every role, and an ended call of each agent in which the same was said."""
    with (
        fresh_database(request.param) as address,
        staffed(tmp_path_factory.mktemp("search") / "root", address) as made,
    ):
        engine = made.server.state.store.engine
        for minute, (call_id, agent_id) in enumerate(TOLD.items()):
            ended_call(engine, EndedCall(call_id, ["来月で解約したい"], minute, agent_id))
        make_findable(engine)
        yield made


def ids(answer: object) -> list[str]:
    return [call["call_id"] for call in answer.get_json()["calls"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("login", REACHED)
def test_each_role_finds_the_calls_in_its_reach(office: Staffed, login: str) -> None:
    """By facts and by words, and never more by naming somebody else."""
    client = office.client(login)
    saved = client.post("/api/searches", json={"words": "解約"})
    search_id = saved.get_json()["search_id"]

    assert saved.status_code == 201
    assert ids(client.get("/api/calls/search")) == REACHED[login]
    assert ids(saved) == REACHED[login]
    assert ids(client.get(f"/api/searches/{search_id}")) == REACHED[login]
    others = client.get("/api/calls/search?agent=agent-3")
    assert ids(others) == [one for one in REACHED[login] if one == "e-other"]
    assert ids(client.post("/api/searches", json={"words": "解約", "agent": "agent-3"})) == ids(
        others
    )


@pytest.mark.parametrize("login", ["admin", "auditor"])
def test_who_sees_no_calls_finds_none(office: Staffed, login: str) -> None:
    """Neither by facts nor by words."""
    client = office.client(login)

    assert client.get("/api/calls/search").status_code == 403
    assert client.post("/api/searches", json={"words": "解約"}).status_code == 403


def test_a_call_that_was_given_to_another_agent_is_found_by_that_one(office: Staffed) -> None:
    """Before the facts of the call say so."""
    engine = office.server.state.store.engine
    this = update(calls).where(calls.c.call_id == "e-own")
    with engine.begin() as connection:
        connection.execute(this.values(agent_id="agent-3"))
    found = ids(office.client("agent-1").get("/api/calls/search"))
    with engine.begin() as connection:
        connection.execute(this.values(agent_id="agent-1"))

    assert found == []


def test_a_saved_search_is_that_of_its_owner(office: Staffed) -> None:
    """It says what was asked, with the place of the word, and goes on where it ended."""
    client = office.client("manager")
    body = {"words": "解約", "from": FIRST.date().isoformat(), "category": "high"}
    saved = client.post("/api/searches", json=body).get_json()
    path = f"/api/searches/{saved['search_id']}"
    first = client.get(f"{path}?limit=2").get_json()
    second = client.get(path, query_string={"cursor": first["next_cursor"]}).get_json()

    assert office.client("supervisor").get(path).status_code == 404
    assert client.get("/api/searches/none").status_code == 404
    assert (saved["words"], saved["asked"]["from"]) == ("解約", body["from"])
    (place,) = saved["calls"][0]["places"]
    assert place == {
        "text": "来月で解約したい", "begin": 3, "end": 5, "segment_id": "s0", "note_id": None,
    }  # fmt: skip
    assert [one["call_id"] for one in first["calls"]] == ["e-other", "e-team"]
    assert [one["call_id"] for one in second["calls"]] == ["e-own"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("words", ["解", "、。", " 解　約 "])
def test_what_is_too_short_is_refused(office: Staffed, words: str) -> None:
    """With the least length."""
    answer = office.client("manager").post("/api/searches", json={"words": words})

    assert answer.status_code == 422
    (problem,) = answer.get_json()["errors"]
    assert "words" in problem["field"]
    assert "one word of 2 letters" in problem["message"]


def test_a_cursor_tells_nothing_of_calls_out_of_reach(
    office: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page may end at one: the cursor is sealed, for its owner, and the day alone is told."""
    monkeypatch.setattr(call_search, "_FEW", 0)
    monkeypatch.setattr(call_search, "_MOST_LOOKED_AT", 1)
    monkeypatch.setattr(call_search, "_FIRST_LOOKED_AT", 1)
    monkeypatch.setattr(call_search, "_LOOKED_AT_ONCE", 1)
    client = office.client("agent-1")
    first = client.post("/api/searches", json={"words": "解約"}).get_json()
    path = f"/api/searches/{first['search_id']}"
    pages = [first]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(client.get(path, query_string={"cursor": cursor}).get_json())
    cursors = [urlsafe_b64decode(f"{page['next_cursor']}==") for page in pages[:-1]]
    manager = office.client("manager")
    asked = {"cursor": first["next_cursor"]}
    refused = manager.get("/api/calls/search", query_string=asked)

    assert [len(page["calls"]) for page in pages] == [0, 0, 1, 0]
    assert not any(one in str(pages) for one in ("e-other", "e-team"))
    assert not any(one.encode() in whole for one in TOLD for whole in cursors)
    assert {page["searched_back_to"] for page in pages} == {FIRST.date().isoformat(), None}
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "cursor")


def test_words_stand_in_no_address_and_in_no_record(office: Staffed) -> None:
    """Each search is noted with the calls that it found."""
    client = office.client("supervisor")
    for _ in range(2):
        client.post("/api/searches", json={"words": "解約したい"})
    log = office.server.state.accounts.auditor.log
    who = f"person {office.person('supervisor').person_id}"
    noted = [
        one
        for one in log.named(log.newest(Sought(subject=who), 10))
        if one.stored.record.deed.action == "save_search"
    ]

    assert len(noted) >= 2
    assert noted[0].calls == ("e-own", "e-team")
    assert noted[0].object.startswith("search ")  # type: ignore[union-attr]
    assert "解約" not in str(noted)
    assert client.get("/api/calls/search?words=解約").status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("customer=1001", 3), ("customer=１００１", 3), ("customer=2", 0), ("category=high", 3),
        ("category=low", 0), ("intent=cancellation", 3), ("outcome=paid", 0),
        (f"from={FIRST.date()}&to={FIRST.date()}", 3),
        (f"from={FIRST.date() + timedelta(days=1)}", 0),
    ],
)  # fmt: skip
def test_facts_are_asked_in_the_query(office: Staffed, query: str, found: int) -> None:
    """Days are those of Japan, the last one included."""
    answer = office.client("manager").get(f"/api/calls/search?{query}")

    assert len(answer.get_json()["calls"]) == found
