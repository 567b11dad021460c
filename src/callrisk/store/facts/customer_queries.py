"""The ended calls of one customer, and their sums."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, exists, func, select

from callrisk.domain.operation.customer_history import CustomerCall, CustomerSums
from callrisk.store import tables
from callrisk.store.facts import fact_tables

_F = fact_tables.call_facts.c
_HAS_RECORD = exists().where(tables.calls.c.call_id == _F.call_id)
_PLAIN = (
    "call_id", "started_at", "duration_s", "agent_id", "demo", "first_score", "highest_score",
    "final_score", "final_category", "said", "notes", "escalated", "outcome", "promised_on",
    "promised_yen", "call_back_at",
)  # fmt: skip


class CustomerQueries:
    """Reads from one database.

    `agent_ids` narrows to the calls of some agents, and `demo` to those of a demonstration or to
    all others; None asks for all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sums(
        self, customer_id: str, *, demo: bool | None, agent_ids: Collection[str] | None
    ) -> CustomerSums | None:
        """Return the sums of the ended calls of a customer; None without a call."""
        asked = select(
            func.count(), func.count(_F.final_score), _count(_F.final_category == "high"),
            _count(_F.escalated), func.sum(_F.notes), func.count(_F.promised_on),
            func.min(_F.started_at), func.max(_F.started_at),
        ).where(*_conditions(customer_id, demo, agent_ids))  # fmt: skip
        with self._engine.connect() as connection:
            row = connection.execute(asked).one()
        return CustomerSums(*row) if row[0] else None

    def calls(
        self, customer_id: str, limit: int, *, demo: bool | None,
        agent_ids: Collection[str] | None,
    ) -> list[CustomerCall]:  # fmt: skip
        """Return the newest ended calls of a customer, the newest first."""
        asked = (
            select(*(_F[name] for name in _PLAIN), _F.course, _HAS_RECORD.label("has_record"))
            .where(*_conditions(customer_id, demo, agent_ids))
            .order_by(_F.started_at.desc(), _F.call_id.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [_call(row) for row in connection.execute(asked)]


def _conditions(
    customer_id: str, demo: bool | None, agent_ids: Collection[str] | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_F.customer_id == customer_id]
    if demo is not None:
        conditions.append(_F.demo == demo)
    if agent_ids is not None:
        conditions.append(_F.agent_id.in_(sorted(agent_ids)))
    return conditions


def _count(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _call(row: Any) -> CustomerCall:
    values = dict(row._mapping)
    course = values.pop("course")
    return CustomerCall(**values, lowest_score=min((score for _, score in course), default=None))
