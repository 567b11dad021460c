"""Time, sleep and chance as arguments, so that a test decides how long a wait lasts."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrisk.domain.time import utc_now


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a caller; `chance` draws from 0 to 1."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = utc_now
    chance: Callable[[], float] = random.random


class Deadline:
    """The moment by which a call must have ended, with an answer or an error."""

    def __init__(self, clock: Clock, within_s: float) -> None:
        self._clock = clock
        self.within_s = within_s
        self._end = clock.monotonic() + within_s

    def left_s(self) -> float:
        """Return the seconds that are left; 0 when it is over."""
        return max(0.0, self._end - self._clock.monotonic())
