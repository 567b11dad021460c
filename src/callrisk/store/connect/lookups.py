"""Calls of which something is to be asked: who takes part, or what may have been missed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, select, update

from callrisk.domain.event_types import EventType, Source
from callrisk.store import tables
from callrisk.store.transaction import insert_into, tell_all, writing

# What the telephony still knows, and what anybody still asks for.
_YOUNGER_THAN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A call that lacks something: its details, or the name of its agent."""

    call_id: str
    agent_user_id: str | None
    lacks_details: bool


@dataclass(frozen=True, slots=True)
class KnownUser:
    """An agent as the telephony named them, and when."""

    user_id: str
    username: str
    name: str
    at: datetime


class Lookups:
    """What is left to look up, and what was."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, now: datetime, limit: int = 200) -> list[Unknown]:
        """Calls of the telephony that lack something, the newest first."""
        c = tables.calls.c
        nameless = c.agent_user_id.is_not(None) & (c.agent_id == "")
        statement = (
            select(c.call_id, c.agent_user_id, c.looked_up.is_(False))
            .where(c.source == Source.CONNECT, c.started_at > now - _YOUNGER_THAN)
            .where(c.looked_up.is_(False) | nameless)
            .order_by(c.started_at.desc())
        )
        with self._engine.connect() as connection:
            return [Unknown(*row) for row in connection.execute(statement.limit(limit))]

    def done(self, call_id: str) -> None:
        """Remember that the details of a call were asked for."""
        with writing(self._engine) as connection:
            this = tables.calls.c.call_id == call_id
            connection.execute(update(tables.calls).where(this).values(looked_up=True))

    def user(self, user_id: str) -> KnownUser | None:
        """An agent that was named before."""
        u = tables.connect_users.c
        with self._engine.connect() as connection:
            row = connection.execute(
                select(tables.connect_users).where(u.user_id == user_id)
            ).first()
        return None if row is None else KnownUser(*row)

    def remember(self, user: KnownUser) -> None:
        """Keep the name of an agent."""
        values = {
            "user_id": user.user_id, "username": user.username, "name": user.name, "at": user.at,
        }  # fmt: skip
        with writing(self._engine) as connection:
            statement = insert_into(connection, tables.connect_users).values(values)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["user_id"], set_=values)
            )


class Gaps:
    """Calls of which something may be missing, because the stream was not read for too long.

    Each change is told in the log, so that every screen shows it at once.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self, at: datetime) -> int:
        """Mark every call of the telephony that is in progress; how many had no mark yet."""
        c = tables.calls.c
        with writing(self._engine) as connection:
            running = (c.source == Source.CONNECT) & c.ended_at.is_(None)
            return _change(connection, running, has_gap=True, at=at)

    def open(self, now: datetime) -> list[str]:
        """Calls with a gap that the telephony may still fill, the newest first."""
        c = tables.calls.c
        statement = select(c.call_id).where(c.has_gap, c.started_at > now - _YOUNGER_THAN)
        with self._engine.connect() as connection:
            return list(connection.execute(statement.order_by(c.started_at.desc())).scalars())

    def filled(self, call_id: str, at: datetime) -> None:
        """Take the mark away."""
        with writing(self._engine) as connection:
            _change(connection, tables.calls.c.call_id == call_id, has_gap=False, at=at)


def _change(
    connection: Connection, which: ColumnElement[bool], *, has_gap: bool, at: datetime
) -> int:
    c = tables.calls.c
    others = update(tables.calls).where(which, c.has_gap.is_not(has_gap)).values(has_gap=has_gap)
    changed = connection.execute(others.returning(c.call_id)).scalars().all()
    tell_all(
        connection,
        [(one, EventType.GAP_CHANGED, at, {"call_id": one, "has_gap": has_gap}) for one in changed],
    )
    return len(changed)
