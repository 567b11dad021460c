"""One customer's calls and sums, on both databases, beside sums that Python makes."""

from datetime import UTC, date, datetime

from sqlalchemy import Engine, insert

from callrisk.store.facts.customer_queries import CustomerQueries
from callrisk.store.facts.fact_tables import call_facts
from harness.ended_calls import EndedCall, ended_call, make_findable
from harness.fact_rows import fact_row

DAY = date(2026, 11, 20)


def stored(engine: Engine) -> list[dict[str, object]]:
    """Store ten calls of two customers and agents, one a demonstration; return the rows."""
    rows = [
        fact_row(
            f"c{n}", DAY, f"agent-{1 + n % 2}", customer_id="1001" if n % 5 else "1002",
            started_at=datetime(2026, 11, 1 + n, 3, tzinfo=UTC), first_score=10 * n,
            final_category="high" if n >= 7 else "low", notes=n % 3, escalated=n == 8,
            promised_on=DAY if n % 4 == 1 else None, demo=n == 9,
            course=[[0, 10 * n], [5, max(10 * n - 7, 0)], [9, 10 * n]],
        )
        for n in range(10)
    ]  # fmt: skip
    rows.append(fact_row("unscored", DAY, "agent-1", customer_id="1001"))
    with engine.begin() as connection:
        connection.execute(insert(call_facts), rows)
    return rows


def test_sums_and_calls_are_those_of_the_customer(engine: Engine) -> None:
    """Of all agents or of some; the newest first; the lowest score is that of the course."""
    rows, queries = stored(engine), CustomerQueries(engine)
    for demo, agents in ((None, None), (False, None), (False, {"agent-2"})):
        own = [
            row
            for row in rows
            if row["customer_id"] == "1001"
            and demo in (None, row["demo"])
            and (agents is None or row["agent_id"] in agents)
        ]
        sums = queries.sums("1001", demo=demo, agent_ids=agents)
        assert sums is not None
        assert (sums.calls, sums.scored, sums.high, sums.escalated, sums.notes, sums.promises) == (
            len(own), sum(row["final_score"] is not None for row in own),
            sum(row["final_category"] == "high" for row in own),
            sum(bool(row["escalated"]) for row in own), sum(int(str(row["notes"])) for row in own),
            sum(row["promised_on"] is not None for row in own),
        )  # fmt: skip
        found = queries.calls("1001", 3, demo=demo, agent_ids=agents)
        newest = sorted(own, key=lambda row: str(row["started_at"]), reverse=True)[:3]
        assert [call.call_id for call in found] == [row["call_id"] for row in newest]

    (call,) = queries.calls("1001", 1, demo=False, agent_ids={"agent-1"})
    assert (call.lowest_score, call.final_score, call.has_record) == (None, None, False)
    found = queries.calls("1001", 9, demo=False, agent_ids=None)
    assert [call.lowest_score for call in found if call.call_id == "c8"] == [73]
    assert queries.sums("1003", demo=None, agent_ids=None) is None


def test_a_call_that_is_kept_can_be_opened(engine: Engine) -> None:
    """Another one has left its facts alone."""
    ended_call(engine, EndedCall("kept", ["来月払います"], 0, "agent-1", "1001"))
    make_findable(engine)
    with engine.begin() as connection:
        connection.execute(insert(call_facts), [fact_row("gone", DAY, "a", customer_id="1001")])
    calls = CustomerQueries(engine).calls("1001", 9, demo=None, agent_ids=None)

    assert {call.call_id: call.has_record for call in calls} == {"kept": True, "gone": False}
