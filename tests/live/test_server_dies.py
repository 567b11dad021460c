"""The server dies at each named point of a step; the next one goes on from the database."""

import pytest

from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from harness.crashes import dying_at
from harness.live_bench import Bench, talk, turn


def restarted(bench: Bench) -> LiveCalls:
    """Return a server on the same database that remembers nothing."""
    return LiveCalls(
        bench.store, bench.live._champion, bench.live._cache._find_customer,
        lambda event, _agent: bench.published.append(event),
        LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip


@pytest.mark.parametrize(
    "point", ["before_assessed_commit", "after_assessed_commit", "before_push"]
)
def test_a_server_that_dies_is_followed_by_one_that_ends_the_call_with_the_same_score(
    bench: Bench, point: str
) -> None:
    """Turns, final score and end are those of a call without a death, each stored once."""
    for call_id in ("calm", "dying"):
        bench.start(call_id)
    talk(bench, "calm", 8)
    talk(bench, "dying", 4)
    bench.intake.add_segments("dying", [turn(number) for number in range(4, 8)])
    bench.clock.pass_seconds(2)
    with dying_at(point):
        bench.live.step()
    bench.live = restarted(bench)
    bench.live.step()
    for call_id in ("calm", "dying"):
        bench.live.finish(call_id)
        bench.live.step()
    ended = {one: bench.queries.call(one) for one in ("calm", "dying")}
    scores = {one: call.summary["final_risk_score"] for one, call in ended.items()}  # type: ignore[union-attr, index]
    logged = bench.queries.events_after(0, 10_000)
    told = [one.payload["segment_id"] for one in logged if one.type == "transcript_segment"]

    assert scores["dying"] == scores["calm"]
    assert len(bench.queries.segments("dying")) == 8
    assert [event.type for event in logged].count("call_ended") == 2
    assert sorted(told) == sorted(f"s{number}" for number in [*range(8), *range(8)])
