"""Customer segments on both databases: private, shared, sealed, removed by their owner alone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from callrisk.domain.portfolio.customer_segments import SegmentRule
from callrisk.store.customer_segments.segment_store import (
    MOST_SEGMENTS,
    SegmentStore,
    TooManySegmentsError,
)
from callrisk.store.customer_segments.segment_tables import customer_segments

AT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
RULES = (SegmentRule("contract_amount", 100_000.0), SegmentRule("score", None, 69.0))


def test_a_private_segment_is_seen_by_its_owner_alone(engine: Engine) -> None:
    """A shared one by everybody; what it says is read by nobody in the database."""
    store = SegmentStore(engine)
    own = store.add("高額の山田様", RULES, "person 1", shared=False, now=AT)
    shared = store.add("遅延あり", (SegmentRule("late"),), "person 2", shared=True, now=AT)

    assert store.seen_by("person 1") == [own, shared]
    assert store.seen_by("person 2") == store.seen_by("person 3") == [shared]
    with engine.connect() as connection:
        sealed = connection.execute(select(customer_segments.c.sealed)).scalars().all()
    assert not [one for one in sealed if "山田".encode() in bytes(one)]


def test_only_the_owner_removes_a_segment(engine: Engine) -> None:
    """Once."""
    store = SegmentStore(engine)
    own = store.add("A", RULES, "person 1", shared=True, now=AT)

    assert store.remove(own.segment_id, "person 2") is None
    assert store.remove(own.segment_id, "person 1") == own
    assert store.remove(own.segment_id, "person 1") is None
    assert store.seen_by("person 1") == []


def test_nobody_saves_without_end(engine: Engine) -> None:
    """Others may go on."""
    store = SegmentStore(engine)
    for n in range(MOST_SEGMENTS):
        store.add(str(n), RULES, "person 1", shared=False, now=AT + timedelta(seconds=n))

    with pytest.raises(TooManySegmentsError):
        store.add("more", RULES, "person 1", shared=False, now=AT)
    assert store.add("first", RULES, "person 2", shared=False, now=AT).segment_id
