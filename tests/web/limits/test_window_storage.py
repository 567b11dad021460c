"""The counts of windows in memory: where one ends, what is forgotten, and when."""

import pytest

from callrisk.web.limits import window_storage
from callrisk.web.limits.window_storage import WindowStorage


class Time:
    """A clock that stands until it is moved."""

    now = 1_000.0

    def time(self) -> float:
        """Seconds since 1970."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The clock of the storage."""
    clock = Time()
    monkeypatch.setattr(window_storage, "time", clock)
    return clock


def test_a_window_begins_with_its_first_request(clock: Time) -> None:
    """And ends to the moment; what comes then begins another one."""
    storage = WindowStorage()
    assert (storage.get("a"), storage.get_expiry("a")) == (0, 1_000.0)
    counts = [storage.incr("a", 60), storage.incr("a", 60, 2), storage.incr("b", 5)]
    clock.now = 1_059.5
    before = (storage.get("a"), storage.get_expiry("a"), storage.get("b"))
    clock.now = 1_060.0

    assert (counts, before) == ([1, 3, 1], (3, 1_060.0, 0))
    assert storage.get("a") == 0
    assert (storage.incr("a", 60), storage.get_expiry("a")) == (1, 1_120.0)


def test_what_is_over_is_forgotten_every_half_minute(clock: Time) -> None:
    """Not before, and nothing that still counts."""
    storage = WindowStorage()
    storage.incr("old", 5)
    storage.incr("new", 90)
    for now, left in ((1_029.9, 3), (1_030.0, 2), (1_059.9, 2), (1_090.0, 1)):
        clock.now = now
        storage.incr("other", 20)
        assert len(storage._windows) == left, now


def test_windows_are_cleared_one_by_one_or_all(clock: Time) -> None:
    """The number of all is told."""
    storage = WindowStorage()
    for key in "abc":
        storage.incr(key, 60)
    storage.clear("a")
    storage.clear("gone")

    assert ([storage.get(key) for key in "abc"], storage.reset()) == ([0, 1, 1], 2)
    assert storage.get("b") == 0
    assert storage.check()
