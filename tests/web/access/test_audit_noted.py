"""What is noted of requests and sockets: everything that somebody saw or did, and no word of it."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from callrisk.domain.access.audit_record import Deed
from callrisk.domain.time import utc_now
from callrisk.people.anchor_keys import AnchorKeys
from callrisk.people.auditing import Anchors, faults_of_audit
from callrisk.store.ciphers.key_copies import copied, merged, read_copy
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.keeping.customer_data import CustomerData
from callrisk.store.people.audit_log import NamedRecord, Sought, StoredRecord
from callrisk.store.people.people_tables import audit
from callrisk.store.tables import calls
from harness.staffed import Staffed, staffed

WORDS = "お支払いは来週の見本です"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Staffed]:
    with staffed(tmp_path / "root") as made:
        yield made


def noted(office: Staffed, **sought: str) -> list[tuple[str, str, str]]:
    """Who did what of what, the oldest first."""
    log = office.server.state.accounts.auditor.log
    found = log.named(log.newest(Sought(**sought), 1_000))
    deeds = [(one.stored.record.deed, one.object) for one in reversed(found)]
    return [
        (deed.subject, deed.action, named if isinstance(named, str) else named.value)
        for deed, named in deeds
    ]


def test_the_day_of_an_agent(office: Staffed) -> None:
    """One line for a call that is seen in many ways, one for each change."""
    client, person = office.client("agent-1"), office.person("agent-1")
    who = f"person {person.person_id}"
    for _ in range(3):
        client.get("/api/calls/c-own")
        client.post("/api/score_customer", json={"call_id": "c-own"})
    client.get("/api/calls?status=active")
    client.get("/api/calls/c-other")
    client.post("/api/calls/c-own/notes", json={"agent_id": "agent-1", "text": WORDS})
    client.post("/api/calls/c-other/notes", json={"agent_id": "agent-1", "text": WORDS})
    client.post("/logout")

    assert noted(office, subject=who) == [
        (who, "log_in", ""),
        (who, "see_call", "call c-own"),
        (who, "list_calls", "list status"),
        (who, "add_note", "call c-own"),
        (who, "add_note", "call c-other"),
        (who, "log_out", ""),
    ]


def test_lists_are_noted_with_their_ids(office: Staffed) -> None:
    """So that who was affected can be told."""
    office.client("supervisor").get("/api/calls")
    log = office.server.state.accounts.auditor.log
    (seen,) = [one for one in log.all() if one.record.deed.action == "list_calls"]

    (named,) = log.named([seen])
    assert named.calls == ("c-own", "c-team")
    assert "c-own" not in str(seen.record.deed)


def test_figures_without_a_call_are_noted_too(office: Staffed) -> None:
    """Which are answered, though a number of theirs is called like a list."""
    client, person = office.client("agent-1"), office.person("agent-1")
    answer = client.get("/api/usual_quality")

    assert (answer.status_code, answer.get_json()["calls"]) == (200, 0)
    assert noted(office, subject=f"person {person.person_id}")[-1][1] == "read_usual_quality"


def test_calls_of_events_are_noted(office: Staffed) -> None:
    """What was said comes by them, too; a call that begins later is named when it is seen."""
    client = office.client("agent-2")
    client.get("/api/events?after=0")
    ids = {"call_id": "c-later", "customer_id": "1001", "agent_id": "agent-2"}
    assert office.client(key="feeder").post("/api/start_call", json=ids).status_code == 200
    for _ in range(2):
        client.get("/api/events?after=0")
    log = office.server.state.accounts.auditor.log
    found = log.named(log.newest(Sought(subject=f"person {office.person('agent-2').person_id}"), 9))
    seen = [one.calls for one in found if one.stored.record.deed.action == "list_events"]

    assert seen == [("c-later",), ("c-team",)]


def test_an_erased_customer_is_in_no_record(office: Staffed, tmp_path: Path) -> None:
    """Whose data somebody saw is told of all others still, and no record was changed."""
    state = office.server.state
    log, engine = state.accounts.auditor.log, state.store.engine
    with engine.begin() as connection:
        for call_id, customer_id in (("c-own", "K-1"), ("c-team", "K-2")):
            connection.execute(
                update(calls).where(calls.c.call_id == call_id).values(
                    customer_id=customer_id, ended_at=calls.c.started_at
                )
            )  # fmt: skip
    manager, auditor = office.client("manager"), office.client("auditor")
    for call_id in ("c-own", "c-team"):
        manager.get(f"/api/calls/{call_id}")
    manager.get("/api/calls")
    who = f"person {office.person('manager').person_id}"

    def report() -> list[list[str]]:
        saved = auditor.get(f"/audit/csv?subject={who}")
        rows = list(csv.reader(io.StringIO(saved.data.decode("utf-8-sig"))))
        return sorted([row[2], *row[8:]] for row in rows[1:] if row[2] != "log_in")

    before = report()
    anchor_keys = AnchorKeys(lambda: log.subjects.keys.ring, "")
    anchors = Anchors(tmp_path / "anchors", "one", anchor_keys)
    assert anchors.add(log, utc_now())
    with engine.connect() as connection:
        keys = cipher_of(connection).keys
    copy = list(copied(keys))
    CustomerData(engine).erase("K-1", utc_now())
    after = report()
    with engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM audit").all())

    assert before == [
        ["list_calls", "c-other c-own c-team", "1001 K-1 K-2"],
        ["see_call", "c-own", "K-1"],
        ["see_call", "c-team", "K-2"],
    ]
    assert after == [
        ["list_calls", "c-other (erased) c-team", "1001 K-2"],
        ["see_call", "(erased)", ""],
        ["see_call", "c-team", "K-2"],
    ]
    assert "c-own" not in rows
    assert "K-1" not in rows
    assert "(erased)" in auditor.get("/audit?lang=en").text
    assert faults_of_audit(log, tmp_path / "anchors", anchor_keys) == []
    # A copy of the keys of before, and the same call once more, bring nothing back.
    merged(keys, read_copy(iter(copy)), utc_now())
    state.accounts.auditor.note(Deed(who, "add_note", "call c-own", "", {}), utc_now())
    assert report() == sorted([*after, ["add_note", "(erased)", ""]])


def test_a_call_that_the_key_store_lost_is_unknown(office: Staffed) -> None:
    """Which is another thing than an erasure."""
    office.client("manager").get("/api/calls/c-own")
    keys, auditor = office.server.state.accounts.auditor.log.subjects.keys, office.client("auditor")
    with keys.writing() as connection:
        connection.exec_driver_sql("DELETE FROM audit_calls")

    assert "call (unknown)" in auditor.get("/audit?lang=en").text
    assert "call （不明）" in auditor.get("/audit?lang=ja").text
    assert "call (unknown)" in auditor.get("/audit/csv").text


def test_following_a_call_over_a_socket_is_seeing_it(office: Staffed) -> None:
    """Also where no request was made."""
    client, person = office.client("agent-2"), office.person("agent-2")
    opened = office.server.socketio.test_client(
        office.server.app, flask_test_client=client, headers={"Host": "localhost"}
    )
    opened.emit("join_call", {"call_id": "c-team"}, callback=True)
    opened.emit("join_call", {"call_id": "c-other"}, callback=True)

    who = f"person {person.person_id}"
    assert (who, "see_call", "call c-team") in noted(office, subject=who)
    assert noted(office, object="call c-other") == []


def test_no_word_name_or_secret_is_noted(office: Staffed) -> None:
    """Of a note, of a failed login, of a new person."""
    client, admin = office.client("agent-1"), office.client("admin")
    client.post("/api/calls/c-own/notes", json={"agent_id": "agent-1", "text": WORDS})
    office.log_in(office.client(), "見本の秘密のログイン名", "見本の秘密の合言葉です")
    form = {"login": "planted@example.jp", "name": "見本 潜入", "roles": "agent"}
    admin.post("/admin/persons/0", data=form)
    admin.post("/admin/keys", data={"name": "鍵の名", "scopes": "calls:read"})
    with office.server.state.store.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM audit").all())

    for secret in (WORDS, "秘密", "planted", "潜入", "crk_", "鍵の名"):
        assert secret not in rows
    assert "save_person" in rows
    assert "make_key" in rows


def test_the_auditor_reads_and_saves_it(office: Staffed) -> None:
    """And nobody else."""
    office.client("manager").get("/api/calls/c-own")
    auditor, manager = office.client("auditor"), office.person("manager")
    page = auditor.get(f"/audit?lang=en&subject=person+{manager.person_id}")
    saved = auditor.get("/audit/csv?object=call+c-own")
    rows = list(csv.reader(io.StringIO(saved.data.decode("utf-8-sig"))))

    assert "call c-own" in page.text
    assert manager.name in page.text
    assert rows[0][:4] == ["at", "subject", "action", "object"]
    assert [row[1:4] for row in rows[1:]] == [
        [f"person {manager.person_id}", "see_call", "call c-own"]
    ]
    for login in ("agent-1", "supervisor", "manager", "admin"):
        assert office.client(login).get("/audit/csv").status_code == 403


def test_many_records_are_saved_page_by_page(
    office: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, in their order, each with its calls; only some of them are held at a time."""
    client, auditor = office.client("manager"), office.client("auditor")
    log, engine = office.server.state.accounts.auditor.log, office.server.state.store.engine
    client.get("/api/calls/c-own")
    with engine.connect() as connection:
        one = connection.execute(select(audit).where(audit.c.action == "see_call")).one()._asdict()
    rows = [
        one | {"audit_id": 10_000 + number, "number": 10_000 + number, "once": None}
        for number in range(2_500)
    ]
    with engine.begin() as connection:
        connection.execute(insert(audit), rows)
    sizes, named = list[int](), log.named

    def counted(stored: Sequence[StoredRecord]) -> list[NamedRecord]:
        sizes.append(len(stored))
        return named(stored)

    monkeypatch.setattr(log, "named", counted)
    saved = auditor.get("/audit/csv?object=call+c-own")
    told = list(csv.reader(io.StringIO(saved.data.decode("utf-8-sig"))))[1:]

    assert [int(row[7]) for row in told[:2_500]] == list(range(12_499, 9_999, -1))
    assert len(told) == 2_501
    assert {row[8] for row in told} == {"c-own"}
    assert sizes == [1_000, 1_000, 501]


def test_the_demonstration_is_not_noted(office: Staffed) -> None:
    """Nobody is behind it."""
    requesters = office.server.state.requesters
    object.__setattr__(requesters, "demands_login", False)
    assert office.client().get("/api/calls/c-own").status_code == 200
    object.__setattr__(requesters, "demands_login", True)

    assert noted(office, object="call c-own") == []


@pytest.mark.parametrize("path", ["notes", "segments"])
def test_a_body_that_is_nested_too_deeply_is_refused(office: Staffed, path: str) -> None:
    """As it is without an audit, which reads whose call a body is about."""
    deep = b'{"call_id":' * 50_000 + b"1" + b"}" * 50_000
    for where in (f"/api/calls/c-own/{path}", "/api/start_call", "/api/score_customer"):
        answer = office.client("agent-1").post(
            where, data=deep, headers={"Content-Type": "application/json"}
        )
        assert 400 <= answer.status_code < 500, where


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31T23:59:59", "２０２６-01-01", "no day"])
def test_any_day_can_be_asked_for(office: Staffed, day: str) -> None:
    """Days that no clock reaches are as good as none."""
    auditor = office.client("auditor")
    for path in ("/audit", "/audit/csv"):
        for name in ("since", "until"):
            assert auditor.get(path, query_string={name: day}).status_code == 200


def test_half_a_letter_in_an_id_is_refused_and_noted(office: Staffed) -> None:
    """JSON may hold it, and no database does."""
    answer = office.client("agent-1").post(
        "/api/score_customer", data=b'{"call_id": "\\ud800"}',
        headers={"Content-Type": "application/json"},
    )  # fmt: skip

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("path", ["/api/jobs/{}", "/api/calls/{}", "/api/calls/{}/notes"])
def test_what_a_route_takes_says_nothing_of_what_is_there(office: Staffed, path: str) -> None:
    """The same for what is there and for what is not, without a login."""
    client = office.server.app.test_client()
    answers = [
        client.options(path.format(name), base_url="https://localhost")
        for name in ("c-own", "1", "nothing")
    ]

    assert len({(one.status_code, one.data) for one in answers}) == 1
    assert answers[0].status_code < 500


@pytest.mark.parametrize("number", [2**63, 10**40])
def test_a_number_beyond_every_row_is_not_found(office: Staffed, number: int) -> None:
    """As one that was removed."""
    admin = office.client("admin")

    assert admin.get(f"/admin/persons/{number}").status_code == 404
    assert admin.post(f"/admin/keys/{number}/remove").status_code == 404
