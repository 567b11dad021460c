"""The reports of the sources of calls: each says itself how far it lags and what is wrong."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from callrisk.store.connect import connect_tables
from callrisk.store.transaction import insert_into, writing


@dataclass(frozen=True, slots=True)
class SourceState:
    """The last report of a source of calls; `behind_ms` is None where it reads no stream."""

    name: str
    at: datetime
    behind_ms: int | None
    problem: str | None
    counts: Mapping[str, int]


class SourceReports:
    """Reads and writes the last report of each source."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def report(self, state: SourceState) -> None:
        """Store a report in place of the source's last one."""
        with writing(self._engine) as connection:
            values = asdict(state)
            statement = insert_into(connection, connect_tables.sources).values(values)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=values)
            )

    def forget(self, name: str) -> None:
        """Delete the report of a source that does not run here any more."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(connect_tables.sources).where(connect_tables.sources.c.name == name)
            )

    def all(self) -> list[SourceState]:
        """Return the last report of every source, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(connect_tables.sources).order_by(connect_tables.sources.c.name)
            )
            return [SourceState(*row) for row in rows]
