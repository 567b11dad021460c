"""Reads of the facts of calls."""

from datetime import date
from typing import Any

from sqlalchemy import Engine, select

from callrisk.domain.kept.call_facts import CallFacts
from callrisk.store.facts import fact_tables


class FactsQueries:
    """Reads from one database; days are those of Japan, the last one included."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def calls(self, first: date, last: date, agent_id: str | None = None) -> list[CallFacts]:
        """Return the facts of calls that began on these days, the oldest first."""
        f = fact_tables.call_facts.c
        statement = select(fact_tables.call_facts).where(f.day.between(first, last))
        if agent_id is not None:
            statement = statement.where(f.agent_id == agent_id)
        return [
            CallFacts(**{**row._mapping, "course": [(s, score) for s, score in row.course]})
            for row in self._all(statement.order_by(f.started_at, f.call_id))
        ]

    def _all(self, statement: Any) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(statement))
