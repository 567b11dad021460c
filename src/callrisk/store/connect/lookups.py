"""Look-ups at the telephony: the calls that lack details, and the agents named so far."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from callrisk.domain.event_types import Source
from callrisk.store import tables
from callrisk.store.connect import connect_tables
from callrisk.store.transaction import insert_into, writing

# The telephony keeps the details of a call for so long.
_YOUNGER_THAN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IncompleteCall:
    """A call that lacks its details, or the name of its agent."""

    call_id: str
    agent_user_id: str | None
    lacks_details: bool
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class CachedUser:
    """An agent as the telephony named them at a moment."""

    user_id: str
    username: str
    name: str
    at: datetime


class Lookups:
    """Reads and writes what is left to look up, and what was found."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, now: datetime, limit: int = 200) -> list[IncompleteCall]:
        """Return the calls of the telephony that lack something, the newest first."""
        c = tables.calls.c
        nameless = c.agent_user_id.is_not(None) & (c.agent_id == "")
        statement = (
            select(c.call_id, c.agent_user_id, c.looked_up.is_(False), c.ended_at.is_not(None))
            .where(c.source == Source.CONNECT, c.started_at > now - _YOUNGER_THAN)
            .where(c.looked_up.is_(False) | nameless)
            .order_by(c.started_at.desc())
        )
        with self._engine.connect() as connection:
            return [IncompleteCall(*row) for row in connection.execute(statement.limit(limit))]

    def done(self, call_id: str) -> None:
        """Mark the details of a call as looked up."""
        with writing(self._engine) as connection:
            this = tables.calls.c.call_id == call_id
            connection.execute(update(tables.calls).where(this).values(looked_up=True))

    def user(self, user_id: str) -> CachedUser | None:
        """Return the agent with this id as last named, or None."""
        u = connect_tables.connect_users.c
        with self._engine.connect() as connection:
            row = connection.execute(
                select(connect_tables.connect_users).where(u.user_id == user_id)
            ).first()
        return None if row is None else CachedUser(*row)

    def remember(self, user: CachedUser) -> None:
        """Store the name of an agent."""
        values = {
            "user_id": user.user_id, "username": user.username, "name": user.name, "at": user.at,
        }  # fmt: skip
        with writing(self._engine) as connection:
            statement = insert_into(connection, connect_tables.connect_users).values(values)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["user_id"], set_=values)
            )
