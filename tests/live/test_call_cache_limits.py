"""The cache of calls at its edges: what it holds, reads again, joins and drops."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from callrisk.domain.call_record import StoredCall
from callrisk.domain.event_types import Source
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.masking import PersonsOfCalls
from callrisk.live.call_cache import CallCache
from callrisk.live.person_hiding import PersonHiding
from callrisk.live.served_playbook import ServedPlaybook
from harness.live_bench import Clock


class Rows:
    """The rows of calls, of which nothing was said."""

    def __init__(self, *rows: StoredCall, ended: tuple[StoredCall, ...] = ()) -> None:
        self.rows = {row.call_id: row for row in (*rows, *ended)}
        self._ended = ended
        self.asked_for_end: set[str] = set()
        self.latest: dict[str, SimpleNamespace] = {}

    def call(self, call_id: str) -> StoredCall | None:
        """The row of a call."""
        return self.rows.get(call_id)

    def active_calls(self) -> list[StoredCall]:
        """Those in progress."""
        return [row for row in self.rows.values() if row.ended_at is None]

    def ended_but_heard_since(self) -> tuple[StoredCall, ...]:
        """Those of which something was heard since their summary."""
        return self._ended

    def is_end_requested(self, call_id: str) -> bool:
        """True if somebody asked for the end of a call."""
        return call_id in self.asked_for_end

    def conversation(self, call_id: str) -> set[str]:
        """A call alone."""
        return {call_id}

    def latest_assessment(self, call_id: str) -> SimpleNamespace | None:
        """The last assessment of a call, if there was any."""
        return self.latest.get(call_id)

    def __getattr__(self, _name: str) -> object:
        return lambda *_arguments, **_named: []


def row(call_id: str, **more: object) -> StoredCall:
    """A call without a customer."""
    stored = StoredCall(call_id, None, "a", Source.REST, False, Clock()(), None, False, False, None)
    return replace(stored, **more)  # type: ignore[arg-type]


@pytest.fixture
def joined() -> list[tuple[str, str]]:
    """The customers that were looked for, with their calls."""
    return []


def cache_of(rows: Rows, clock: Clock, joined: list[tuple[str, str]]) -> CallCache:
    """A cache of calls, of whose customers there is no record."""

    def find(call: object, customer_id: object) -> None:
        joined.append((str(getattr(call, "call_id", call)), str(customer_id)))

    queries = rows  # its own small stand-in for the database
    return CallCache(
        queries, find, clock.monotonic, packaged_concerns(), ServedPlaybook(),  # type: ignore[arg-type]
        PersonHiding(PersonsOfCalls(), queries),  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_call_is_held_from_the_start_or_once_it_was_asked_for(
    joined: list[tuple[str, str]],
) -> None:
    """Calls in progress, and those that were heard since; an unknown one is an error."""
    rows = Rows(
        row("c1"), row("done", ended_at=Clock()()), ended=(row("late", ended_at=Clock()()),)
    )
    cache = cache_of(rows, Clock(), joined)

    assert [name in cache for name in ("c1", "late", "done", "gone")] == [True, True, False, False]
    assert (cache.call("c1").dirty, cache.call("late").dirty) == (True, True)
    assert (cache.call("done").dirty, "done" in cache) == (False, True)
    assert cache.call("done").alerted
    with pytest.raises(KeyError):
        cache.call("gone")
    assert [cache.has_in_progress(name) for name in ("c1", "done", "gone")] == [True, False, False]
    cache.call("c1").ended_at = Clock()()
    assert not cache.has_in_progress("c1")


@pytest.mark.parametrize(("state", "category"), [("scored", "high"), ("listening", None)])
def test_a_call_that_is_read_again_has_its_category(
    state: str, category: str | None, joined: list[tuple[str, str]]
) -> None:
    """So that nobody is alerted twice; while a call is listened to it has none."""
    rows = Rows(row("c1"))
    payload = {"state": state, "risk_category": "high"}
    rows.latest["c1"] = SimpleNamespace(told="account", payload=payload)
    call = cache_of(rows, Clock(), joined).call("c1")

    assert (call.category, call.told) == (category, "account")


def test_the_customer_is_joined_where_it_is_another_one(joined: list[tuple[str, str]]) -> None:
    """The row is read in any case."""
    rows = Rows(row("c1"))
    cache = cache_of(rows, Clock(), joined)
    call = cache.call("c1")
    call.dirty = False

    rows.rows["c1"] = row("c1", agent_id="b")
    cache.reload(call)
    assert (call.stored.agent_id, call.dirty, joined) == ("b", False, [])
    rows.rows["c1"] = row("c1", customer_id="7")
    cache.reload(call)
    cache.reload(call)
    assert (call.stored.customer_id, call.dirty, len(joined)) == ("7", True, 1)
    del rows.rows["c1"]
    cache.reload(call)
    cache.refresh(call)
    cache.rejoin(call)
    assert (call.stored.customer_id, len(joined)) == ("7", 1)


@pytest.mark.parametrize(("seconds", "is_kept"), [(600.0, True), (600.5, False)])
def test_an_ended_call_is_kept_for_ten_minutes(
    seconds: float, is_kept: bool, joined: list[tuple[str, str]]
) -> None:
    """Longer while its own server has something to store; that of another server not."""
    clock = Clock()
    ended = tuple(row(name, ended_at=clock()) for name in ("own", "other", "stored"))
    cache = cache_of(Rows(row("c1"), ended=ended), clock, joined)
    cache.call("stored").dirty = False
    clock.pass_seconds(seconds)
    cache.drop_ended(lambda call_id: call_id == "own")

    assert [name in cache for name in ("c1", "own", "other", "stored")] == [
        True, True, is_kept, is_kept,
    ]  # fmt: skip
