"""Answers to logins, and logouts, that identity providers send: each is taken once."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, delete

from callrisk.store.people import people_tables as tables
from callrisk.store.people.kept_sessions import end_at_provider, hashed
from callrisk.store.transaction import insert_into, writing


@dataclass(frozen=True, slots=True)
class SentLogout:
    """A logout by its name, which counts until a moment, and a session of the provider."""

    name: str = field(repr=False)
    until: datetime
    sid: str | None = field(repr=False)


class OpenIdAnswers:
    """The answers that one database took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, state: str, ends_at: datetime, now: datetime) -> bool:
        """Return True for the first answer to the login of this state, which ends by itself."""
        with writing(self._engine) as connection:
            return _taken(connection, state, ends_at, now)

    def end_sessions(
        self, person_id: int | None, logout: SentLogout, now: datetime
    ) -> list[int] | None:
        """End the sessions of a logout; return their persons, None if it was taken before.

        Both in one transaction: one that fails may be sent again.
        """
        with writing(self._engine) as connection:
            if not _taken(connection, logout.name, logout.until, now):
                return None
            return end_at_provider(connection, person_id, logout.sid)


def _taken(connection: Connection, state: str, ends_at: datetime, now: datetime) -> bool:
    """Return True for the first of its name, which counts once the transaction does."""
    c = tables.openid_answers.c
    connection.execute(delete(tables.openid_answers).where(c.ends_at < now))
    row = insert_into(connection, tables.openid_answers).values(
        state_sha256=hashed(state), ends_at=ends_at
    )
    first = connection.execute(row.on_conflict_do_nothing(index_elements=["state_sha256"]))
    return first.rowcount == 1
