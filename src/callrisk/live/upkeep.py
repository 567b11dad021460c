"""What a server does to its database beside the calls, each job in a thread of its own.

Events of older versions are narrowed, and the facts of calls that ended are written.
"""

from callrisk.background.loop import Loop
from callrisk.domain.outside import OutsideError
from callrisk.store.calls import Store
from callrisk.store.facts.facts_job import FactsJob
from callrisk.store.log.narrowing import Narrowing

# The pause after each batch: what reads and writes calls in progress goes first.
_PAUSE_S = 0.1
# The facts of a call are written so soon after its end.
_FACTS_EVERY_S = 1.0


class Upkeep:
    """Runs between `start` and `stop`."""

    def __init__(self, store: Store) -> None:
        engine, away = store.engine, (OutsideError,)
        self._loops = (
            Loop("narrowing", Narrowing(engine).step, _PAUSE_S, away),
            Loop("call facts", FactsJob(engine).step, _FACTS_EVERY_S, away),
        )

    def start(self) -> None:
        """Begin."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        for loop in self._loops:
            loop.stop()
