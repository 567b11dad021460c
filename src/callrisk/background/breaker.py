"""A circuit breaker: the pause that the other side is given while it does not answer."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime

from callrisk.background.clock import Clock
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.domain.outside import OutsideError
from callrisk.domain.wording import Text

logger = logging.getLogger(__name__)

_FAILURES_TO_OPEN = 5


class CircuitOpenError(OutsideError):
    """No request is made now, as the other side is given a pause."""


@dataclass(frozen=True, slots=True)
class Availability:
    """The first failure and the last problem of an outage; None while the other side answers."""

    since: datetime | None
    problem: str | None


class CircuitBreaker:
    """Opens after five failures in a row; then one request at a time may try, ever more rarely.

    `name` is what the other side is called in messages and logs.
    """

    def __init__(self, name: str, clock: Clock, pauses: RetryTimings = RETRIES.crm_pause) -> None:
        self._name = name
        self._clock = clock
        self._pauses = pauses
        self._lock = threading.Lock()
        self._state = Availability(since=None, problem=None)
        self._failures = self._openings = 0
        self._open_until = 0.0
        self._is_probing = False
        self._reason: Text | None = None

    @property
    def reason(self) -> Text | None:
        """Return the last problem as people are told of it; None while the other side answers."""
        with self._lock:
            return self._reason

    @property
    def state(self) -> Availability:
        """Return the state at this moment."""
        with self._lock:
            return self._state

    def check(self) -> None:
        """Raise a CircuitOpenError while no request may be made."""
        with self._lock:
            self._refuse_while_open()

    def admit(self) -> bool:
        """Let a request through, or raise a CircuitOpenError; true where it probes an outage.

        Whoever was admitted reports the outcome: `succeeded`, `failed` or `gave_up`.
        """
        with self._lock:
            self._refuse_while_open()
            probes = self._is_probing = self._is_open
            return probes

    def succeeded(self) -> None:
        """Note that the other side answered, be it with a refusal."""
        with self._lock:
            was_open, since = self._is_open, self._state.since
            self._state = Availability(since=None, problem=None)
            self._failures, self._openings, self._is_probing = 0, 0, False
            self._reason = None
        if was_open:
            logger.info("%s is back; it was away since %s", self._name, since)

    def failed(self, problem: str, probed: bool, reason: Text | None = None) -> None:
        """Note that the other side did not answer, or that something else answered for it."""
        pause_s = None
        with self._lock:
            since = self._state.since or self._clock.now()
            self._state = Availability(since=since, problem=problem)
            self._reason = reason
            self._failures += 1
            self._is_probing = self._is_probing and not probed
            if self._failures == _FAILURES_TO_OPEN or (probed and self._is_open):
                self._openings += 1
                pause_s = self._pauses.wait_s(self._openings)
                self._open_until = self._clock.monotonic() + pause_s
        if pause_s is not None:
            logger.warning(
                "%s is away since %s; the next try is in %g s", self._name, since, pause_s
            )

    def gave_up(self, probed: bool) -> None:
        """Note that the request was not made after all, so that nothing is known."""
        with self._lock:
            self._is_probing = self._is_probing and not probed

    @property
    def is_open(self) -> bool:
        """Return whether a request would be refused right now."""
        with self._lock:
            return self._refuses()

    @property
    def _is_open(self) -> bool:
        return self._failures >= _FAILURES_TO_OPEN

    def _refuses(self) -> bool:
        is_pausing = self._clock.monotonic() < self._open_until
        return self._is_open and (is_pausing or self._is_probing)

    def _refuse_while_open(self) -> None:
        if self._refuses():
            since = f"{self._state.since:%Y-%m-%d %H:%M:%S} UTC"
            raise CircuitOpenError(
                f"{self._name} is away since {since} and is given a pause; try later "
                f"({self._state.problem})"
            )
