"""Pushing events of the log to whoever listens; one that cannot be pushed is given up in time."""

import logging
from collections.abc import Callable

from callrisk.domain.call_record import LoggedEvent

logger = logging.getLogger(__name__)

# An event that cannot be pushed for so many seconds must not hold up all that follow it.
_GIVE_UP_AFTER_S = 60.0

# Takes an event and the agent whose call it is.
Publish = Callable[[LoggedEvent, str], None]


class EventPush:
    """Pushes one event after the other; `clock` is monotonic, in seconds."""

    def __init__(self, publish: Publish, clock: Callable[[], float]) -> None:
        self._publish = publish
        self._clock = clock
        # The number of the event that fails, and since when.
        self._failing: tuple[int, float] | None = None

    def push(self, event: LoggedEvent, agent_id: str) -> None:
        """Push an event; raise what `publish` raises until the time to give up has come."""
        try:
            self._publish(event, agent_id)
        except Exception:
            now = self._clock()
            if self._failing is None or self._failing[0] != event.seq:
                self._failing = (event.seq, now)
            if now - self._failing[1] < _GIVE_UP_AFTER_S:
                raise
            logger.exception("gave up pushing event=%d call=%s", event.seq, event.call_id)
