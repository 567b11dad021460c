"""Sums of ended calls by agent or by day, as the figures of the operation need them."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Integer, case, cast, func, select

from callrisk.domain.operation.call_figures import CallSums
from callrisk.store.facts import fact_tables

_F = fact_tables.call_facts.c
# Calls that began within so many points of each other are alike.
BAND_POINTS = 20


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
        key = _F.agent_id if by is SumsBy.AGENT else _F.day
        # Whole numbers divide alike on both databases.
        band = cast(_F.first_score - _F.first_score % BAND_POINTS, Integer)
        asked = (
            select(key, band, *_SUMS)
            .where(_F.day.between(first, last), _F.demo == demo)
            .group_by(key, band)
            .order_by(key, band)
        )
        if agent_ids is not None:
            asked = asked.where(_F.agent_id.in_(sorted(agent_ids)))
        with self._engine.connect() as connection:
            return [_sums_of(*row) for row in connection.execute(asked)]


def _sums_of(key: str | date, band: int | None, *sums: Any) -> CallSums:
    return CallSums(key if isinstance(key, str) else key.isoformat(), band, *sums)


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


# In the order of the fields of CallSums.
_SUMS = (
    func.count(), _sum(_F.duration_s), _sum(_F.agent_talk_share), func.count(_F.agent_talk_share),
    _sum(_F.customer_sentiment), func.count(_F.customer_sentiment), func.count(_F.final_score),
    _count(_F.final_category == "high"), _count(_F.escalated), _count(_F.promised_on.is_not(None)),
    _sum(_F.promised_yen), _sum(_F.advice_done), _sum(_F.advice_dismissed),
)  # fmt: skip
