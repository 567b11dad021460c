"""The events that this process wrote to the log and has not followed yet, as they are pushed.

None of them need be read back. They hold words, so of two about one turn only the newer one is
kept: the older is read from the log with its row, which may be masked by now.
"""

import threading
from collections.abc import Mapping, Sequence

from callrisk.domain.call_record import LoggedEvent

# More wait only while nobody follows; then they are read from the log.
_MOST = 2_000


class OwnEvents:
    """Events by their number in the log; safe to use from many threads."""

    def __init__(self, seq: int) -> None:
        self._lock = threading.Lock()
        self._followed = seq
        self._events: dict[int, LoggedEvent] = {}
        # The newest event of each turn, by call and turn.
        self._of_turns: dict[tuple[str, str], int] = {}

    def __bool__(self) -> bool:
        return bool(self._events)

    def put(self, events: Sequence[LoggedEvent]) -> None:
        """Take in events whose transaction is committed, those that were not followed meanwhile."""
        with self._lock:
            if len(self._events) + len(events) > _MOST:
                self._events.clear()
                self._of_turns.clear()
                return
            for event in events:
                if event.seq > self._followed:
                    self._put(event)

    def _put(self, event: LoggedEvent) -> None:
        self._events[event.seq] = event
        if event.turn is not None:
            key = (event.call_id, event.turn.turn.segment_id)
            other = self._of_turns.get(key, event.seq)
            if other > event.seq:
                # It comes late, and the newer one may be masked.
                del self._events[event.seq]
                return
            if other < event.seq:
                self._events.pop(other, None)
            self._of_turns[key] = event.seq

    def drop(self, seq: int) -> bool:
        """Have an event read from the log, as its row may be another; False if it is not here."""
        with self._lock:
            return self._events.pop(seq, None) is not None

    def after(self, seq: int) -> list[LoggedEvent]:
        """Return those that follow event `seq` in the log, with none of others between them."""
        found: list[LoggedEvent] = []
        while (event := self._events.get(seq + len(found) + 1)) is not None:
            found.append(event)
        return found

    @property
    def known(self) -> Mapping[int, LoggedEvent]:
        """All of them as they are now, but for those whose rows were gone when they were due."""
        with self._lock:
            self._events = {seq: one for seq, one in self._events.items() if seq > self._followed}
            self._of_turns = {
                key: seq for key, seq in self._of_turns.items() if seq > self._followed
            }
            return dict(self._events)

    def followed(self, seq: int) -> None:
        """Forget what was followed: all until event `seq`."""
        with self._lock:
            self._followed = seq
            event = self._events.pop(seq, None)
            if event is not None and event.turn is not None:
                key = (event.call_id, event.turn.turn.segment_id)
                if self._of_turns.get(key) == seq:
                    del self._of_turns[key]
