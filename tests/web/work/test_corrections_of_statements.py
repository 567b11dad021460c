"""Corrections of statements over HTTP: who may, what is refused, what a supervisor decides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.domain.language import load, understand
from callrisk.domain.time import utc_now
from callrisk.people.password_rules import hashed
from callrisk.store.people.audit_log import Sought
from harness.staffed import OTHER_TEAM, PASSWORD, Staffed, staffed

ME, LEADER = {"agent_id": "agent-1"}, {"agent_id": "supervisor"}
WORDS = "そうですね、今月は払えないです。"
TURNS = [
    {"segment_id": "a1", "role": "AGENT", "text": "ご都合はいかがでしょうか。"},
    {"segment_id": "c1", "role": "CUSTOMER", "text": WORDS},
]


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A server in production, with a statement in the call of agent-1."""
    with staffed(tmp_path_factory.mktemp("corrections")) as made:
        timed = [turn | {"begin_ms": n * 1000, "end_ms": n * 1000 + 900}
                 for n, turn in enumerate(TURNS)]  # fmt: skip
        feeder = made.client(key="feeder")
        sent = feeder.post("/api/calls/c-own/segments", json={"segments": timed})
        assert sent.status_code == 200, sent.text
        yield made


def statement(staff: Staffed) -> dict[str, Any]:
    """The statement of the customer's turn, as a correction names it."""
    segments = staff.client("agent-1").get("/api/calls/c-own").get_json()["segments"]
    (found,) = segments[1]["statements"]
    return {name: found[name] for name in ("segment_id", "begin", "end", "intent")}


def post(staff: Staffed, route: str, body: Any, login: str = "agent-1") -> Any:
    """Answer of a request about the call of agent-1."""
    return staff.client(login).post(f"/api/calls/c-own/{route}", json=body)


def corrected(staff: Staffed, **changed: Any) -> int:
    """The number of a new correction."""
    body = ME | statement(staff) | {"meant": "none", "text": "天気の話でした"} | changed
    answer = post(staff, "corrections", body)
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["note_id"])


def listed(staff: Staffed, login: str, is_open: str = "true") -> list[dict[str, Any]]:
    """The corrections as somebody sees them."""
    answer = staff.client(login).get(f"/api/corrections?open={is_open}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["corrections"]
    return found


def seen_by(staff: Staffed, login: str) -> list[tuple[str, object, tuple[object, ...]]]:
    """What a person read or did, the oldest first: the action, its object and its calls."""
    log = staff.server.state.accounts.auditor.log
    subject = f"person {staff.person(login).person_id}"
    found = log.named(log.newest(Sought(subject=subject), 1_000))
    deeds = [(one.stored.record.deed.action, one.object, one.calls) for one in reversed(found)]
    return [deed for deed in deeds if deed[0] != "log_in"]


def test_a_correction_goes_to_the_supervisor_and_back(staff: Staffed) -> None:
    """With its words; another team never sees it, and the author hears of the decision."""
    note_id = corrected(staff)
    (seen,) = listed(staff, "supervisor")
    own = post(staff, "corrections/decide", ME | {"note_id": note_id, "verdict": "approved"})
    no_reason = LEADER | {"note_id": note_id, "verdict": "rejected"}
    bare = post(staff, "corrections/decide", no_reason, "supervisor")
    done = post(staff, "corrections/decide", no_reason | {"text": "お支払いの話です"}, "supervisor")
    again = post(
        staff, "corrections/decide", LEADER | {"note_id": note_id, "verdict": "approved"},
        "supervisor",
    )  # fmt: skip
    (told,) = listed(staff, "agent-1", "false")

    assert (seen["turn"], seen["phrase"], seen["asked"]) == (
        WORDS,
        WORDS[seen["begin"] : seen["end"]],
        TURNS[0]["text"],
    )
    assert (seen["meant"], seen["text"], seen["verdict"]) == ("none", "天気の話でした", None)
    assert listed(staff, "agent-3") == []
    assert (own.status_code, bare.status_code, done.status_code, again.status_code) == (
        403, 422, 201, 409,
    )  # fmt: skip
    assert (told["verdict"], told["decided_by"], told["reason"]) == (
        "rejected", "supervisor", "お支払いの話です",
    )  # fmt: skip
    assert listed(staff, "supervisor") == []


def test_its_author_takes_a_correction_back(staff: Staffed) -> None:
    """Nobody else does, and nobody decides about it any more."""
    note_id = corrected(staff)
    other = post(staff, "undo", LEADER | {"note_id": note_id}, "supervisor")
    done = post(staff, "undo", ME | {"note_id": note_id})
    late = LEADER | {"note_id": note_id, "verdict": "approved"}

    assert (other.status_code, done.status_code) == (403, 201)
    assert post(staff, "corrections/decide", late, "supervisor").status_code == 409
    assert listed(staff, "supervisor") == []


def test_a_statement_waits_once_for_each_who_corrects_it(staff: Staffed) -> None:
    """Enter pressed twice is one question to the supervisor; taken back, it may be asked again."""
    note_id = corrected(staff)
    body = ME | statement(staff) | {"meant": "promise"}
    again = post(staff, "corrections", body)
    waiting = [one["note_id"] for one in listed(staff, "supervisor")]
    post(staff, "undo", ME | {"note_id": note_id})
    later = post(staff, "corrections", body)
    post(staff, "undo", ME | {"note_id": later.get_json()["note_id"]})

    assert (again.status_code, later.status_code) == (409, 201)
    assert waiting == [note_id]


def test_a_decision_that_is_taken_back_leaves_the_correction_waiting(staff: Staffed) -> None:
    """A supervisor may have pressed the wrong button."""
    note_id = corrected(staff, meant="promise")
    verdict = LEADER | {"note_id": note_id, "verdict": "approved"}
    decided = post(staff, "corrections/decide", verdict, "supervisor").get_json()
    own = post(staff, "undo", ME | {"note_id": note_id})
    back = post(staff, "undo", LEADER | {"note_id": decided["note_id"]}, "supervisor")

    assert (own.status_code, back.status_code) == (409, 201)
    assert [one["note_id"] for one in listed(staff, "supervisor")] == [note_id]
    assert post(staff, "undo", ME | {"note_id": note_id}).status_code == 201


def test_who_read_the_words_of_corrections_is_in_the_audit(staff: Staffed) -> None:
    """With their calls: each time they are taken out as a table, and once an hour for a list."""
    note_id = corrected(staff)
    listed(staff, "manager")
    verdict = LEADER | {"note_id": note_id, "verdict": "approved"}
    assert post(staff, "corrections/decide", verdict, "supervisor").status_code == 201
    for _ in range(2):
        assert staff.client("manager").get("/api/corrections/table").status_code == 200

    assert seen_by(staff, "manager") == [
        ("list_corrections", "list open", ("c-own",)),
        *[("read_correction_table", "export corrections", ("c-own",))] * 2,
    ]


def test_who_read_escalations_is_in_the_audit_with_their_calls(staff: Staffed) -> None:
    """Their words are of agents about customers."""
    assert post(staff, "escalate", ME | {"reason": "見本"}).status_code < 400
    assert staff.client("supervisor").get("/api/escalations").status_code == 200

    assert ("list_escalations", "list", ("c-own",)) in seen_by(staff, "supervisor")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"begin": 1}, "segment_id"),
        ({"segment_id": "a1"}, "segment_id"),
        ({"meant": "inability"}, "meant"),
        ({"meant": "weather"}, "meant"),
        ({"end": -1}, "end"),
    ],
)
def test_what_corrects_nothing_is_refused(
    staff: Staffed, changed: dict[str, Any], field: str
) -> None:
    """No statement of the call, no other meaning, no meaning that there is."""
    answer = post(staff, "corrections", ME | statement(staff) | {"meant": "none"} | changed)

    assert answer.status_code == 422
    assert field in {error["field"].split(".")[0] for error in answer.get_json()["errors"]}


def test_a_correction_changes_no_score_and_no_statement(staff: Staffed) -> None:
    """What counts is what the language of this version reads."""
    before = staff.client("agent-1").get("/api/calls/c-own").get_json()
    note_id = corrected(staff)
    verdict = LEADER | {"note_id": note_id, "verdict": "approved"}
    assert post(staff, "corrections/decide", verdict, "supervisor").status_code == 201
    after = staff.client("agent-1").get("/api/calls/c-own").get_json()

    assert after["segments"] == before["segments"]
    assert after["assessment"] == before["assessment"]


def test_what_is_approved_is_taken_out_as_a_table_that_the_language_reads(
    staff: Staffed, tmp_path: Path
) -> None:
    """The sentence says what was meant, once the table is read; agents cannot take it out."""
    note_id = corrected(staff)
    verdict = LEADER | {"note_id": note_id, "verdict": "approved"}
    assert post(staff, "corrections/decide", verdict, "supervisor").status_code == 201
    table = staff.client("supervisor").get("/api/corrections/table").get_json()
    file = tmp_path / table["name"]
    file.write_text(table["text"], encoding="utf-8")

    assert table["rows"] == 1
    assert understand(WORDS) != () == load(file).understand(WORDS)
    assert staff.client("agent-1").get("/api/corrections/table").status_code == 403
    add_lead(staff, "lead", OTHER_TEAM)
    assert staff.client("lead").get("/api/corrections/table").get_json()["rows"] == 0


def add_lead(staff: Staffed, login: str, team: str) -> None:
    """Add a supervisor of a team."""
    roles, teams = frozenset({Role.SUPERVISOR}), frozenset({team})
    persons = staff.server.state.accounts.persons
    added = persons.add(Person(0, login, "見本 次郎", roles, teams, frozenset()), utc_now())
    persons.set_password(added.person_id, hashed(PASSWORD), must_change=False)
