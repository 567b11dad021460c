"""Persons: read, added, changed; every change raises the version that all processes watch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.store.people import people_tables as tables
from callrisk.store.people.access_version import raise_version
from callrisk.store.transaction import writing


class TakenError(ValueError):
    """Somebody else has this login, agent id or identity."""


class NoAdminLeftError(ValueError):
    """After this change nobody could administer; nothing is stored."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a local account is checked by."""

    person_id: int
    is_active: bool
    password_hash: str | None
    sealed_totp: bytes | None


class Persons:
    """The persons of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Person]:
        """Return all persons, by login."""
        with self._engine.connect() as connection:
            return _persons(connection, select(tables.persons).order_by(tables.persons.c.login))

    def person(self, person_id: int) -> Person | None:
        """Return the person with this number."""
        return self._one(tables.persons.c.person_id == person_id)

    def by_login(self, login: str) -> Person | None:
        """Return the person with this login, as `spelled_login` spells it."""
        return self._one(tables.persons.c.login == login)

    def by_identity(self, identity: str) -> Person | None:
        """Return the person whom an identity provider knows under this name."""
        return self._one(tables.persons.c.identity == identity)

    def _one(self, condition: Any) -> Person | None:
        with self._engine.connect() as connection:
            found = _persons(connection, select(tables.persons).where(condition))
        return found[0] if found else None

    def credentials(self, login: str) -> Credentials | None:
        """Return what the account of a login is checked by."""
        c = tables.persons.c
        statement = select(c.person_id, c.is_active, c.password_hash, c.sealed_totp)
        with self._engine.connect() as connection:
            row = connection.execute(statement.where(c.login == login)).first()
        return None if row is None else Credentials(*row)

    def has_active(self, role: Role) -> bool:
        """Return True if some active person has a role."""
        p, r = tables.persons.c, tables.person_roles.c
        holds = exists().where(
            r.role == str(role), r.person_id == p.person_id, p.is_active.is_(True)
        )
        with self._engine.connect() as connection:
            return bool(connection.execute(select(holds)).scalar())

    def agents_of(self, teams: Iterable[str]) -> frozenset[str]:
        """Return the agent ids, and logins, of the active persons in one of the teams."""
        t, a, p = tables.person_teams.c, tables.person_agents.c, tables.persons.c
        statement = (
            select(p.login, a.agent_id)
            .join(tables.person_teams, t.person_id == p.person_id)
            .outerjoin(tables.person_agents, a.person_id == p.person_id)
            .where(t.team.in_(sorted(teams)), p.is_active.is_(True))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return frozenset(name for row in rows for name in row if name is not None)

    def teams_of_agents(self) -> dict[str, tuple[str, ...]]:
        """Return the teams of each agent id, and login, of active persons, in order."""
        t, a, p = tables.person_teams.c, tables.person_agents.c, tables.persons.c
        statement = (
            select(t.team, p.login, a.agent_id)
            .join(tables.persons, t.person_id == p.person_id)
            .outerjoin(tables.person_agents, a.person_id == p.person_id)
            .where(p.is_active.is_(True))
        )
        teams: dict[str, set[str]] = defaultdict(set)
        with self._engine.connect() as connection:
            for team, *names in connection.execute(statement):
                for name in filter(None, names):
                    teams[name].add(team)
        return {name: tuple(sorted(found)) for name, found in teams.items()}

    def add(self, person: Person, now: datetime, identity: str | None = None) -> Person:
        """Store a new person, whose number is chosen here; TakenError for a login in use."""
        with self._changing() as connection:
            person_id = _insert(connection, person, now, identity)
            which = tables.persons.c.person_id == person_id
            return _persons(connection, select(tables.persons).where(which))[0]

    def change(self, person: Person) -> None:
        """Store a person anew but for the password; TakenError for a login or agent in use.

        NoAdminLeftError where that would take the last administrator.
        """
        with self._changing() as connection, _keeping_an_admin(connection):
            _update(connection, person)

    def save_all(self, added: Iterable[Person], changed: Iterable[Person], now: datetime) -> None:
        """Store new persons and others anew, all or none; errors as for each by itself."""
        with self._changing() as connection, _keeping_an_admin(connection):
            several = list(changed)
            # An agent id may go from one of them to another.
            for person in several:
                _remove_parts(connection, person.person_id)
            for person in several:
                _update(connection, person)
            for person in added:
                _insert(connection, person, now)

    def set_identity(self, person_id: int, identity: str | None) -> None:
        """Store under which name an identity provider knows a person, or that none does.

        Password and one-time codes are removed; TakenError for the identity of somebody else,
        NoAdminLeftError where no administrator with a password would be left.
        """
        local = {"password_hash": None, "must_change_password": False, "sealed_totp": None}
        mine = tables.persons.c.person_id == person_id
        with self._changing() as connection, _keeping_an_admin(connection):
            values = {"identity": identity, **local}
            connection.execute(update(tables.persons).where(mine).values(values))

    def set_password(self, person_id: int, password_hash: str, *, must_change: bool) -> None:
        """Store the hash of a password; `must_change` if another person chose it."""
        values = {"password_hash": password_hash, "must_change_password": must_change}
        self._set(person_id, values)

    def set_totp(self, person_id: int, sealed: bytes | None) -> None:
        """Store the sealed secret of one-time codes, or that there is none."""
        self._set(person_id, {"sealed_totp": sealed, "totp_step": None})

    def sealed_totps(self) -> dict[int, bytes]:
        """Return the sealed secrets of one-time codes by person."""
        c = tables.persons.c
        statement = select(c.person_id, c.sealed_totp).where(c.sealed_totp.is_not(None))
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def replace_totp(self, person_id: int, was: bytes, sealed: bytes) -> None:
        """Store a secret sealed anew, unless it is another one by now."""
        c = tables.persons.c
        same = (c.person_id == person_id) & (c.sealed_totp == was)
        with writing(self._engine) as connection:
            connection.execute(update(tables.persons).where(same).values(sealed_totp=sealed))

    def take_totp_step(self, person_id: int, step: int) -> bool:
        """Return True for the first to use the code of a step, or of a later one than before."""
        c = tables.persons.c
        unused = (c.person_id == person_id) & (c.totp_step.is_(None) | (c.totp_step < step))
        statement = update(tables.persons).where(unused).values(totp_step=step)
        with writing(self._engine) as connection:
            return connection.execute(statement).rowcount == 1

    def _set(self, person_id: int, values: dict[str, Any]) -> None:
        mine = tables.persons.c.person_id == person_id
        with self._changing() as connection:
            connection.execute(update(tables.persons).where(mine).values(values))

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """Open a transaction that raises the version; TakenError for what another person has."""
        try:
            with writing(self._engine) as connection:
                raise_version(connection)
                yield connection
        except IntegrityError as error:
            raise TakenError("another person has this login or agent id") from error


@contextmanager
def _keeping_an_admin(connection: Connection) -> Iterator[None]:
    """Raise NoAdminLeftError where a change leaves nobody who could administer.

    Within the transaction, as two administrators may demote each other at the same moment.
    """
    had = _has_admin(connection)
    yield
    if had and not _has_admin(connection):
        raise NoAdminLeftError("there is no other administrator")


def _has_admin(connection: Connection) -> bool:
    p, r = tables.persons.c, tables.person_roles.c
    administers = exists().where(
        r.role == str(Role.ADMIN), r.person_id == p.person_id,
        p.is_active.is_(True), p.password_hash.is_not(None),
    )  # fmt: skip
    return bool(connection.execute(select(administers)).scalar())


def _values(person: Person) -> dict[str, Any]:
    return {"login": person.login, "name": person.name, "is_active": person.is_active}


def _insert(
    connection: Connection, person: Person, now: datetime, identity: str | None = None
) -> int:
    values = _values(person) | {"created_at": now, "identity": identity}
    values |= {"must_change_password": False}
    statement = insert(tables.persons).values(values).returning(tables.persons.c.person_id)
    person_id = int(connection.execute(statement).scalar_one())
    _write_parts(connection, person_id, person)
    return person_id


def _update(connection: Connection, person: Person) -> None:
    mine = tables.persons.c.person_id == person.person_id
    connection.execute(update(tables.persons).where(mine).values(_values(person)))
    _remove_parts(connection, person.person_id)
    _write_parts(connection, person.person_id, person)


def _remove_parts(connection: Connection, person_id: int) -> None:
    for table in (tables.person_roles, tables.person_teams, tables.person_agents):
        connection.execute(delete(table).where(table.c.person_id == person_id))


def _refuse_shared_names(connection: Connection, person_id: int, person: Person) -> None:
    """Raise TakenError where a login is somebody else's agent id; it counts as one, too."""
    p, a = tables.persons.c, tables.person_agents.c
    of_login = select(a.agent_id).where(a.agent_id == person.login, a.person_id != person_id)
    of_agents = select(p.login).where(p.login.in_(person.agent_ids), p.person_id != person_id)
    for statement in (of_login, of_agents):
        if connection.execute(statement).first() is not None:
            raise TakenError("another person has this login or agent id")


def _write_parts(connection: Connection, person_id: int, person: Person) -> None:
    """Store roles, teams and agents of a person."""
    _refuse_shared_names(connection, person_id, person)
    parts = (
        (tables.person_roles, "role", map(str, person.roles)),
        (tables.person_teams, "team", person.teams),
        (tables.person_agents, "agent_id", person.agent_ids),
    )
    for table, column, values in parts:
        rows = [{"person_id": person_id, column: value} for value in sorted(values)]
        if rows:
            connection.execute(insert(table), rows)


def _persons(connection: Connection, statement: Any) -> list[Person]:
    rows = connection.execute(statement).all()
    ids = [row.person_id for row in rows]
    roles = _parts(connection, tables.person_roles, "role", ids)
    teams = _parts(connection, tables.person_teams, "team", ids)
    agents = _parts(connection, tables.person_agents, "agent_id", ids)
    return [
        Person(
            row.person_id, row.login, row.name,
            frozenset(map(Role, roles.get(row.person_id, ()))),
            frozenset(teams.get(row.person_id, ())),
            frozenset(agents.get(row.person_id, ())),
            is_active=row.is_active,
            has_password=row.password_hash is not None,
            has_totp=row.sealed_totp is not None,
            must_change_password=row.must_change_password,
            has_identity=row.identity is not None,
        )
        for row in rows
    ]  # fmt: skip


def _parts(connection: Connection, table: Any, column: str, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    statement = select(table.c.person_id, table.c[column]).where(table.c.person_id.in_(ids))
    for person_id, value in connection.execute(statement):
        found.setdefault(person_id, []).append(value)
    return found
