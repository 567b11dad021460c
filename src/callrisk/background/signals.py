"""Waiting for the signal that ends a program."""

import signal
import threading
from types import FrameType

# On Windows a program is told by Ctrl-C and Ctrl-Break; SIGTERM ends it at once there.
_ENDING = ("SIGINT", "SIGTERM", "SIGBREAK")
# A wait without end would hear no signal on Windows.
_LOOK_EVERY_S = 0.5


def wait_for_signal() -> None:
    """Return when the system, or a person at the terminal, asks for the end; main thread only."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    for name in _ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), ask)
    while not asked.wait(_LOOK_EVERY_S):
        pass
