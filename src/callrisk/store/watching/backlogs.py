"""Work that waits in a database: events to follow, messages to send, jobs, records kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from callrisk.store import tables
from callrisk.store.connect import connect_tables
from callrisk.store.jobs import job_tables


@dataclass(frozen=True, slots=True)
class Backlog:
    """So many rows wait, the oldest for so many seconds; 0 where none waits."""

    count: int
    oldest_s: float


class Backlogs:
    """Counts what waits in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def events(self, followed: int, now: datetime) -> Backlog:
        """Return the events of the log after the one that was followed last."""
        e = tables.events.c
        waiting = select(func.count(), func.min(e.at)).where(e.seq > followed)
        with self._engine.connect() as connection:
            count, oldest = connection.execute(waiting).one()
        return _backlog(count, oldest, now)

    def outbox(self, now: datetime) -> Mapping[str, Backlog]:
        """Return the messages that were not sent yet, by their kind."""
        o = tables.outbox.c
        waiting = select(o.kind, func.count(), func.min(o.at)).where(o.done_at.is_(None))
        with self._engine.connect() as connection:
            rows = connection.execute(waiting.group_by(o.kind)).all()
        return {kind: _backlog(count, oldest, now) for kind, count, oldest in rows}

    def jobs(self) -> Mapping[str, int]:
        """Return the number of long jobs by their state."""
        state = job_tables.jobs.c.state
        with self._engine.connect() as connection:
            rows = connection.execute(select(state, func.count()).group_by(state)).all()
        return dict(rows)

    def quarantine(self) -> int:
        """Return the number of records in quarantine."""
        with self._engine.connect() as connection:
            counted = connection.execute(
                select(func.count()).select_from(connect_tables.quarantine)
            )
            return int(counted.scalar_one())


def _backlog(count: int, oldest: datetime | None, now: datetime) -> Backlog:
    age_s = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    return Backlog(count, age_s)
