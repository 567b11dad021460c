"""What a server does to its database beside the calls: events of older versions are narrowed."""

from callrisk.background.loop import Loop
from callrisk.domain.outside import OutsideError
from callrisk.store.calls import Store
from callrisk.store.log.narrowing import Narrowing

# The pause after each batch: what reads and writes calls in progress goes first.
_PAUSE_S = 0.1


class Upkeep:
    """Runs in a thread of its own between `start` and `stop`."""

    def __init__(self, store: Store) -> None:
        self._loop = Loop("upkeep", Narrowing(store.engine).step, _PAUSE_S, (OutsideError,))

    def start(self) -> None:
        """Begin."""
        self._loop.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._loop.stop()
