"""Advice without a model is told when it is stored, and tried again where that failed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from callrisk.domain.call_end import CallLiveness
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.live.assessment.assessor import Assessor
from callrisk.live.live_call import LiveCall
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.store.calls import NewAdvice, NewCall, Store
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness.key_rings import KEYS
from harness.live_bench import Clock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with one call."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    found = Store(engine)
    found.start_call(NewCall("c1", None, "a", Source.REST, False, Clock()()))
    yield found
    engine.dispose()


def test_advice_that_could_not_be_stored_is_told_at_the_next_look(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call stays due while the disk is full, and is told of once."""
    clock, queries = Clock(), Queries(store.engine)
    stored = queries.call("c1")
    assert stored is not None
    call = LiveCall(stored, CallLiveness(0.0))
    call.state.add(Segment("s1", 1, ParticipantRole.CUSTOMER, "間違い電話です", 0, 2_000))
    assessor = Assessor(
        store, queries, ServedChampion(tmp_path / "models", allow_demo=False), ServedPlaybook(),
        LivePolicy(clock, clock.monotonic),
    )  # fmt: skip

    def full(_advice: Sequence[NewAdvice], _at: datetime) -> None:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    with monkeypatch.context() as disk:
        disk.setattr(store, "record_advice", full)
        with pytest.raises(OperationalError):
            assessor.assess([call], None, 0)
    assert (call.dirty, call.advised) == (True, ())
    told = [assessor.assess([call], None, 0) for _ in range(2)]

    assert [one is not None and one.is_any for one in told] == [True, False]
    assert (call.dirty, bool(call.advised)) == (False, True)
    kinds = [event.type for event in queries.events_after(0, 50)]
    assert kinds.count(EventType.ADVICE_CHANGED) == 1
