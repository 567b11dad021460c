"""Several readers of one stream: one reads, the others stand by and take over."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from callrisk.ingest.standby import Standby
from callrisk.store.connect.reading_lease import ReadingLease
from callrisk.store.leases import LEASE_S

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def lease(engine: Engine, name: str) -> ReadingLease:
    """The lease of one process, in a place of its own."""
    return ReadingLease(engine, "s", f"{name}:1", f"{name}:")


def test_one_reads_and_another_stands_by_until_the_lease_has_ended(engine: Engine) -> None:
    """As long as the first renews it, the second waits; then it reads, and the first does not."""
    one, two = lease(engine, "one"), lease(engine, "two")
    late = timedelta(seconds=LEASE_S - 1)

    assert [one.take(NOON), two.take(NOON), one.take(NOON + late)] == [True, False, True]
    assert not two.take(NOON + 2 * late)
    assert two.take(NOON + 3 * late)
    assert not one.take(NOON + 3 * late)


def test_a_lease_of_a_clock_that_was_set_back_is_free(engine: Engine) -> None:
    """It would last for hours otherwise."""
    lease(engine, "one").take(NOON + timedelta(hours=3))
    assert lease(engine, "two").take(NOON)


def test_a_reader_that_was_frozen_finds_another_one_and_stops(engine: Engine) -> None:
    """It says so once, and is not told to be the reader any more."""
    stops: list[str] = []
    later = NOON + timedelta(seconds=2 * LEASE_S)
    moments = iter([NOON, later, later])
    standby = Standby(lease(engine, "one"), lambda: stops.append("stop"), lambda: next(moments))
    assert standby.wait_for_turn()
    assert lease(engine, "two").take(later)

    standby.renew()
    standby.renew()

    assert stops == ["stop"]
    assert standby.is_lost


def test_one_that_is_stopped_while_it_stands_by_never_reads(engine: Engine) -> None:
    """The end of a program need not wait for its turn."""
    lease(engine, "one").take(NOON)
    standby = Standby(lease(engine, "two"), lambda: None, lambda: NOON)
    standby.stop()
    assert not standby.wait_for_turn()
