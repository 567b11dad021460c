"""Logging in with a password: right ones, wrong ones, a thousand wrong ones."""

import statistics
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people import password_rules
from callrisk.people.accounts import BAD_CODE, CLOSED, Accounts, NewAccount, new_first_code
from callrisk.people.auditing import Auditor
from callrisk.people.local_login import Attempt, Outcome
from callrisk.people.sessions import Sessions
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import values_by_ring_key
from callrisk.store.ciphers.sealing import SecretCipher
from callrisk.store.database import open_database
from callrisk.store.people.audit_log import AuditLog
from callrisk.store.people.people_store import PeopleStore
from harness.key_rings import KEYS, RING

START = datetime(2026, 11, 30, 9, tzinfo=UTC)
PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests


class Desk:
    """The accounts of a database with one person."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_database(f"sqlite:///{folder / 'people.db'}", KEYS)
        self.now = START
        self.store = PeopleStore(self.engine)
        sessions = Sessions(self.store, lambda: self.now, lambda _ids: False)
        self.accounts = Accounts(
            self.store, sessions, "s" * 40, Auditor(AuditLog(self.engine, "test"))
        )
        made = self.accounts.add_local(
            NewAccount("Hanako@例.jp", "見本 花子", PASSWORD), {Role.AGENT}, START
        )
        assert isinstance(made, Person)
        self.person = made

    def outcome(self, login: str, password: str, code: str = "", address: str = "1") -> Outcome:
        """Return what becomes of a try."""
        attempt = Attempt(login, password, code, address)
        return self.accounts.local_login.attempt(attempt, self.now).outcome


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("login", ["hanako@例.jp", "ＨＡＮＡＫＯ＠例.jp", " Hanako@例.JP "])
def test_a_login_is_spelled_in_any_way(desk: Desk, login: str) -> None:
    """Width, case and spaces are no difference; a password is taken as it is."""
    assert desk.outcome(login, PASSWORD) is Outcome.DONE
    assert desk.outcome(login, PASSWORD + " ") is Outcome.WRONG


def test_a_closed_account_is_wrong_like_any_other(desk: Desk) -> None:
    """Nothing says that it is there."""
    closed = Person(desk.person.person_id, "hanako@例.jp", "x", frozenset(), is_active=False)
    desk.accounts.persons.change(closed)

    assert desk.outcome("hanako@例.jp", PASSWORD) is Outcome.WRONG
    assert desk.outcome("nobody", PASSWORD) is Outcome.WRONG


def test_a_thousand_tries_in_an_hour_check_few_passwords(desk: Desk) -> None:
    """The right one among the others is not even looked at; later it is."""
    checked = Counter[int]()
    for number in range(1_000):
        outcome = desk.outcome("hanako@例.jp", f"wrong {number}", address=str(number))
        checked[number // 250] += outcome is Outcome.WRONG
        desk.now += timedelta(seconds=3.6)
    # Of a quarter of an hour each.
    assert max(checked.values()) <= 10
    assert desk.outcome("hanako@例.jp", PASSWORD, address="new") is Outcome.CLOSED
    desk.now += timedelta(hours=1)

    assert desk.outcome("hanako@例.jp", PASSWORD, address="new") is Outcome.DONE


def test_an_address_is_closed_that_tries_many_accounts(desk: Desk) -> None:
    """Others come in meanwhile."""
    outcomes = [desk.outcome(f"login {number}", "wrong") for number in range(60)]

    assert outcomes.count(Outcome.WRONG) == 50
    assert desk.outcome("hanako@例.jp", PASSWORD) is Outcome.CLOSED
    assert desk.outcome("hanako@例.jp", PASSWORD, address="2") is Outcome.DONE


def test_a_login_that_nobody_has_takes_as_long(desk: Desk) -> None:
    """So that trying tells nothing."""

    def median(login: str) -> float:
        taken = []
        for number in range(9):
            began = time.thread_time()
            desk.outcome(login, "wrong", address=f"{login}{number}")
            taken.append(time.thread_time() - began)
            desk.now += timedelta(hours=2)
        return statistics.median(taken)

    known, unknown = median("hanako@例.jp"), median("nobody")
    assert 0.7 < known / unknown < 1.4


def test_one_time_codes_are_taken_once(desk: Desk) -> None:
    """Half a minute early or late, too; their secret is not readable in the database."""
    codes = desk.accounts.codes
    secret = codes.enrolment("hanako").secret
    totp = pyotp.TOTP(secret)
    assert not codes.enrol(desk.person.person_id, secret, "000000", desk.now)
    for odd in ("", "no base 32!", "A" * 8):
        assert not codes.enrol(desk.person.person_id, odd, "000000", desk.now)
    assert codes.enrol(desk.person.person_id, secret, totp.at(desk.now), desk.now)
    with desk.engine.connect() as connection:
        assert secret not in str(connection.exec_driver_sql("SELECT * FROM persons").all())

    assert desk.outcome("hanako@例.jp", PASSWORD) is Outcome.CODE_NEEDED
    assert desk.outcome("hanako@例.jp", PASSWORD, totp.at(desk.now)) is Outcome.WRONG
    desk.now += timedelta(seconds=60)
    code = totp.at(desk.now - timedelta(seconds=30))
    assert desk.outcome("hanako@例.jp", PASSWORD, code) is Outcome.DONE
    assert desk.outcome("hanako@例.jp", PASSWORD, code) is Outcome.WRONG
    late = totp.at(desk.now - timedelta(seconds=90))
    assert desk.outcome("hanako@例.jp", PASSWORD, late) is Outcome.WRONG


def test_one_time_codes_of_an_older_version_go_under_the_ring(desk: Desk) -> None:
    """They are taken before and after, and a code that was used stays used."""
    secret, person_id = pyotp.random_base32(), desk.person.person_id
    old = SecretCipher("s" * 40, "one-time codes").seal(
        secret.encode(), f"person {person_id}".encode()
    )
    desk.accounts.persons.set_totp(person_id, old)
    totp, codes = pyotp.TOTP(secret), desk.accounts.codes
    assert desk.outcome("hanako@例.jp", PASSWORD, totp.at(desk.now)) is Outcome.DONE
    codes.seal_anew()

    with desk.engine.connect() as connection:
        assert values_by_ring_key(connection) == {RING.active(KeyPurpose.ACCOUNTS).key_id: 1}
    assert desk.outcome("hanako@例.jp", PASSWORD, totp.at(desk.now)) is Outcome.WRONG
    desk.now += timedelta(seconds=30)
    assert desk.outcome("hanako@例.jp", PASSWORD, totp.at(desk.now)) is Outcome.DONE


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", password_rules.TOO_SHORT),
        ("あ" * 129, password_rules.TOO_LONG),
        ("aaaaaaaaaaaa", password_rules.TOO_EASY),
        ("password1234", password_rules.TOO_EASY),
        ("hanako19991231", password_rules.TOO_EASY),
        ("callriskcallrisk", password_rules.TOO_EASY),
        (PASSWORD, None),
        ("correct horse battery staple", None),
        ("😀" * 6 + "緑の扉と鯨の歌", None),
        ("山" * 3 + "x7 Q!kp" + "海" * 100, None),
    ],
)
def test_what_is_asked_of_a_password(password: str, fault: object) -> None:
    """Length and that it is no usual one; nothing else, and every sign counts."""
    assert password_rules.fault_of(password, ("hanako", "見本 花子")) == fault
    if fault is None:
        kept = password_rules.hashed(password)
        assert password_rules.fits(password, kept)
        assert not password_rules.fits(password[:-1], kept)
        assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_first_administrator(desk: Desk) -> None:
    """By the newest code, once, within a day; guessing closes the form."""
    new, accounts = NewAccount("Admin", "見本 管理", PASSWORD), desk.accounts
    old, code = new_first_code(desk.store, START), new_first_code(desk.store, START)
    assert not accounts.has_admin()
    assert accounts.make_first_admin(old, new, "1", START) == BAD_CODE
    assert accounts.make_first_admin(code, new, "1", START + timedelta(hours=24)) == BAD_CODE
    made = accounts.make_first_admin(code, new, "1", START + timedelta(hours=23))
    assert isinstance(made, Person)
    assert made.roles == {Role.ADMIN}
    assert accounts.has_admin()

    other = NewAccount("another", "見本", PASSWORD)
    answers = [accounts.make_first_admin(code, other, "2", START) for _ in range(51)]
    assert answers == [BAD_CODE] * 50 + [CLOSED]


def test_a_stranger_learns_nothing_at_the_form_of_the_first_administrator(desk: Desk) -> None:
    """Every try without the code is the same, is quick, and counts."""
    hard = "4@8({[<369|!170$5+%2" * 6
    for login, password in (
        ("hanako@例.jp", PASSWORD),
        ("", "x"),
        ("new", hard),
        ("x" * 999, hard),
    ):
        began = time.thread_time()
        new = NewAccount(login, "見本", password)
        assert desk.accounts.make_first_admin("guess", new, "9", START) == BAD_CODE
        assert time.thread_time() - began < 1


def test_a_hard_password_is_judged_quickly() -> None:
    """Whatever it is made of."""
    hard = ("4@8({[<369|!170$5+%2" * 7)[:128]
    began = time.thread_time()
    password_rules.fault_of(hard, ("hanako" * 40, "見本"))

    assert time.thread_time() - began < 2
