"""Several servers on one database: each call is assessed by one of them, and none is forgotten."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.live.servers.ownership import Leased, Nothing
from callrisk.store.calls import Ending
from callrisk.store.leases import LEASE_S, PARTITIONS, LeaseLostError, Leases, partition_of
from callrisk.store.store_away import StoreAwayError
from harness.live_bench import Bench, turn

CALLS = [f"call-{number}" for number in range(24)]


def server(bench: Bench, name: str, place: str | None = None) -> LiveCalls:
    """A server that shares the database of the bench."""
    live = LiveCalls(
        bench.store, bench.live._champion, lambda _call, _id: None, lambda _event, _agent: None,
        LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip
    leases = Leases(bench.store.engine, name, place or f"{name}:")
    live.ownership = Leased(leases, bench.clock, bench.clock.monotonic)
    return live


def settle(bench: Bench, *servers: LiveCalls) -> None:
    """Let servers find each other, and each assess what is due."""
    for _ in range(3):
        bench.clock.pass_seconds(2.5)
        for one in servers:
            one.step()


def say(bench: Bench, number: int) -> None:
    """One more turn in every call."""
    for call_id in CALLS:
        bench.intake.add_segments(call_id, [turn(number)])


def assessed(bench: Bench) -> Counter[str]:
    """How often each call was assessed."""
    return Counter({one: len(bench.queries.assessments(one)) for one in CALLS})


def begin(bench: Bench) -> None:
    """Begin all calls, of customers that nobody knows."""
    for call_id in CALLS:
        bench.start(call_id, None)


def test_two_servers_share_the_calls(bench: Bench) -> None:
    """Each call is assessed once by one of them, and both know that there are two."""
    begin(bench)
    one, two = server(bench, "one"), server(bench, "two")
    settle(bench, one, two)
    before = assessed(bench)
    say(bench, 0)
    settle(bench, one, two)

    assert assessed(bench) - before == Counter(CALLS)
    assert (one.ownership.servers, two.ownership.servers) == (2, 2)
    owned = [sum(live.ownership.owns(call_id) for call_id in CALLS) for live in (one, two)]
    assert sum(owned) == len(CALLS)
    assert min(owned) > 0


def test_the_calls_of_a_server_that_died_are_taken_over(bench: Bench) -> None:
    """After the end of its leases; one that starts in its place takes them at once."""
    begin(bench)
    one, two = server(bench, "one"), server(bench, "two")
    settle(bench, one, two)
    say(bench, 0)
    bench.clock.pass_seconds(LEASE_S + 1)
    settle(bench, two)
    assert min(assessed(bench).values()) >= 1
    assert all(two.ownership.owns(call_id) for call_id in CALLS)

    next_run = server(bench, "two:next", "two")
    settle(bench, next_run)
    assert all(next_run.ownership.owns(call_id) for call_id in CALLS)


def test_a_frozen_server_writes_nothing_when_it_comes_back(bench: Bench) -> None:
    """Its leases went to another one; it drops its assessments and takes part again."""
    begin(bench)
    frozen = server(bench, "frozen")
    settle(bench, frozen)
    other = server(bench, "other")
    say(bench, 0)
    fence = dict(frozen.ownership.fence() or {})
    bench.clock.pass_seconds(60)
    settle(bench, other)
    before = assessed(bench)
    with pytest.raises(LeaseLostError):
        bench.store.record_assessments([], [_ending_of(bench, CALLS[0], other)], fence)
    # The clock of the frozen one stood still: it believes in its leases.
    frozen.ownership._renewed_at = bench.clock.monotonic()
    frozen._seq = 0
    for call in frozen._cache:
        call.dirty = True
    frozen.step()

    assert assessed(bench) == before
    call = bench.queries.call(CALLS[0])
    assert call is not None
    assert call.ended_at is None
    settle(bench, frozen, other)
    assert frozen.ownership.servers == 2


def _ending_of(bench: Bench, call_id: str, live: LiveCalls) -> Ending:
    call = live.call(call_id)
    call.ended_at = bench.clock()
    ending = live._assessor._ending(call, None)
    call.ended_at = None
    return ending


def test_a_server_that_stops_leaves_its_calls_at_once(bench: Bench) -> None:
    """Nobody waits for the end of its leases."""
    begin(bench)
    one, two = server(bench, "one"), server(bench, "two")
    settle(bench, one, two)
    one.ownership.release()
    bench.clock.pass_seconds(2.5)
    two.step()

    assert all(two.ownership.owns(call_id) for call_id in CALLS)


def test_a_server_that_only_shows_calls_scores_and_ends_by_another(bench: Bench) -> None:
    """Its answers come when the other one has assessed what was heard, or ended the call."""
    bench.start("c1", None)
    shows, assesses = server(bench, "shows"), server(bench, "assesses")
    shows.ownership = Nothing()
    settle(bench, assesses)
    before = len(bench.queries.assessments("c1"))
    bench.intake.add_segments("c1", [turn(0)])
    stopped = threading.Event()

    def work() -> None:
        while not stopped.wait(0.02):
            bench.clock.pass_seconds(1.1)
            assesses.step()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        shows.assess_now("c1")
        assert len(bench.queries.assessments("c1")) > before
        assert bench.queries.is_assessed("c1")
        summary = shows.finish("c1")
    finally:
        stopped.set()
        worker.join()
    assert (summary["end_reason"], summary["turns"]) == ("requested", 1)
    assert shows.finish("c1") == summary


def test_a_lease_that_nobody_else_had_loads_nothing_again(bench: Bench) -> None:
    """However late it was renewed; one that another server had in between does."""
    alone = server(bench, "alone")
    assert len(alone.ownership.refresh()) == PARTITIONS
    bench.clock.pass_seconds(9)
    assert not alone.ownership.owns(CALLS[0])
    assert alone.ownership.refresh() == frozenset()
    assert alone.ownership.owns(CALLS[0])


def test_calls_of_others_leave_the_cache_some_time_after_their_end(bench: Bench) -> None:
    """Although nothing that this server did has told it that all is stored."""
    begin(bench)
    shows, assesses = server(bench, "shows"), server(bench, "assesses")
    shows.ownership = Nothing()
    say(bench, 0)
    settle(bench, assesses, shows)
    for call_id in CALLS:
        assesses.finish(call_id)
    shows.step()
    bench.clock.pass_seconds(3_600)
    for one in (assesses, shows):
        one.step()

    assert (len(list(assesses._cache)), len(list(shows._cache))) == (0, 0)


def test_an_end_that_was_asked_for_is_not_lost_with_the_assessor(bench: Bench) -> None:
    """The server that takes the call over ends it."""
    bench.start("c1", None)
    died = server(bench, "died")
    settle(bench, died)
    bench.store.ask_for_end("c1", bench.clock())
    bench.clock.pass_seconds(LEASE_S + 1)
    two = server(bench, "two")
    settle(bench, two)

    call = bench.queries.call("c1")
    assert call is not None
    assert (call.over_reason, call.ended_at is not None) == ("requested", True)


def test_a_piece_of_a_turn_needs_no_assessment(bench: Bench) -> None:
    """Nobody waits for one."""
    bench.start("c1", None)
    assesses = server(bench, "assesses")
    settle(bench, assesses)
    assert bench.queries.is_assessed("c1")
    bench.intake.add_segments("c1", [replace(turn(0), unconfirmed=True)])
    assert bench.queries.is_assessed("c1")
    bench.intake.add_segments("c1", [turn(1)])
    assert not bench.queries.is_assessed("c1")


def test_a_clock_that_is_set_back_holds_nothing_up(bench: Bench) -> None:
    """Leases of a server that died end although they seem to last for another hour."""
    begin(bench)
    settle(bench, server(bench, "died"))
    bench.clock.moment -= timedelta(hours=1)
    two = server(bench, "two")
    settle(bench, two)

    assert all(two.ownership.owns(call_id) for call_id in CALLS)
    assert two.ownership.servers == 1


def test_nobody_who_ends_a_call_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that no server takes is answered as a database that is away."""
    monkeypatch.setattr("callrisk.live.servers.other_servers._WAIT_ENDED_S", 0.1)
    bench.start("c1", None)
    shows = server(bench, "shows")
    shows.ownership = Nothing()
    with pytest.raises(StoreAwayError):
        shows.finish("c1")


def test_partitions_are_even() -> None:
    """A call belongs to one, always."""
    sizes = Counter(partition_of(f"contact-{number}") for number in range(PARTITIONS * 200))
    assert set(sizes) == set(range(PARTITIONS))
    assert max(sizes.values()) < 1.4 * 200
    assert partition_of("契約-1") == partition_of("契約-1")
