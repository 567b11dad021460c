"""Waiting for something that another thread or process brings about."""

import time
from collections.abc import Callable
from datetime import datetime

from callrisk.background.clock import Clock

# Four tests share two cores, and what takes a second alone may take some beside them.
_BUSY = 4


def eventually(holds: Callable[[], bool], seconds: float = 30, every_s: float = 0.05) -> bool:
    """Return whether something becomes true within so many seconds of a machine with time."""
    until = time.monotonic() + seconds * _BUSY
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(every_s)
    return holds()


def wait_until(holds: Callable[[], bool], seconds: float = 60, every_s: float = 0.05) -> None:
    """Return as soon as something is true; AssertionError when it is not in time."""
    assert eventually(holds, seconds, every_s), f"it did not come true within {seconds} s"


def ticking(moment: list[datetime]) -> Clock:
    """Return a clock that shows the one moment of a list, and no other time passes."""
    began = moment[0]

    def passed_s() -> float:
        return (moment[0] - began).total_seconds()

    return Clock(passed_s, now=lambda: moment[0])
