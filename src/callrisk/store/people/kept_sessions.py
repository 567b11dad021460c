"""Sessions: begun, used, ended; of their tokens only hashes are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, Engine, delete, insert, select, update

from callrisk.domain.access.person import Means, Session
from callrisk.store.people import people_tables as tables
from callrisk.store.people.access_version import raise_version
from callrisk.store.transaction import writing


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """The ID token of a login by an identity provider, and its session there."""

    sealed_id_token: bytes = field(repr=False)
    sid: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is known of a session that begins."""

    person_id: int | None
    means: Means
    label: str
    teams: Sequence[str]
    ends_at: datetime
    provider: ProviderSession | None = None


# Before the hash of a link, so that no token of a cookie has it.
_LINK = "link:"


def _hashed_link(link: str) -> str:
    return (_LINK + hashed(link))[:64]


def hashed(token: str) -> str:
    """Return what is kept of a token, which has so many random bits that it needs no salt."""
    return sha256(token.encode("utf-8")).hexdigest()


def _remove_over(now: datetime) -> Delete:
    return delete(tables.sessions).where(tables.sessions.c.ends_at < now)


class KeptSessions:
    """The sessions of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, token: str, new: NewSession, now: datetime) -> int:
        """Store a session; return its number."""
        return self._add(hashed(token), new, now)

    def _add(self, token_sha256: str, new: NewSession, now: datetime) -> int:
        c = tables.sessions.c
        values: dict[str, Any] = {
            "token_sha256": token_sha256, "person_id": new.person_id, "means": str(new.means),
            "label": new.label, "teams": sorted(new.teams), "created_at": now, "used_at": now,
            "ends_at": new.ends_at,
        }  # fmt: skip
        if new.provider is not None:
            sid = new.provider.sid
            values["sealed_id_token"] = new.provider.sealed_id_token
            values["openid_sid_sha256"] = None if sid is None else hashed(sid)
        with writing(self._engine) as connection:
            connection.execute(_remove_over(now))
            statement = insert(tables.sessions).values(values).returning(c.session_id)
            return int(connection.execute(statement).scalar_one())

    def remove_over(self, now: datetime) -> int:
        """Remove sessions whose time is over, with what is sealed of them; return how many."""
        over = select(tables.sessions.c.session_id).where(tables.sessions.c.ends_at < now)
        with self._engine.connect() as connection:
            if connection.execute(over.limit(1)).first() is None:
                return 0
        with writing(self._engine) as connection:
            return connection.execute(_remove_over(now)).rowcount

    def offer(self, link: str, new: NewSession, now: datetime) -> int:
        """Store a session that begins once its link is opened, which ends with it; its number."""
        return self._add(_hashed_link(link), new, now)

    def is_offered(self, link: str, now: datetime) -> bool:
        """Return True for a link that may be opened, which stays so."""
        c = tables.sessions.c
        mine = (c.token_sha256 == _hashed_link(link)) & (c.ends_at > now)
        return bool(self._found(mine))

    def accept(self, link: str, token: str, ends_at: datetime, now: datetime) -> int | None:
        """Begin the session of a link under a token; return its number, None unless it waits."""
        c = tables.sessions.c
        mine = (c.token_sha256 == _hashed_link(link)) & (c.ends_at > now)
        values = {"token_sha256": hashed(token), "used_at": now, "ends_at": ends_at}
        with writing(self._engine) as connection:
            begun = update(tables.sessions).where(mine).values(values).returning(c.session_id)
            number: int | None = connection.execute(begun).scalar()
        return number

    def of_token(self, token: str) -> Session | None:
        """Return the session of a token, also one whose time is over."""
        found = self._found(tables.sessions.c.token_sha256 == hashed(token))
        return found[0] if found else None

    def sealed_id_token(self, session_id: int) -> bytes | None:
        """Return the sealed ID token of a session; None where no identity provider began it."""
        c = tables.sessions.c
        statement = select(c.sealed_id_token).where(c.session_id == session_id)
        with self._engine.connect() as connection:
            found: bytes | None = connection.execute(statement).scalar()
        return found

    def of_person(self, person_id: int) -> list[Session]:
        """Return the sessions of a person, the newest first."""
        return self._found(tables.sessions.c.person_id == person_id)

    def all(self) -> list[Session]:
        """Return all sessions, the newest first."""
        return self._found(tables.sessions.c.session_id > 0)

    def use(self, session_id: int, now: datetime) -> bool:
        """Store that a session is in use; False if there is none any more."""
        mine = tables.sessions.c.session_id == session_id
        with writing(self._engine) as connection:
            statement = update(tables.sessions).where(mine).values(used_at=now)
            return connection.execute(statement).rowcount == 1

    def end(self, session_id: int) -> bool:
        """End a session; return False if there is none."""
        return self._end(tables.sessions.c.session_id == session_id) > 0

    def end_of_person(self, person_id: int, but: int | None = None) -> int:
        """End the sessions of a person, all or all but one; return how many."""
        c = tables.sessions.c
        return self._end((c.person_id == person_id) & (c.session_id != (but or 0)))

    def _end(self, which: Any) -> int:
        with writing(self._engine) as connection:
            raise_version(connection)
            return connection.execute(delete(tables.sessions).where(which)).rowcount

    def _found(self, which: Any) -> list[Session]:
        c = tables.sessions.c
        columns = (
            c.session_id, c.person_id, c.means, c.label, c.teams, c.created_at, c.used_at, c.ends_at
        )  # fmt: skip
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*columns).where(which).order_by(c.session_id.desc())
            ).all()
        return [
            Session(row[0], row[1], Means(row[2]), row[3], frozenset(row[4]), *row[5:])
            for row in rows
        ]


def end_at_provider(connection: Connection, person_id: int | None, sid: str | None) -> list[int]:
    """End the sessions that a provider began; return their persons, one for each session.

    Those of a person, those of one session of the provider, or of both. Sessions of the person of
    which the provider named no session of its own end in any case.
    """
    c = tables.sessions.c
    which: ColumnElement[bool] = c.sealed_id_token.is_not(None)
    if person_id is not None:
        which &= c.person_id == person_id
    if sid is not None:
        of_it = c.openid_sid_sha256 == hashed(sid)
        which &= of_it if person_id is None else of_it | c.openid_sid_sha256.is_(None)
    ended = delete(tables.sessions).where(which).returning(c.person_id)
    persons = list(connection.execute(ended).scalars())
    if persons:
        raise_version(connection)
    return persons
