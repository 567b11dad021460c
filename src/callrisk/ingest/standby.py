"""The standing by of a reader process while another one reads the stream."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from callrisk.domain.time import utc_now
from callrisk.store.connect.reading_lease import ReadingLease
from callrisk.store.store_away import StoreAwayError

logger = logging.getLogger(__name__)

# A lease is taken, or renewed, this often.
RENEW_EVERY_S = 2.0


class Standby:
    """Waits for the lease on a stream, and keeps it; `lost` is called when another has it."""

    def __init__(
        self, lease: ReadingLease, lost: Callable[[], None],
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._lease = lease
        self._lost = lost
        self._now = now
        self._stopped = threading.Event()
        # Whether another process took the stream over from this one.
        self.is_lost = False

    def wait_for_turn(self) -> bool:
        """Return True once this process reads the stream; False if it was stopped before."""
        is_told = False
        while not self._stopped.is_set():
            with suppress(StoreAwayError):
                if self._lease.take(self._now()):
                    return True
                if not is_told:
                    logger.info("another process reads %s; standing by", self._lease.stream)
                    is_told = True
            self._stopped.wait(RENEW_EVERY_S)
        return False

    def renew(self) -> int:
        """Renew the lease; a process that was frozen may find it another's by now, and stops."""
        if not self.is_lost and not self._lease.take(self._now()):
            logger.warning("another process reads %s by now; this one ends", self._lease.stream)
            self.is_lost = True
            self._lost()
        return 0

    def stop(self) -> None:
        """End the waiting."""
        self._stopped.set()

    def leave(self) -> None:
        """Let another process read at once."""
        with suppress(StoreAwayError):
            self._lease.release()
