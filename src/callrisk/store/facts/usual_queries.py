"""Reads of what is usual in calls that are over."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Engine, select

from callrisk.domain.kept.usual import DAYS, MOST_CALLS, UsualQuality, usual_quality
from callrisk.store.facts import fact_tables

_F = fact_tables.call_facts.c


class UsualQueries:
    """Reads from one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def quality(self, today: date, demo: bool, agent_ids: Collection[str] | None) -> UsualQuality:
        """Return what is usual of the newest calls, those of some agents where they are given.

        Calls of a demonstration and others are never compared.
        """
        asked = select(_F.agent_talk_share, _F.longest_silence_s).where(
            _F.day > today - timedelta(days=DAYS), _F.demo == demo
        )
        if agent_ids is not None:
            asked = asked.where(_F.agent_id.in_(sorted(agent_ids)))
        newest = asked.order_by(_F.day.desc()).limit(MOST_CALLS)
        with self._engine.connect() as connection:
            return usual_quality([(row[0], row[1]) for row in connection.execute(newest)])
