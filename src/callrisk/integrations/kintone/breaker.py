"""Whether Kintone is there, and the pause that it is given when it is not."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime

from callrisk.integrations.kintone.deadline import Clock
from callrisk.integrations.kintone.errors import LATER, KintoneError

logger = logging.getLogger(__name__)

_FAILURES_TO_OPEN = 5
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class State:
    """Whether Kintone answers; since when not (the first failure of this outage), and why."""

    reachable: bool
    since: datetime | None
    problem: str | None


class Breaker:
    """Opens after five failures in a row; then one request at a time may try, ever more rarely."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._state = State(reachable=True, since=None, problem=None)
        self._failures = 0
        self._pause_s = 0.0
        self._shut_until = 0.0
        self._is_probing = False

    @property
    def state(self) -> State:
        """How Kintone stands at this moment."""
        with self._lock:
            return self._state

    def check(self) -> None:
        """A KintoneError while no request may be made."""
        with self._lock:
            self._refuse_while_open()

    def admit(self) -> bool:
        """Let a request through, or raise; true where it is the one that tries during an outage.

        Whoever was admitted says how it went: `succeeded`, `failed` or `gave_up`.
        """
        with self._lock:
            self._refuse_while_open()
            probes = self._is_probing = self._is_open
            return probes

    def succeeded(self) -> None:
        """Kintone answered, be it with a refusal."""
        with self._lock:
            was_open, since = self._is_open, self._state.since
            self._state = State(reachable=True, since=None, problem=None)
            self._failures, self._pause_s, self._is_probing = 0, 0.0, False
        if was_open:
            logger.info("kintone is back; it was away since %s", since)

    def failed(self, problem: str, probed: bool) -> None:
        """Kintone did not answer, or not as Kintone does."""
        with self._lock:
            since = self._state.since or self._clock.now()
            self._state = State(reachable=False, since=since, problem=problem)
            self._failures += 1
            self._is_probing = self._is_probing and not probed
            opens = self._failures == _FAILURES_TO_OPEN or (probed and self._is_open)
            if opens:
                pause_s = min(_LONGEST_PAUSE_S, max(_FIRST_PAUSE_S, self._pause_s * 2))
                self._pause_s, self._shut_until = pause_s, self._clock.monotonic() + pause_s
        if opens:
            logger.warning("kintone is away since %s; the next try is in %g s", since, pause_s)

    def gave_up(self, probed: bool) -> None:
        """The request was not made after all, so nothing is known."""
        with self._lock:
            self._is_probing = self._is_probing and not probed

    @property
    def is_shut(self) -> bool:
        """Whether a request would be refused right now."""
        with self._lock:
            return self._refuses()

    @property
    def _is_open(self) -> bool:
        return self._failures >= _FAILURES_TO_OPEN

    def _refuses(self) -> bool:
        is_pausing = self._clock.monotonic() < self._shut_until
        return self._is_open and (is_pausing or self._is_probing)

    def _refuse_while_open(self) -> None:
        if self._refuses():
            since = f"{self._state.since:%Y-%m-%d %H:%M:%S} UTC"
            raise KintoneError(
                f"Kintone is away since {since} and is given a pause; try later "
                f"({self._state.problem})",
                LATER,
            )
