"""The accounts of an installation: everything about persons that a web server needs."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import ROLES_OF_PERSONS, Role
from callrisk.domain.wording import Text
from callrisk.people.administration import Administration
from callrisk.people.auditing import Auditor
from callrisk.people.local_login import TRIES_OF_ADDRESS, LocalLogin
from callrisk.people.logins import is_writable, spelled_login
from callrisk.people.one_time_codes import OneTimeCodes
from callrisk.people.openid.openid_login import OpenIdLogin, ProviderChoice
from callrisk.people.openid.openid_persons import OpenIdPersons
from callrisk.people.password_rules import fault_of, hashed
from callrisk.people.sessions import Sessions
from callrisk.store.people.people_store import PeopleStore
from callrisk.store.people.persons import TakenError

NAME_MISSING = Text("ログイン名と氏名を入力してください。", "Enter a login and a name.")
BAD_CODE = Text(
    "コードが違うか、期限（24時間）が過ぎています。", "The code is wrong, or older than a day."
)
LOGIN_TAKEN = Text("そのログイン名はすでに使われています。", "This login is in use.")
CLOSED = Text(
    "失敗が続いたため、しばらく受け付けません。数分待ってからやり直してください。",
    "Too many tries failed. Wait some minutes, then try again.",
)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is typed to make a local account."""

    login: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class LoginWays:
    """The ways to log in: a provider, if there is one, and passwords of these roles."""

    provider: ProviderChoice | None = None
    roles_with_passwords: frozenset[Role] = frozenset(ROLES_OF_PERSONS)


class Accounts:
    """Sessions, passwords and one-time codes of one database.

    `secret` opens what older versions sealed with it.
    """

    def __init__(
        self, store: PeopleStore, sessions: Sessions, secret: str, auditor: Auditor,
        ways: LoginWays | None = None,
    ) -> None:  # fmt: skip
        ways = ways or LoginWays()
        self.auditor = auditor
        self.takes_passwords = bool(ways.roles_with_passwords)
        self.openid: OpenIdLogin | None = None
        if ways.provider is not None:
            persons = OpenIdPersons(store.persons, sessions, auditor)
            self.openid = OpenIdLogin(ways.provider, store, persons, secret)
        self._store = store
        self.sessions = sessions
        self.persons = store.persons
        self._tries = store.tries
        self.codes = OneTimeCodes(self.persons, store.cipher("one-time codes", secret))
        self.administration = Administration(store, sessions)
        only = None if ways.provider is None else ways.roles_with_passwords
        self.local_login = LocalLogin(self.persons, self._tries, self.codes, only)

    def keep_sealed(self, now: datetime) -> int:
        """Seal under the newest key what another one sealed, and remove sessions that are over.

        Return of how many. An ID token goes with its session, which lasts for hours.
        """
        return self.codes.seal_anew() + self.sessions.kept.remove_over(now)

    def has_admin(self) -> bool:
        """Return True if somebody can make accounts."""
        return self.persons.has_active(Role.ADMIN)

    def make_first_admin(
        self, code: str, new: NewAccount, address: str, now: datetime
    ) -> Person | Text:
        """Return the administrator that a set-up code makes, or what is wrong."""
        taken = self._tries.take({f"first code {address}": TRIES_OF_ADDRESS}, now)
        if taken.closed_until is not None:
            return CLOSED
        # Before anything else is looked at, which would tell a stranger something.
        if not self._store.is_first_code(code.strip(), now):
            return BAD_CODE
        self._tries.give_back(taken)
        login, name = spelled_login(new.login), new.name.strip()
        spelled = NewAccount(login, name, new.password)
        if (fault := self._fault_of(spelled)) is not None:
            return fault
        if not self._store.take_first_code(code.strip(), now):
            return BAD_CODE
        return self.add_local(spelled, {Role.ADMIN}, now)

    def _fault_of(self, new: NewAccount) -> Text | None:
        """Return what keeps an account from being made; None for nothing."""
        if not is_writable(new.login) or not is_writable(new.name):
            return NAME_MISSING
        fault = fault_of(new.password, (new.login, new.name))
        return fault or (LOGIN_TAKEN if self.persons.by_login(new.login) else None)

    def add_local(self, new: NewAccount, roles: set[Role], now: datetime) -> Person | Text:
        """Return a new person with a password that this person chose."""
        person = Person(0, spelled_login(new.login), new.name, frozenset(roles))
        try:
            added = self.persons.add(person, now)
        except TakenError:
            return LOGIN_TAKEN
        self.persons.set_password(added.person_id, hashed(new.password), must_change=False)
        self.sessions.look_again()
        return added


def new_first_code(store: PeopleStore, now: datetime) -> str:
    """Return a code with which the first administrator is made within a day; the only valid one."""
    code = secrets.token_urlsafe(16)
    store.store_first_code(code, now)
    return code
