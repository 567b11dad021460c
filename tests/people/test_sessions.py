"""Sessions: how long they last, and how soon everybody knows that one is over."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.sessions import Sessions
from callrisk.store.database import open_database
from callrisk.store.people.kept_keys import NewKey
from callrisk.store.people.kept_sessions import hashed
from callrisk.store.people.people_store import PeopleStore
from callrisk.store.people.persons import TakenError
from harness.databases import KINDS, fresh_database
from harness.key_rings import KEYS

START = datetime(2026, 11, 30, 9, tzinfo=UTC)
KEY = "crk_" + "k" * 39


class Office:
    """Two servers of one database, at a moment that can be chosen."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url, KEYS)
        self.now, self.in_call = START, set[str]()
        self.one, self.two = (
            Sessions(
                PeopleStore(self.engine), lambda: self.now, self._in_call,
                clock=self._seconds,
            )
            for _ in range(2)
        )  # fmt: skip
        self.person = self.one.persons.add(
            Person(0, "hanako", "見本 花子", frozenset({Role.AGENT}), frozenset({"東京"}),
                   frozenset({"agent-1"})), START,
        )  # fmt: skip

    def _in_call(self, agent_ids: Collection[str]) -> bool:
        return bool(self.in_call & set(agent_ids))

    def _seconds(self) -> float:
        return self.now.timestamp()

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture(params=KINDS)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    with fresh_database(request.param) as address:
        made = Office(address or f"sqlite:///{tmp_path / 'people.db'}")
        yield made
        made.engine.dispose()


def test_a_token_is_known_everywhere_and_kept_nowhere(office: Office) -> None:
    """The database has its hash."""
    token = office.one.begin(office.person, "Chrome")
    known = office.two.of_token(token)

    assert known is not None
    assert known.subject.agent_ids == {"agent-1", "hanako"}
    assert office.one.of_token(token + "x") is None
    with office.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sessions").all()
    assert len(rows) == 1
    assert token not in str(rows)


@pytest.mark.parametrize("what", ["ended", "closed", "other role", "all of the person"])
def test_another_server_knows_within_a_second(office: Office, what: str) -> None:
    """Whatever was changed, by whichever server."""
    token = office.one.begin(office.person, "Chrome")
    before = office.two.of_token(token)
    assert before is not None
    assert before.session is not None
    changed = {
        "ended": lambda: office.one.end(before.session.session_id),
        "closed": lambda: office.one.persons.change(with_(office.person, is_active=False)),
        "other role": lambda: office.one.persons.change(
            with_(office.person, roles=frozenset({Role.AUDITOR}))
        ),
        "all of the person": lambda: office.one.end_of_person(office.person.person_id),
    }
    changed[what]()
    office.passes(seconds=1)
    after = office.two.of_token(token)

    if what == "other role":
        assert after is not None
        assert after.subject.roles == {Role.AUDITOR}
    else:
        assert after is None


def test_a_session_ends_without_a_persons_action(office: Office) -> None:
    """Looking it up is no action; using it is, on whichever server."""
    token = office.one.begin(office.person, "Chrome")
    office.passes(minutes=29)
    assert office.one.of_token(token) is not None
    office.two.use(token)
    office.passes(minutes=29)
    assert office.one.of_token(token) is not None
    office.passes(minutes=1)

    assert office.one.of_token(token) is None
    assert office.two.of_token(token) is None


def test_nobody_is_logged_out_in_a_call(office: Office) -> None:
    """For doing nothing; after twelve hours everybody is."""
    token = office.one.begin(office.person, "Chrome")
    office.in_call.add("agent-1")
    for _ in range(23):
        office.passes(minutes=31)
        assert office.one.of_token(token) is not None
    office.passes(minutes=10)

    assert office.one.of_token(token) is None


def test_the_link_of_a_wallboard_opens_one_browser(office: Office) -> None:
    """On whichever server, within 15 minutes; it is no token, whatever is made of it."""
    link, late = (office.one.offer_device("入口の画面", ["東京"]) for _ in range(2))
    for token in (link, hashed(link), f"link:{hashed(link)}"[:64]):
        assert office.two.of_token(token) is None
    office.passes(minutes=14)
    assert office.two.begin_device(link) is not None
    assert office.one.begin_device(link) is None
    office.passes(minutes=1)

    assert not office.one.kept.is_offered(late, office.now)
    assert office.one.begin_device(late) is None


def test_a_wallboard_sees_its_teams_for_a_month(office: Office) -> None:
    """Without anybody's action."""
    token = office.one.begin_device(office.one.offer_device("入口の画面", ["東京"]))
    assert token is not None
    office.passes(days=29)
    known = office.one.of_token(token)

    assert known is not None
    assert known.subject.team_agent_ids == {"agent-1", "hanako"}
    office.passes(days=1)
    assert office.one.of_token(token) is None


def test_a_key_ends_at_its_time_or_when_it_is_removed(office: Office) -> None:
    """On the other server, too."""
    first = office.one.keys.add(
        KEY, NewKey("CRM", ["calls:read"], START + timedelta(hours=1)), START
    )
    second = office.one.keys.add(KEY + "2", NewKey("telephony", ["calls:feed"], None), START)
    assert office.two.of_key(KEY) is not None
    assert office.two.of_key(KEY + "2") is not None
    assert (first.prefix, second.scopes) == (KEY[:8], {"calls:feed"})
    office.one.keys.remove(second.key_id)
    office.passes(seconds=1)
    assert office.two.of_key(KEY + "2") is None
    office.passes(hours=1)
    assert office.two.of_key(KEY) is None


def test_the_leader_of_a_team_sees_who_works_there_now(office: Office) -> None:
    """Who left is no longer of the team."""
    leader = Person(0, "sup", "見本 主任", frozenset({Role.SUPERVISOR}), frozenset({"東京"}))
    token = office.one.begin(office.one.persons.add(leader, START), "Chrome")
    known = office.one.of_token(token)
    assert known is not None
    assert known.subject.team_agent_ids == {"agent-1", "hanako", "sup"}
    office.two.persons.change(with_(office.person, teams=frozenset({"大阪"})))
    office.passes(seconds=1)
    known = office.one.of_token(token)

    assert known is not None
    assert known.subject.team_agent_ids == {"sup"}


def test_a_session_that_ends_while_its_use_is_stored_stays_ended(office: Office) -> None:
    """The answer of the database counts, not what was known before."""
    token = office.one.begin(office.person, "Chrome")
    assert office.one.of_token(token) is not None
    office.passes(minutes=5)
    used = office.one.kept.use

    def ended_meanwhile(session_id: int, now: datetime) -> bool:
        office.two.end_of_person(office.person.person_id)
        return used(session_id, now)

    office.one.kept.use = ended_meanwhile  # type: ignore[method-assign]
    office.one.use(token)
    assert office.one.of_token(token) is None


@pytest.mark.parametrize(("login", "agent_ids"), [("agent-1", set()), ("jiro", {"hanako"})])
def test_nobody_has_the_login_of_another_as_an_agent_id(
    office: Office, login: str, agent_ids: set[str]
) -> None:
    """As a login counts as an agent id, one would see the calls of the other."""
    twin = Person(0, login, "見本", frozenset({Role.AGENT}), agent_ids=frozenset(agent_ids))

    with pytest.raises(TakenError):
        office.one.persons.add(twin, START)
    assert [one.login for one in office.two.persons.all()] == ["hanako"]


def with_(person: Person, **changed: object) -> Person:
    """A person with something changed."""
    return replace(person, **changed)  # type: ignore[arg-type]


def test_a_process_looks_for_revocations_once_a_second(office: Office) -> None:
    """However many sessions it serves, in however many threads: three queries in three seconds."""
    tokens = [office.one.begin(office.person, f"browser {number}") for number in range(20)]
    sql = list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sql.extend([statement] if statement != "BEGIN" else [])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(office.one.of_token, tokens))
        event.listen(office.engine, "before_cursor_execute", note)
        for _ in range(30):
            office.passes(seconds=0.1)
            assert all(pool.map(office.one.of_token, tokens))
            assert office.one.version == office.one.version

    assert len(sql) == 3, sql
    assert all("FROM cursors" in statement for statement in sql)
    office.two.end_of_person(office.person.person_id)
    office.passes(seconds=1)
    assert not any(map(office.one.of_token, tokens))
