"""Time of the questions of managers' pages: python benchmarks/stats.py --database URL [--calls N]

A database is filled with the facts of ended calls of two years, of a quarter as many customers and
500 agents, unless it has facts already. Then what the pages Today, Team, Customers and the call
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
from callrisk.store.facts.day_queries import DayQueries
from callrisk.store.facts.operation_queries import OperationQueries, SumsBy
from callrisk.store.facts.usual_queries import UsualQueries
from callrisk.store.transaction import writing
from harness.key_rings import KEYS

NEWEST = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAYS, AGENTS, A_CUSTOMER, BATCH = 730, 500, 4, 20_000
LIST = 1_000  # customers of one question of the call list
TIMES = 5
_OUTCOMES = ("promised", "paid", "hardship", "refused", None)
_CATEGORIES = ("low", "low", "medium", "high")


def facts(count: int) -> Iterator[list[dict[str, Any]]]:
    """Yield batches of the facts of calls, the oldest first."""
    random = np.random.default_rng(11)
    intents = list(Intent)
    for first in range(0, count, BATCH):
        size = min(BATCH, count - first)
        minutes = DAYS * 24 * 60 * (1 - (first + np.arange(size)) / count)
        drawn = zip(
            minutes, random.integers(0, AGENTS, size),
            random.integers(0, max(count // A_CUSTOMER, 1), size),
            random.integers(0, 101, (size, 3)), random.integers(60, 1_200, size),
            random.random((size, 4)), random.integers(0, len(intents), size),
            strict=True,
        )  # fmt: skip
        yield [_row(first + n, *one, intents) for n, one in enumerate(drawn)]


def _row(
    number: int, minutes: float, agent: int, customer: int, scores: Any, seconds: int, shares: Any,
    intent: int, intents: list[Intent],
) -> dict[str, Any]:  # fmt: skip
    began = NEWEST - timedelta(minutes=float(minutes))
    first, final, highest = (int(score) for score in sorted(scores))
    outcome = _OUTCOMES[number % len(_OUTCOMES)]
    is_promise = outcome == "promised"
    day = began.astimezone(JST).date()
    return {
        "call_id": f"call-{number:09d}", "day": day, "agent_id": f"agent-{agent}",
        "customer_id": str(customer), "source": "connect", "demo": False, "started_at": began,
        "ended_at": began + timedelta(seconds=int(seconds)), "duration_s": float(seconds),
        "end_reason": None, "turns": 20, "first_score": first, "final_score": final,
        "highest_score": highest, "final_category": _CATEGORIES[number % len(_CATEGORIES)],
        "course": [(0.0, first), (seconds / 2, highest), (float(seconds), final)],
        "said": {intents[intent]: 1}, "agent_sentiment": None,
        "customer_sentiment": float(shares[0]) * 10 - 5, "agent_talk_share": float(shares[1]),
        "longest_silence_s": float(shares[2]) * 20, "notes": 1, "escalated": shares[3] > 0.97,
        "alerted": shares[3] > 0.9, "advice_done": number % 3, "advice_dismissed": number % 2,
        "outcome": outcome, "promised_on": day + timedelta(days=10) if is_promise else None,
        "promised_yen": 12_000 if is_promise else None, "call_back_at": None,
    }  # fmt: skip


def fill(engine: Engine, count: int) -> None:
    """Store the facts of so many calls."""
    for rows in facts(count):
        with writing(engine) as connection:
            connection.execute(insert(fact_tables.call_facts), rows)
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
