"""Logging in with a login and a password that are kept here, and a one-time code."""

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callrisk.background.tally import Tally
from callrisk.domain.access.policy_table import Role
from callrisk.people.logins import spelled_login
from callrisk.people.one_time_codes import OneTimeCodes
from callrisk.people.password_rules import fits, hashed, is_outdated
from callrisk.store.ciphers.sealing import SealError
from callrisk.store.people.login_tries import LoginTries
from callrisk.store.people.persons import Credentials, Persons

logger = logging.getLogger(__name__)

# An account is closed after so many failures; so is an address.
TRIES_OF_ACCOUNT, TRIES_OF_ADDRESS = 5, 50


class Outcome(StrEnum):
    """What became of a try to log in."""

    DONE = "done"
    # Login, password or code: which of them is not said.
    WRONG = "wrong"
    CODE_NEEDED = "code_needed"
    CLOSED = "closed"
    # All of it is right, and this person logs in by the identity provider.
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome of a try, and the person where it succeeded."""

    outcome: Outcome
    person_id: int | None = None
    closed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and from where."""

    login: str
    password: str
    code: str
    address: str


class LocalLogin:
    """Checks passwords; every try counts for its account and its address until it succeeds.

    Where an identity provider logs in, too, `only` has the roles whose passwords still count.
    """

    def __init__(
        self, persons: Persons, tries: LoginTries, codes: OneTimeCodes,
        only: frozenset[Role] | None = None,
    ) -> None:  # fmt: skip
        self._only = only
        self._persons = persons
        self._tries = tries
        self._codes = codes
        self.failures = Tally()

    def attempt(self, made: Attempt, now: datetime) -> Tried:
        """Return what becomes of a try; nothing is checked while its account is closed."""
        login = spelled_login(made.login)
        account, address = _subject(login), f"address {made.address}"
        taken = self._tries.take({account: TRIES_OF_ACCOUNT, address: TRIES_OF_ADDRESS}, now)
        if taken.closed_until is not None:
            return Tried(Outcome.CLOSED, closed_until=taken.closed_until)
        found = self._persons.credentials(login)
        outcome = self._outcome(found, made, now)
        if outcome is Outcome.WRONG:
            self.failures.add()
            logger.warning("a login failed")
            return Tried(outcome)
        self._tries.give_back(taken)
        if outcome is not Outcome.DONE or found is None:
            return Tried(outcome)
        self._tries.forget(account)
        self._renew_hash(found, made.password)
        if self._is_elsewhere(found.person_id):
            return Tried(Outcome.ELSEWHERE)
        return Tried(outcome, found.person_id)

    def _is_elsewhere(self, person_id: int) -> bool:
        """Return True for a person whom the provider logs in, and for one of other roles."""
        person = self._persons.person(person_id)
        if self._only is None or person is None:
            return False
        return person.has_identity or not person.roles & self._only

    def confirms(self, person_id: int, password: str, now: datetime) -> bool:
        """Return True if somebody at an open session knows its password; failures count, too."""
        person = self._persons.person(person_id)
        if person is None:
            return False
        taken = self._tries.take({_subject(person.login): TRIES_OF_ACCOUNT}, now)
        if taken.closed_until is not None:
            return False
        found = self._persons.credentials(person.login)
        is_right = fits(password, found.password_hash if found else None)
        if is_right:
            self._tries.give_back(taken)
        return is_right

    def _outcome(self, found: Credentials | None, made: Attempt, now: datetime) -> Outcome:
        is_right = fits(made.password, found.password_hash if found else None)
        if not is_right or found is None or not found.is_active:
            return Outcome.WRONG
        if found.sealed_totp is None:
            return Outcome.DONE
        if not made.code:
            return Outcome.CODE_NEEDED
        try:
            is_taken = self._codes.takes(found.person_id, found.sealed_totp, made.code, now)
        except SealError:
            logger.exception("this key ring does not open the one-time codes of a person")
            return Outcome.WRONG
        return Outcome.DONE if is_taken else Outcome.WRONG

    def _renew_hash(self, found: Credentials, password: str) -> None:
        """Hash a password anew that was hashed with weaker parameters."""
        if found.password_hash is not None and is_outdated(found.password_hash):
            person = self._persons.person(found.person_id)
            must_change = person is not None and person.must_change_password
            self._persons.set_password(found.person_id, hashed(password), must_change=must_change)


def _subject(login: str) -> str:
    return f"account {login}"
