"""There is always somebody who administers, whoever is demoted at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.administration import LAST_ADMIN, Administration
from callrisk.people.sessions import Sessions
from callrisk.store.database import open_database
from callrisk.store.people.people_store import PeopleStore
from callrisk.store.people.persons import NoAdminLeftError
from harness.databases import KINDS, fresh_database
from harness.key_rings import KEYS

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database of each kind."""
    with fresh_database(request.param) as url:
        found = open_database(url or f"sqlite:///{tmp_path / 'people.db'}", KEYS)
        yield found
        found.dispose()


@pytest.fixture
def store(engine: Engine) -> PeopleStore:
    """The persons of that database, of whom two administer."""
    found = PeopleStore(engine)
    for login in ("one", "two"):
        person = found.persons.add(Person(0, login, login, frozenset({Role.ADMIN})), NOW)
        found.persons.set_password(person.person_id, "hash", must_change=False)
    return found


def demoted(person: Person) -> Person:
    """The same person, who administers no more."""
    return replace(person, roles=frozenset({Role.AGENT}))


@pytest.mark.parametrize("changed", [demoted, lambda person: replace(person, is_active=False)])
def test_the_last_administrator_stays_whatever_was_read_before(
    changed: object, store: PeopleStore
) -> None:
    """Both were read while there were two; nothing of the second change is stored."""
    one, two = store.persons.all()
    store.persons.change(changed(two))  # type: ignore[operator]
    with pytest.raises(NoAdminLeftError):
        store.persons.change(changed(one))  # type: ignore[operator]
    with pytest.raises(NoAdminLeftError):
        store.persons.set_identity(one.person_id, "provider one")
    with pytest.raises(NoAdminLeftError):
        store.persons.save_all([], [changed(one)], NOW)  # type: ignore[operator]

    assert store.persons.person(one.person_id) == one


def test_one_without_a_password_administers_nothing(store: PeopleStore) -> None:
    """A person who cannot log in here is no administrator who is left."""
    store.persons.add(Person(0, "three", "three", frozenset({Role.ADMIN})), NOW)
    one, two, _ = sorted(store.persons.all(), key=lambda person: person.person_id)
    store.persons.change(demoted(two))

    with pytest.raises(NoAdminLeftError):
        store.persons.change(demoted(one))


def test_two_who_demote_each_other_at_once_leave_one(store: PeopleStore) -> None:
    """One of them is told that there is no other."""
    both = Barrier(2)

    def demote(person: Person) -> object:
        administration = Administration(store, Sessions(store, lambda: NOW, lambda _ids: False))
        both.wait(10)
        return administration.save(demoted(person), NOW)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(demote, store.persons.all()))

    assert answers.count(LAST_ADMIN) == 1
    assert sum(Role.ADMIN in person.roles for person in store.persons.all()) == 1
