"""Sums of ended calls by agent or by day, as the figures of the operation need them."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, func, select

from callrisk.domain.operation.call_figures import SUMMED, CallSums
from callrisk.store.facts import fact_tables
from callrisk.store.facts.daily_sums import NO_BAND

_D = fact_tables.daily_facts.c


class SumsBy(StrEnum):
    """The key by which calls are summed."""

    AGENT = "agent"
    DAY = "day"


class OperationQueries:
    """Reads from one database; days are those of Japan, the last one included."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sums(
        self, by: SumsBy, first: date, last: date, *, demo: bool,
        agent_ids: Collection[str] | None,
    ) -> list[CallSums]:  # fmt: skip
        """Return the sums of ended calls, those of some agents where they are given.

        Calls of a demonstration and others are never summed together. Days are keys such as
        2026-11-30.
        """
        key = _D.agent_id if by is SumsBy.AGENT else _D.day
        asked = (
            select(key, _D.band, *_SUMS)
            .where(_D.day.between(first, last), _D.demo == demo)
            .group_by(key, _D.band)
            .order_by(key, _D.band)
        )
        if agent_ids is not None:
            asked = asked.where(_D.agent_id.in_(sorted(agent_ids)))
        with self._engine.connect() as connection:
            return [_sums_of(*row) for row in connection.execute(asked)]


def _sums_of(key: str | date, band: int, *sums: Any) -> CallSums:
    told = key if isinstance(key, str) else key.isoformat()
    # PostgreSQL adds whole numbers up to decimals, with which nothing else can be counted.
    whole: list[Any] = [one if isinstance(one, float) else int(one) for one in sums]
    return CallSums(told, None if band == NO_BAND else band, *whole)


_SUMS = tuple(func.sum(getattr(_D, name)) for name in SUMMED)
