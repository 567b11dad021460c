"""The pause of a sender whose messages are refused, and the one message that probes after it."""

from callrisk.background.clock import Clock
from callrisk.background.retry import RetryTimings
from callrisk.domain.outside import OutsideError


class SendingGate:
    """Open until nothing of a request was taken; then one message may go after each pause."""

    def __init__(self, clock: Clock, retries: RetryTimings) -> None:
        self._clock = clock
        self._retries = retries
        self._failures, self._again_at = 0, float("-inf")

    @property
    def has_failed(self) -> bool:
        """Return whether the last request was refused whole."""
        return self._failures > 0

    def most(self, at_once: int) -> int:
        """Return how many messages may go now."""
        if not self._failures:
            return at_once
        return 1 if self._clock.monotonic() >= self._again_at else 0

    def failed(self, error: OutsideError) -> None:
        """Pause, longer than the last time."""
        self._failures += 1
        wait_s = self._retries.wait_s(self._failures, error)
        self._again_at = self._clock.monotonic() + wait_s

    def open(self) -> None:
        """Let everything go."""
        self._failures, self._again_at = 0, float("-inf")
