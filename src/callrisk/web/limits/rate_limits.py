"""Recent requests by person, key and address, counted in memory or in Redis for all servers."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from enum import StrEnum

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter

from callrisk.web.limits.window_storage import WindowStorage
from callrisk.wire.health import CheckResult

logger = logging.getLogger(__name__)

# A request waits for Redis no longer, and after that Redis is left alone for so long.
_REDIS_WITHIN_S = 0.2
_ASK_AGAIN_AFTER_S = 5.0
_UNLIMITED = "off"


class Rate(StrEnum):
    """The classes of requests, each with a limit of its own."""

    # Of persons.
    READING = "reading"
    WRITING = "writing"
    EXPORTS = "exports"
    # Of keys, whatever they ask: a telephony feeds the turns of all calls by one.
    SERVICES = "services"
    # Of an address, as long as nobody is known there.
    STRANGERS = "strangers"


class RateLimits:
    """Counts by who asks, what class of request it is, and which route; for many threads.

    A limit is such as "240 per minute", or "off". While Redis is away each server counts by itself.
    """

    def __init__(
        self, limits: Mapping[Rate, str], redis_url: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._items: dict[Rate, RateLimitItem] = {
            rate: parse(limit) for rate, limit in limits.items() if limit != _UNLIMITED
        }
        self._clock = clock
        self._own = FixedWindowRateLimiter(WindowStorage())
        self._shared = FixedWindowRateLimiter(_redis(redis_url)) if redis_url else None
        self._lock = threading.Lock()
        self._away_until: float | None = None

    def wait_s(self, rate: Rate, who: str, route: str) -> float | None:
        """Count a request; return None if it may go on, else how many seconds it must wait."""
        item = self._items.get(rate)
        if item is None:
            return None
        if self._shared is not None and self._may_ask_redis():
            try:
                wait_s = _hit(self._shared, item, who, route)
            except StorageError as error:
                self._note_away(error)
            else:
                self._note_back()
                return wait_s
        return _hit(self._own, item, who, route)

    def check(self) -> CheckResult:
        """Return where requests are counted, and whether Redis is away."""
        if self._shared is None:
            return CheckResult(ok=True, detail="requests are counted in memory")
        if self._away_until is None:
            return CheckResult(ok=True, detail="requests are counted in Redis")
        return CheckResult(
            ok=False, detail="Redis does not answer: each server counts requests by itself"
        )

    def _may_ask_redis(self) -> bool:
        return self._away_until is None or self._clock() >= self._away_until

    def _note_away(self, error: StorageError) -> None:
        with self._lock:
            is_new, self._away_until = self._away_until is None, self._clock() + _ASK_AGAIN_AFTER_S
        if is_new:
            cause = type(error.storage_error).__name__
            logger.warning("Redis does not answer, requests are counted here: %s", cause)

    def _note_back(self) -> None:
        if self._away_until is None:
            return
        with self._lock:
            was_away, self._away_until = self._away_until is not None, None
        if was_away:
            logger.info("Redis answers again")


def _redis(url: str) -> RedisStorage:
    return RedisStorage(
        url, wrap_exceptions=True, socket_connect_timeout=_REDIS_WITHIN_S,
        socket_timeout=_REDIS_WITHIN_S, key_prefix="callrisk",
    )  # fmt: skip


def _hit(
    limiter: FixedWindowRateLimiter, item: RateLimitItem, who: str, route: str
) -> float | None:
    if limiter.hit(item, who, route):
        return None
    return max(1.0, limiter.get_window_stats(item, who, route).reset_time - time.time())
