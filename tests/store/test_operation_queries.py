"""Sums of ended calls on both databases, beside the same sums made of the rows one by one."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Engine

from callrisk.domain.operation.call_figures import CallSums
from callrisk.store.facts.daily_sums import BAND_POINTS
from callrisk.store.facts.facts_queries import FactsQueries
from callrisk.store.facts.operation_queries import OperationQueries, SumsBy
from harness.fact_rows import fact_row, store_facts
from harness.old_database import moved

FIRST = date(2026, 3, 1)


def fill(engine: Engine, count: int = 300) -> None:
    """Store so many ended calls of four agents on ten days, some of them of a demonstration."""
    rng = np.random.default_rng(5)

    def maybe(value: object) -> object:
        return value if rng.random() < 0.7 else None

    rows = []
    for number in range(count):
        day = FIRST + timedelta(days=int(rng.integers(10)))
        score = maybe(int(rng.integers(101)))
        promised = rng.random() < 0.2
        rows.append(fact_row(
            f"c{number}", day, f"agent-{rng.integers(4)}", demo=bool(rng.random() < 0.1),
            duration_s=float(rng.integers(600)), first_score=score,
            final_category=None if score is None else ("high" if score >= 60 else "low"),
            customer_sentiment=maybe(float(rng.normal())),
            agent_talk_share=maybe(float(rng.random())), escalated=bool(rng.random() < 0.3),
            advice_done=int(rng.integers(3)), advice_dismissed=int(rng.integers(2)),
            promised_on=day if promised else None, promised_yen=1_000 if promised else None,
        ))  # fmt: skip
    with engine.begin() as connection:
        store_facts(connection, rows)


def by_hand(engine: Engine, by: SumsBy, first: date, last: date, demo: bool) -> list[CallSums]:
    """The same sums from the calls, one by one."""
    found: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0] * 13)
    for call in FactsQueries(engine).calls(first, last):
        if call.demo is not demo:
            continue
        key = call.agent_id if by is SumsBy.AGENT else call.day.isoformat()
        band = -1 if call.first_score is None else call.first_score // BAND_POINTS * BAND_POINTS
        values = (
            1, call.duration_s, call.agent_talk_share or 0, call.agent_talk_share is not None,
            call.customer_sentiment or 0, call.customer_sentiment is not None,
            call.final_score is not None, call.final_category == "high", call.escalated,
            call.promised_on is not None, call.promised_yen or 0, call.advice_done,
            call.advice_dismissed,
        )  # fmt: skip
        sums = found[key, band]
        for place, value in enumerate(values):
            sums[place] += value
    return [
        CallSums(key, None if band < 0 else band, *sums)  # type: ignore[arg-type]
        for (key, band), sums in sorted(found.items())
    ]


def test_the_sums_are_those_of_the_rows(engine: Engine) -> None:
    """By agent and day, of a part of the days, with and without demonstrations."""
    fill(engine)
    queries = OperationQueries(engine)
    for by in SumsBy:
        for demo in (False, True):
            last = FIRST + timedelta(days=6)
            found = queries.sums(by, FIRST, last, demo=demo, agent_ids=None)
            expected = by_hand(engine, by, FIRST, last, demo)
            assert len(found) > 6
            assert {type(one.calls) for one in found} == {type(one.promised_yen) for one in found}
            assert {type(one.calls) for one in found} == {int}
            found.sort(key=lambda one: (one.key, -1 if one.band is None else one.band))
            assert [rounded(one) for one in found] == [rounded(one) for one in expected]


def rounded(sums: CallSums) -> tuple[object, ...]:
    """The values to nine digits; a database adds in an order of its own."""
    values = (sums.calls, sums.seconds, sums.talk_share, sums.talk_calls, sums.mood,
              sums.mood_calls, sums.scored, sums.high, sums.escalated, sums.promised,
              sums.promised_yen, sums.advice_done, sums.advice_dismissed)  # fmt: skip
    return sums.key, sums.band, *(round(float(value), 9) for value in values)


def test_only_calls_of_these_agents_count(engine: Engine) -> None:
    """Of nobody, where nobody is in reach."""
    fill(engine, 60)
    queries = OperationQueries(engine)
    last = FIRST + timedelta(days=9)

    def agents(of: set[str] | None) -> set[str]:
        found = queries.sums(SumsBy.AGENT, FIRST, last, demo=False, agent_ids=of)
        return {one.key for one in found}

    assert agents({"agent-1", "agent-9"}) == {"agent-1"}
    assert agents(set()) == set()
    assert len(agents(None)) == 4


def test_an_old_database_has_its_calls_summed(engine: Engine) -> None:
    """The sums are the same as those of calls that end now; an older program makes its own."""
    fill(engine)
    queries, last = OperationQueries(engine), FIRST + timedelta(days=9)

    def sums() -> list[tuple[object, ...]]:
        found = queries.sums(SumsBy.AGENT, FIRST, last, demo=False, agent_ids=None)
        return [rounded(one) for one in found]

    before = sums()
    moved(engine, "0030")
    moved(engine, "head", "upgrade")
    assert before
    assert sums() == before
