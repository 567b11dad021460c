"""Time of the questions of managers' pages: python benchmarks/stats.py --database URL [--calls N]

A database is filled with the facts of ended calls of two years, of a quarter as many customers and
60 agents, unless it has facts already. Then what the pages Today, Team, Customers and the call
list ask is asked five times each. Printed are the median and the slowest time in milliseconds.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Engine, func, insert, select, text

import tests_on_path  # noqa: F401
from callrisk.domain.customer import JST
from callrisk.domain.language import Intent
from callrisk.store.contacting.contact_store import ContactStore
from callrisk.store.database import open_database
from callrisk.store.facts import fact_tables
from callrisk.store.facts.daily_sums import days_of, sum_days
from callrisk.store.facts.day_queries import DayQueries
from callrisk.store.facts.operation_queries import OperationQueries, SumsBy
from callrisk.store.facts.usual_queries import UsualQueries
from callrisk.store.transaction import writing
from harness.key_rings import KEYS

NEWEST = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAYS, AGENTS, A_CUSTOMER, BATCH = 730, 60, 4, 20_000
LIST = 1_000  # customers of one question of the call list
TIMES = 5
_OUTCOMES = ("promised", "paid", "hardship", "refused", None)
_CATEGORIES = ("low", "low", "medium", "high")
_INTENTS = tuple(Intent)
_F = fact_tables.call_facts.c


def facts(count: int) -> Iterator[list[dict[str, Any]]]:
    """Yield batches of the facts of calls, the oldest first."""
    random = np.random.default_rng(11)
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        size = len(numbers)
        scores = np.sort(random.integers(0, 101, (size, 3)), axis=1).tolist()
        drawn = zip(
            numbers, random.integers(0, AGENTS, size).tolist(),
            random.integers(0, max(count // A_CUSTOMER, 1), size).tolist(), scores,
            random.random((size, 3)).tolist(), strict=True,
        )  # fmt: skip
        yield [_row(count, *one) for one in drawn]


def _row(
    count: int, number: int, agent: int, customer: int, scores: list[int], shares: list[float]
) -> dict[str, Any]:
    began = NEWEST - timedelta(days=DAYS) * (1 - number / count)
    seconds = 60 + 1_200 * shares[2]
    first, final, highest = scores
    outcome = _OUTCOMES[number % len(_OUTCOMES)]
    is_promise = outcome == "promised"
    day = began.astimezone(JST).date()
    return {
        "call_id": f"call-{number:09d}", "day": day, "agent_id": f"agent-{agent}",
        "customer_id": str(customer), "source": "connect", "demo": False, "started_at": began,
        "ended_at": began + timedelta(seconds=seconds), "duration_s": seconds,
        "end_reason": None, "turns": 20, "first_score": first, "final_score": final,
        "highest_score": highest, "final_category": _CATEGORIES[number % len(_CATEGORIES)],
        "course": [(0.0, first), (seconds / 2, highest), (seconds, final)],
        "said": {_INTENTS[number % len(_INTENTS)]: 1}, "agent_sentiment": None,
        "customer_sentiment": shares[0] * 10 - 5, "agent_talk_share": shares[1],
        "longest_silence_s": shares[2] * 20, "notes": 1, "escalated": number % 40 == 0,
        "alerted": number % 10 == 0, "advice_done": number % 3, "advice_dismissed": number % 2,
        "outcome": outcome, "promised_on": day + timedelta(days=10) if is_promise else None,
        "promised_yen": 12_000 if is_promise else None, "call_back_at": None,
    }  # fmt: skip


def fill(engine: Engine, count: int) -> None:
    """Store the facts of so many calls."""
    for rows in facts(count):
        with writing(engine) as connection:
            connection.execute(insert(fact_tables.call_facts), rows)
    for ago in range(DAYS + 1):
        day = NEWEST.astimezone(JST).date() - timedelta(days=ago)
        with writing(engine) as connection:
            sum_days(connection, days_of(connection, _F.day == day))
    # As the database does for itself, a little later.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def questions(engine: Engine, count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the name of each question, and the question."""
    operation, days, usual = OperationQueries(engine), DayQueries(engine), UsualQueries(engine)
    today = NEWEST.astimezone(JST).date()
    few = [f"agent-{n}" for n in range(20)]
    yield "Today: the day so far", lambda: days.so_far(NEWEST, demo=False, agent_ids=None)
    yield "Today: the usual day", lambda: days.weekdays(NEWEST, demo=False, agent_ids=None)
    for by in SumsBy:
        for length in (28, 91, 365, DAYS):
            name = f"Team: by {by}, {length} days"
            yield name, _sums(operation, by, today - timedelta(days=length - 1), today, None)
        name = f"Team: by {by}, 91 days, 20 agents"
        yield name, _sums(operation, by, today - timedelta(days=90), today, few)
    yield "usual quality", lambda: usual.quality(today, False, None)
    customers = max(count // A_CUSTOMER, 1)
    listed = [str(n * customers // LIST) for n in range(LIST)]
    contacts = ContactStore(engine)
    yield f"call list: {LIST} customers", lambda: contacts.calls(listed, demo=False)
    yield "one customer", lambda: contacts.calls(listed[7:8], demo=False)


def _sums(
    operation: OperationQueries, by: SumsBy, first: date, last: date, agents: list[str] | None
) -> Callable[[], object]:
    return lambda: operation.sums(by, first, last, demo=False, agent_ids=agents)


def main() -> None:
    """Fill the database where it is empty, ask, and print the times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", required=True, metavar="URL")
    parser.add_argument("--calls", type=int, default=1_000_000)
    options = parser.parse_args()
    engine = open_database(options.database, KEYS)
    with engine.connect() as connection:
        count = connection.execute(
            select(func.count()).select_from(fact_tables.call_facts)
        ).scalar_one()
    if not count:
        fill(engine, options.calls)
        count = options.calls
    print(f"{count} calls\n{'':<44}median   slowest (ms)")
    for name, ask in questions(engine, count):
        times = []
        for _ in range(TIMES):
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
        print(f"{name:<44}{statistics.median(times):>6.0f}   {max(times):>7.0f}", flush=True)


if __name__ == "__main__":
    main()
