"""The conditions of facts on ended calls, such that an index serves each of them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, text

from callrisk.domain.customer import JST
from callrisk.domain.language import Intent
from callrisk.domain.search.sought_calls import SoughtCalls, SoughtFacts
from callrisk.store.facts import fact_tables
from callrisk.store.search.word_candidates import Candidate, Span

_F = fact_tables.call_facts.c


def with_facts(
    connection: Connection, statement: Select[Any], sought: SoughtCalls, last: Candidate | None
) -> Select[Any]:
    """Return a statement for calls that have the facts and come after the last one seen."""
    conditions = [*_equal(sought.facts), *_within(span_of(sought.facts))]
    if sought.facts.intent is not None:
        said = fact_tables.said_condition(connection.dialect.name, Intent(sought.facts.intent))
        statement = statement.where(text(said))
    if sought.agent_ids is not None:
        conditions.append(_F.agent_id.in_(sorted(sought.agent_ids)))
    if last is not None:
        same_start = (_F.started_at == last.started_at) & (_F.call_id < last.call_id)
        # The first condition follows from the second, and it alone can be looked up in an index.
        conditions.append(_F.started_at <= last.started_at)
        conditions.append((_F.started_at < last.started_at) | same_start)
    return statement.where(*conditions)


def span_of(facts: SoughtFacts) -> Span:
    """Return between which moments calls of the days that are asked for began."""
    first = None if facts.first is None else _midnight(facts.first)
    before = None if facts.last is None else _midnight(facts.last) + timedelta(days=1)
    return Span(first, before)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JST).astimezone(UTC)


def _equal(facts: SoughtFacts) -> list[ColumnElement[bool]]:
    asked = (
        (_F.customer_id, facts.customer_id), (_F.agent_id, facts.agent_id),
        (_F.outcome, facts.outcome), (_F.final_category, facts.category),
    )  # fmt: skip
    return [column == value for column, value in asked if value is not None]


def _within(span: Span) -> list[ColumnElement[bool]]:
    conditions = []
    if span.first is not None:
        conditions.append(_F.started_at >= span.first)
    if span.before is not None:
        conditions.append(_F.started_at < span.before)
    return conditions
