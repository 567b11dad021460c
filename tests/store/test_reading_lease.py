"""The lease on a stream, on either kind of database."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from callrisk.store.connect.reading_lease import ReadingLease

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def lease(engine: Engine, name: str, place: str | None = None) -> ReadingLease:
    """The lease of one process."""
    place = place or f"{name}:"
    return ReadingLease(engine, "s", f"{place}{name}", place)


def test_who_starts_in_the_place_of_one_that_died_reads_at_once(engine: Engine) -> None:
    """The others have to wait."""
    assert lease(engine, "before", "here:").take(NOON)
    assert not lease(engine, "other", "there:").take(NOON)
    assert lease(engine, "after", "here:").take(NOON)


def test_a_lease_given_up_is_free(engine: Engine) -> None:
    """Only the own one can be given up."""
    one, two = lease(engine, "one"), lease(engine, "two")
    one.take(NOON)
    two.release()
    assert not two.take(NOON)
    one.release()
    assert two.take(NOON)
