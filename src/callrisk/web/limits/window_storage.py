"""Counts of requests in memory, each until its window is over.

The storage that `limits` has for that starts a thread for nearly each request, which costs more
than all else that it does.
"""

import threading
import time

from limits.storage import Storage

_LOOK_FOR_OLD_EVERY_S = 30.0


class WindowStorage(Storage):
    """Counts for many threads; what is over is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        # Count and end of the window of each key.
        self._windows: dict[str, tuple[int, float]] = {}
        self._looked_at = time.time()

    @property
    def base_exceptions(self) -> type[Exception]:
        """The errors of this storage: none."""
        return OSError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count some more; return the count of the window, which begins with its first."""
        now = time.time()
        with self._lock:
            self._forget_old(now)
            count, end = self._windows.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
            self._windows[key] = count + amount, end
            return count + amount

    def get(self, key: str) -> int:
        """Return the count of the window."""
        count, end = self._windows.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window is over, in Unix time."""
        return self._windows.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Return True: memory is there."""
        return True

    def reset(self) -> int:
        """Forget all; return how many windows that were."""
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget a window."""
        with self._lock:
            self._windows.pop(key, None)

    def _forget_old(self, now: float) -> None:
        if now - self._looked_at < _LOOK_FOR_OLD_EVERY_S:
            return
        self._looked_at = now
        self._windows = {key: one for key, one in self._windows.items() if one[1] > now}
