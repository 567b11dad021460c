"""Many tries to log in at once: as many are checked as are allowed one after the other."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people import accounts as accounts_module
from callrisk.people import local_login
from callrisk.people.accounts import BAD_CODE, CLOSED, Accounts, NewAccount, new_first_code
from callrisk.people.auditing import Auditor
from callrisk.people.local_login import Attempt, Outcome
from callrisk.people.password_rules import fits
from callrisk.people.sessions import Sessions
from callrisk.store.database import open_database
from callrisk.store.people.audit_log import AuditLog
from callrisk.store.people.people_store import PeopleStore
from harness.databases import KINDS, fresh_database
from harness.key_rings import KEYS

START = datetime(2026, 11, 30, 9, tzinfo=UTC)
PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests
BURST, THREADS = 60, 20


class Desk:
    """The accounts of a database with one person, and how many passwords were checked."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url, KEYS)
        self.store, self.checked = PeopleStore(self.engine), 0
        self._lock = threading.Lock()
        sessions = Sessions(self.store, lambda: START, lambda _ids: False)
        self.accounts = Accounts(
            self.store, sessions, "s" * 40, Auditor(AuditLog(self.engine, "test"))
        )
        new = NewAccount("hanako", "見本 花子", PASSWORD)
        made = self.accounts.add_local(new, {Role.AGENT}, START)
        assert isinstance(made, Person)
        self.person = made

    def fits(self, password: str, kept: str | None) -> bool:
        """Count a password that is checked, and check it."""
        with self._lock:
            self.checked += 1
        return fits(password, kept)

    def attempt(self, login: str, password: str, address: str, now: datetime = START) -> Outcome:
        """Return what becomes of a try."""
        attempt = Attempt(login, password, "", address)
        return self.accounts.local_login.attempt(attempt, now).outcome


@pytest.fixture(params=KINDS)
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    with fresh_database(request.param) as url:
        made = Desk(url or f"sqlite:///{tmp_path / 'people.db'}")
        monkeypatch.setattr(local_login, "fits", made.fits)
        yield made
        made.engine.dispose()


def at_once(job: Callable[[int], object]) -> Counter[object]:
    """Return how often each answer came, of a burst that begins at one moment."""
    begins = threading.Barrier(THREADS)

    def started(number: int) -> object:
        if number < THREADS:
            begins.wait(10)
        return job(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(started, range(BURST)))


def test_a_burst_on_one_login_checks_five_passwords(desk: Desk) -> None:
    """Each from an address of its own; the right one is not even looked at afterwards."""
    outcomes = at_once(lambda number: desk.attempt("hanako", f"wrong {number}", str(number)))

    assert outcomes == {Outcome.WRONG: 5, Outcome.CLOSED: BURST - 5}
    assert desk.checked == 5
    assert desk.attempt("hanako", PASSWORD, "new") is Outcome.CLOSED


def test_a_burst_from_one_address_checks_fifty_passwords(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of as many accounts."""
    monkeypatch.setattr(local_login, "fits", lambda *_: False)
    outcomes = at_once(lambda number: desk.attempt(f"login {number}", "wrong", "1"))

    assert outcomes == {Outcome.WRONG: 50, Outcome.CLOSED: BURST - 50}


def test_a_burst_at_an_open_session_checks_five_passwords(desk: Desk) -> None:
    """Such as at a computer that somebody left."""
    login, person_id = desk.accounts.local_login, desk.person.person_id
    answers = at_once(lambda number: login.confirms(person_id, f"wrong {number}", START))

    assert (answers, desk.checked) == ({False: BURST}, 5)


def test_a_burst_of_set_up_codes_looks_at_fifty(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever name comes with them."""
    monkeypatch.setattr(accounts_module, "hashed", lambda _: "")
    new, code = NewAccount("admin", "見本", PASSWORD), new_first_code(desk.store, START)
    answers = at_once(lambda n: desk.accounts.make_first_admin(f"guess {n}", new, "1", START))

    assert answers == {BAD_CODE: 50, CLOSED: BURST - 50}
    assert desk.accounts.make_first_admin(code, new, "1", START) == CLOSED
    assert isinstance(desk.accounts.make_first_admin(code, new, "2", START), Person)


def test_tries_that_are_given_back_keep_no_failure(desk: Desk) -> None:
    """An office behind one address logs in all the time; what failed there is forgotten still."""
    tries, now = desk.store.tries, START
    assert tries.take({"address 1": 2}, now).counted
    for _ in range(16):
        now += timedelta(minutes=1)
        taken = tries.take({"address 1": 50}, now)
        tries.give_back(taken)

    # The second is taken as well: the failure of a quarter of an hour ago counts no more.
    assert tries.take({"address 1": 2}, now).counted
    assert tries.take({"address 1": 2}, now).counted
    assert tries.take({"address 1": 2}, now).closed_until == now + timedelta(minutes=1)


def test_a_right_password_opens_what_it_closed(desk: Desk) -> None:
    """The last try that is allowed closes the account while it is checked."""
    outcomes = [desk.attempt("hanako", "wrong", str(number)) for number in range(4)]
    outcomes += [desk.attempt("hanako", PASSWORD, "5"), desk.attempt("hanako", PASSWORD, "6")]

    assert outcomes == [Outcome.WRONG] * 4 + [Outcome.DONE] * 2
    assert not desk.accounts.local_login.confirms(desk.person.person_id, "wrong", START)
    for _ in range(9):
        assert desk.accounts.local_login.confirms(desk.person.person_id, PASSWORD, START)
