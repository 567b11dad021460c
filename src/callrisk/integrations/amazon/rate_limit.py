"""Keeps calls of one kind below what AWS allows an account."""

import threading
import time
from collections.abc import Callable


class RateLimit:
    """A limit of so many requests a second, spread evenly; an early one waits for its turn."""

    def __init__(
        self, per_second: float, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._pause = 1.0 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait until the next request may be made."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._pause
        if turn > now:
            self._sleep(turn - now)
