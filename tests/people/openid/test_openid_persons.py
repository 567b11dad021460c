"""The persons of an identity provider in a database: two that are one, and what is counted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.auditing import Auditor
from callrisk.people.openid.claimed_person import ClaimedPerson
from callrisk.people.openid.openid_persons import OpenIdPersons
from callrisk.people.openid.refused_login import RefusedError
from callrisk.people.sessions import Sessions
from callrisk.store.database import open_database
from callrisk.store.people.audit_log import AuditLog
from callrisk.store.people.people_store import PeopleStore
from callrisk.store.people.persons import Persons
from harness.key_rings import KEYS

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TARO = ClaimedPerson("taro", "見本 太郎", frozenset({Role.AGENT}), None, None)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_database(f"sqlite:///{tmp_path / 'persons.db'}", KEYS)
    yield made
    made.dispose()


def persons_over(engine: Engine, persons: Persons) -> OpenIdPersons:
    sessions = Sessions(PeopleStore(engine), lambda: NOW, lambda _agents: False)
    return OpenIdPersons(persons, sessions, Auditor(AuditLog(engine, "test")))


class LatePersons(Persons):
    """Sees each person only from the second look on, as when another process adds it meanwhile."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.looks = 0

    def by_identity(self, identity: str) -> Person | None:
        self.looks += 1
        return super().by_identity(identity) if self.looks > 1 else None


def test_two_first_logins_at_once_are_one_person(engine: Engine) -> None:
    """The second meets the person of the first."""
    first = persons_over(engine, Persons(engine)).entered("i s", TARO, "", NOW)
    second = persons_over(engine, LatePersons(engine)).entered("i s", TARO, "", NOW)

    assert first == second
    assert len(Persons(engine).all()) == 1


def test_refusals_are_counted(engine: Engine) -> None:
    """By their reason."""
    made = persons_over(engine, Persons(engine))
    nobody = ClaimedPerson(None, "", frozenset({Role.AGENT}), None, None)
    for claimed in (nobody, ClaimedPerson("x", "x", frozenset(), None, None), nobody):
        with pytest.raises(RefusedError):
            made.entered("i s", claimed, "", NOW)

    assert made.refusals.counts == {"no_login": 2, "no_role": 1}
