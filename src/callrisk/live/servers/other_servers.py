"""Calls that another server on the same database assesses: asking for it, and waiting for that."""

import threading
import time
from collections.abc import Callable

from callrisk.domain.time import utc_now
from callrisk.store.calls import Store
from callrisk.store.queries import Queries
from callrisk.store.store_away import StoreAwayError

# An assessor takes a second at most; one that died is replaced within a lease.
_LOOK_EVERY_S, _WAIT_ASSESSED_S, _WAIT_ENDED_S = 0.05, 3.0, 15.0


class OtherServers:
    """Waits for what another server does."""

    def __init__(self, store: Store, queries: Queries) -> None:
        self._store = store
        self._queries = queries
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End all waiting."""
        self._stopped.set()

    def await_assessment(self, call_id: str) -> None:
        """Wait a moment until a call was assessed with everything that was heard of it."""
        self._until(lambda: self._queries.is_assessed(call_id), _WAIT_ASSESSED_S)

    def end(self, call_id: str) -> None:
        """Have a call ended, and wait for that; StoreAwayError if nobody does it."""
        self._store.ask_for_end(call_id, utc_now())

        def has_ended() -> bool:
            call = self._queries.call(call_id)
            return call is None or call.ended_at is not None

        if not self._until(has_ended, _WAIT_ENDED_S):
            raise StoreAwayError("no server that assesses calls ends this one")

    def _until(self, holds: Callable[[], bool], longest_s: float) -> bool:
        until = time.monotonic() + longest_s
        while not (found := holds()) and time.monotonic() < until:
            if self._stopped.wait(_LOOK_EVERY_S):
                break
        return found
