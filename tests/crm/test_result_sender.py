"""When results are written, when they are tried again, and when the form is looked at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from callrisk.background.retry import RETRIES
from callrisk.crm.directory import WritingPace
from callrisk.crm.result_sender import ResultSender
from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.store import tables
from callrisk.store.database import open_database
from callrisk.store.outbox import RESULT_MESSAGE, Outbox, OutboxMessage, enqueue
from callrisk.store.transaction import writing
from harness.live_bench import Clock

PACE = WritingPace(rest_s=10.0, check_s=60.0)


@dataclass
class Sink:
    """A place for results whose form can lose fields, and that can be away."""

    unfit: list[str] = field(default_factory=list)
    error: OutsideError | None = None
    written: list[str] = field(default_factory=list)

    def write(self, results: Sequence[CallResult]) -> None:
        """Keep the ids of the calls."""
        if self.error is not None:
            raise self.error
        self.written += [result.call_id for result in results]

    def problems(self) -> list[str]:
        """Return what is missing in the form."""
        return self.unfit


@dataclass
class Writing:
    """A sender at work on a database of its own."""

    engine: Engine
    clock: Clock = field(default_factory=Clock)
    sink: Sink = field(default_factory=Sink)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.engine)
        self.sender = ResultSender(self.sink, self.outbox, self.clock.monotonic, pace=PACE)

    def enqueue(self, call_id: str) -> None:
        """Let the result of a call wait."""
        result = CallResult(
            call_id, "1001", "agent-1", 50, "medium", "中", ["a"], "v1", "unproven", "2026-01-01"
        )
        message = OutboxMessage(RESULT_MESSAGE, call_id, call_id, asdict(result))
        with writing(self.engine) as connection:
            enqueue(connection, message, utc_now())

    def step(self, seconds: float = 0.0) -> int:
        """Let the sender step, so many seconds later."""
        self.clock.pass_seconds(seconds)
        return self.sender.step()


@pytest.fixture
def at_work(tmp_path: Path) -> Writing:
    """A sender that has nothing to do yet."""
    return Writing(open_database(f"sqlite:///{tmp_path / 'calls.db'}"))


def test_each_failure_waits_longer_until_the_longest_wait(at_work: Writing) -> None:
    """By the table of retries: 2, 4 and 8 seconds, then 15."""
    at_work.enqueue("c1")
    at_work.sink.error = OutsideError("away")
    waits = []
    for _ in range(6):
        began = utc_now()
        assert at_work.step(10) == 1
        with writing(at_work.engine) as connection:
            (due_at,) = connection.execute(select(tables.outbox.c.due_at)).scalars()
            waits.append(round((due_at - began).total_seconds()))
            connection.execute(update(tables.outbox).values(due_at=began))

    assert waits == [2, 4, 8, 15, 15, 15]
    assert RETRIES.result_write.longest_s == 15.0
    assert at_work.outbox.pending(RESULT_MESSAGE) == (1, "away")


def test_writing_rests_between_two_requests(at_work: Writing) -> None:
    """Not a second less than the pace says; then all that came meanwhile goes at once."""
    at_work.enqueue("c1")
    assert at_work.step() == 1
    at_work.enqueue("c2")
    at_work.enqueue("c3")

    assert (at_work.step(9.9), at_work.sink.written) == (0, ["c1"])
    assert (at_work.step(0.1), at_work.sink.written) == (2, ["c1", "c2", "c3"])


def test_a_field_that_vanishes_after_the_last_result_is_still_noticed(at_work: Writing) -> None:
    """Though nothing else waits: the form is looked at once more, and the result waits again."""
    at_work.step(1)
    at_work.enqueue("c1")
    at_work.step(10)
    at_work.sink.unfit = ["risk_score"]
    at_work.enqueue("c2")
    at_work.step(10)
    assert (at_work.sink.written, at_work.sender.unfit) == (["c1", "c2"], [])

    assert at_work.step(49.9) == 0
    assert at_work.sender.unfit == []
    assert at_work.step(0.2) == 0
    assert at_work.sender.unfit == ["risk_score"]
    assert at_work.outbox.pending(RESULT_MESSAGE)[0] == 2
    at_work.sink.unfit = []
    at_work.step(60)
    assert at_work.sink.written == ["c1", "c2", "c1", "c2"]
