"""Turns of many calls at once: few transactions, one assessment a call, and no turn lost."""

from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy import event

from callrisk.domain.language import packaged
from callrisk.domain.masking import Masking
from callrisk.domain.masking.masking import NO_THINGS, NOTHING_SAID
from callrisk.live.call_intake import CallIntake, Sent
from callrisk.store.transaction import writing
from harness.live_bench import Bench, turn

CALLS = ("c0", "c1", "c2", "c3")
BROKEN = "この発話だけは保存できません"


def batch_of(turns: int, calls: tuple[str, ...] = CALLS) -> list[Sent]:
    """Turns of calls that speak in turn."""
    return [Sent(n, calls[n % len(calls)], turn(n // len(calls))) for n in range(turns)]


@pytest.fixture
def calls(bench: Bench) -> Bench:
    """Calls in progress."""
    for call_id in CALLS:
        bench.start(call_id)
    return bench


@pytest.mark.parametrize(("turns", "transactions"), [(1, 1), (25, 1), (26, 2), (60, 3)])
def test_25_turns_of_any_calls_share_a_transaction(
    calls: Bench, turns: int, transactions: int
) -> None:
    """However many calls they are of."""
    committed: list[object] = []
    event.listen(calls.store.engine, "commit", committed.append)
    taken = calls.intake.add_batch(batch_of(turns))

    assert len(committed) == transactions
    assert taken.heard.total() == turns


def test_each_call_is_assessed_once(calls: Bench) -> None:
    """A batch of several transactions is one change of each of its calls."""
    calls.live.step()
    calls.clock.pass_seconds(2)
    before = {one: len(calls.queries.assessments(one)) for one in CALLS}
    calls.intake.add_batch(batch_of(60))
    calls.live.step()

    assert {one: len(calls.queries.assessments(one)) - before[one] for one in CALLS} == (
        dict.fromkeys(CALLS, 1)
    )


def test_a_batch_is_known_when_it_is_sent_again(calls: Bench) -> None:
    """Also in part, and nothing is told twice."""
    first = calls.intake.add_batch(batch_of(30))
    seq = calls.queries.last_seq()
    again = calls.intake.add_batch(batch_of(30))
    more = calls.intake.add_batch(batch_of(32)[20:])

    assert (first.heard, again.heard) == (Counter(c0=8, c1=8, c2=7, c3=7), Counter())
    assert more.heard == Counter(c2=1, c3=1)
    assert calls.queries.last_seq() == seq + 2


@dataclass(frozen=True)
class Fragile(Masking):
    """Masking that fails on one turn."""

    def masked(self, text: str, things: object = NO_THINGS, said: object = NOTHING_SAID) -> str:
        """Return the text as it is."""
        if text == BROKEN:
            raise RuntimeError("a fault of our own")
        return text


def test_a_turn_that_cannot_be_stored_costs_no_other(calls: Bench) -> None:
    """It is set aside by its place, and those around it are stored."""
    intake = CallIntake(calls.store, calls.live, packaged(), calls.clock, Fragile(tagger=None))
    batch = batch_of(12)
    batch[5] = Sent(5, batch[5].call_id, turn(1, BROKEN))
    taken = intake.add_batch(batch)

    assert taken.failed == [5]
    assert taken.heard == Counter(c0=3, c1=2, c2=3, c3=3)
    assert [one.segment_id for one in calls.queries.segments("c1")] == ["s0", "s2"]


def test_masking_waits_for_nobody_and_holds_up_nobody(calls: Bench) -> None:
    """While turns are masked others can write: no lock of the database is held."""
    written: list[bool] = []

    @dataclass(frozen=True)
    class Beside(Masking):
        """Masking during which somebody else writes."""

        def masked(self, text: str, things: object = NO_THINGS, said: object = NOTHING_SAID) -> str:
            """Return the text as it is, after another write."""
            with writing(calls.store.engine):
                written.append(True)
            return text

    intake = CallIntake(calls.store, calls.live, packaged(), calls.clock, Beside(tagger=None))
    intake.add_batch(batch_of(8))

    assert len(written) >= 8


def test_what_is_masked_because_of_a_turn_is_not_counted(calls: Bench) -> None:
    """Numbers over several turns mask those before; accepted is what was sent, and no more."""
    texts = ("34です", "56ね", "78です", "9です")
    batch = [Sent(n, "c0", turn(n, text)) for n, text in enumerate(texts)]
    counts = [calls.intake.add_batch(batch[:3]).heard, calls.intake.add_batch(batch[3:]).heard]
    alone = [calls.intake.add_segments("c1", [one.turn]) for one in batch]
    stored = [[one.text for one in calls.queries.segments(call)] for call in ("c0", "c1")]

    assert counts == [Counter(c0=3), Counter(c0=1)]
    assert alone == [1, 1, 1, 1]
    assert stored == [["●●です", "●●ね", "●●です", "●です"]] * 2
    together = [*calls.queries.segments("c0"), *calls.queries.segments("c1")]
    assert calls.intake.add_segments("c1", [one.turn for one in batch]) == 0
    assert together == [*calls.queries.segments("c0"), *calls.queries.segments("c1")]
