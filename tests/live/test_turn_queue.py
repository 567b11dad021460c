"""Turns that several requests bring at the same time: stored together, acknowledged afterwards."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from callrisk.live.turn_queue import Outcome, TurnQueue
from callrisk.store.calls import NewCall
from harness.live_bench import Bench, turn
from harness.waiting import wait_until

CALLS = [f"c{number}" for number in range(12)]


class Desk:
    """Stores what it is handed, the first not before `go`, and keeps what came together."""

    def __init__(self) -> None:
        self.parts: list[list[tuple[str, str]]] = []
        self.go = threading.Event()
        self.queue = TurnQueue[str](self.store, 4)

    def store(self, turns: Sequence[tuple[str, str]]) -> Iterator[Outcome]:
        """Yield outcomes by the words of the turns."""
        self.parts.append(list(turns))
        assert self.go.wait(10)
        if any(said == "away" for _, said in turns):
            raise ConnectionError("away")
        for _, said in turns:
            yield ValueError(said) if said == "bad" else said == "new"


def add_all(desk: Desk, turns: Sequence[tuple[str, str]]) -> list[bool | type[Exception]]:
    """Add turns, each from a thread of its own, while the first is being stored."""

    def add(call_id: str, said: str) -> bool | type[Exception]:
        try:
            return desk.queue.add(call_id, said)
        except (ValueError, ConnectionError) as error:
            return type(error)

    with ThreadPoolExecutor(len(turns)) as pool:
        sent = [pool.submit(add, *turns[0])]
        wait_until(lambda: len(desk.parts) == 1)
        for number, one in enumerate(turns[1:], start=1):
            sent.append(pool.submit(add, *one))
            wait_until(lambda number=number: len(desk.queue._waiting) == number)
        assert not any(one.done() for one in sent)
        desk.go.set()
        return [one.result(10) for one in sent]


def test_what_waits_is_stored_together_in_order() -> None:
    """At most four at once, and of one call one at a time, the earlier first."""
    desk = Desk()
    turns = [("a", "new"), ("b", "new"), ("c", "old"), ("b", "old"), ("d", "new"), ("e", "new"),
             ("f", "new")]  # fmt: skip
    outcomes = add_all(desk, turns)

    assert outcomes == [said == "new" for _, said in turns]
    assert desk.parts == [
        turns[:1],
        [turns[1], turns[2], turns[4], turns[5]],
        [turns[3], turns[6]],
    ]


def test_each_sender_hears_of_its_own_turn() -> None:
    """One that cannot be stored is an error of its sender alone; an outage is one of all."""
    mixed, away = Desk(), Desk()

    assert add_all(mixed, [("a", "new"), ("b", "bad"), ("c", "new")]) == [True, ValueError, True]
    assert add_all(away, [("a", "new"), ("b", "away"), ("c", "new")]) == [
        True, ConnectionError, ConnectionError,
    ]  # fmt: skip
    assert away.queue.add("d", "new")


def test_whoever_is_interrupted_leaves_nobody_waiting() -> None:
    """Those whose turns it had taken along hear that they are not stored, and the queue goes on."""

    def interrupted(turns: Sequence[tuple[str, str]]) -> Iterator[Outcome]:
        if turns[0][1] == "stop":
            raise KeyboardInterrupt
        return iter([True] * len(turns))

    queue = TurnQueue[str](interrupted, 4)
    with pytest.raises(KeyboardInterrupt):
        queue.add("a", "stop")

    assert queue.add("b", "new")


def test_posts_at_the_same_time_share_transactions(bench: Bench) -> None:
    """Turns of twelve calls that wait for one writer are stored in one commit, none lost."""
    for call_id in CALLS:
        bench.intake.start(NewCall(call_id, "1001", "agent-1", "rest", False, bench.clock()))
    committed: list[object] = []
    event.listen(bench.store.engine, "commit", committed.append)
    with ThreadPoolExecutor(len(CALLS)) as pool:
        with bench.intake._queue._storing:
            sent = [pool.submit(bench.intake.add_segments, one, [turn(0)]) for one in CALLS]
            wait_until(lambda: len(bench.intake._queue._waiting) == len(CALLS))
        taken = [one.result(30) for one in sent]

    assert taken == [1] * len(CALLS)
    assert len(committed) == 1
    assert [len(bench.queries.segments(one)) for one in CALLS] == taken
