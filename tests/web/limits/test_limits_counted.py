"""The counts of requests by themselves: when to wait, how long, and what is off."""

import pytest
from limits.errors import StorageError

from callrisk.web.limits.rate_limits import Rate, RateLimits


class Away:
    """A Redis that is asked, and answers only once it is back."""

    def __init__(self) -> None:
        self.is_back, self.asked = False, 0

    def hit(self, *_identifiers: object) -> bool:
        """Count one, or fail."""
        self.asked += 1
        if not self.is_back:
            raise StorageError(ConnectionError("away"))
        return True


def test_a_limit_counts_by_person_class_and_route() -> None:
    """The request that is one too many waits at least a second, and no longer than the window."""
    limits = RateLimits({Rate.READING: "2 per minute", Rate.WRITING: "off"})
    first = [limits.wait_s(Rate.READING, "a", "/x") for _ in range(2)]
    third = limits.wait_s(Rate.READING, "a", "/x")

    assert first == [None, None]
    assert third is not None
    assert 1.0 <= third <= 60.0
    assert limits.wait_s(Rate.READING, "a", "/y") is None
    assert limits.wait_s(Rate.READING, "b", "/x") is None
    assert [limits.wait_s(Rate.WRITING, "a", "/x") for _ in range(9)] == [None] * 9
    assert limits.wait_s(Rate.EXPORTS, "a", "/x") is None


def test_a_wait_is_never_shorter_than_a_second() -> None:
    """Also at the end of a window."""
    limits = RateLimits({Rate.READING: "1 per second"})
    waits = [limits.wait_s(Rate.READING, "a", "/x") for _ in range(50)]

    assert all(wait is None or wait == 1.0 for wait in waits)
    assert 1.0 in waits


def test_redis_that_is_away_is_left_alone_for_five_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Meanwhile this server counts by itself, and says so."""
    now = [100.0]
    limits = RateLimits({Rate.READING: "2 per minute"}, clock=lambda: now[0])
    away = Away()
    assert limits.check().detail == "requests are counted in memory"
    monkeypatch.setattr(limits, "_shared", away)

    def asked(at: float) -> tuple[int, bool]:
        now[0] = at
        limits.wait_s(Rate.READING, "a", "/x")
        return away.asked, limits.check().ok

    assert limits.check().detail == "requests are counted in Redis"
    assert [asked(at) for at in (100.0, 104.9, 105.0)] == [(1, False), (1, False), (2, False)]
    assert limits.wait_s(Rate.READING, "a", "/x") is not None
    away.is_back = True
    assert [asked(at) for at in (109.9, 110.0, 110.1)] == [(2, False), (3, True), (4, True)]
