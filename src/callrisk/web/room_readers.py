"""The readers of rooms of many calls, and the calls that each of them saw: for the audit.

What is pushed to a room is seen by all who are in it. It is noted within a second, for each of them
as a list of calls, and each call again in every hour.
"""

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from callrisk.domain.access.person import Means, Subject
from callrisk.domain.time import utc_now

# What is forgotten is looked up once more; the audit itself knows what it has noted.
_MOST_CALLS = 50_000


@dataclass(frozen=True, slots=True)
class RoomReader:
    """A subject in a room, the address it came from, and the kind of room."""

    subject_id: str
    address: str
    kind: str


# Takes a reader and the calls that were seen.
NoteSeen = Callable[[RoomReader, Collection[str]], None]
# The hour, how often somebody came or went, and the rooms of a call.
_Known = tuple[str, int, tuple[str, ...]]


class RoomReaders:
    """Knows who is in which room; for many threads."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._in_room: dict[str, dict[str, RoomReader]] = {}
        # The reader of each socket by kind of room, for what one socket alone is told.
        self._of_socket: dict[str, dict[str, RoomReader]] = {}
        self._changes = 0
        # Under what each call was pushed last: as long as that holds nobody new has seen it.
        self._known: dict[str, _Known] = {}
        self._to_note: dict[RoomReader, set[str]] = {}

    def joined(
        self, sid: str, rooms: Iterable[str], kind: str, subject: Subject, address: str
    ) -> None:  # fmt: skip
        """Take a socket into rooms; a demonstration is nobody."""
        if subject.means is Means.DEMO:
            return
        with self._lock:
            self._changes += 1
            reader = RoomReader(subject.subject_id, address, kind)
            self._of_socket.setdefault(sid, {})[kind] = reader
            for room in rooms:
                self._in_room.setdefault(room, {})[sid] = reader

    def left(self, sid: str, rooms: Iterable[str]) -> None:
        """Take a socket out of rooms."""
        with self._lock:
            for room in rooms:
                self._leave(room, sid)

    def gone(self, sid: str) -> None:
        """Take a socket out of all rooms."""
        with self._lock:
            self._of_socket.pop(sid, None)
            for room in [room for room, sids in self._in_room.items() if sid in sids]:
                self._leave(room, sid)

    def pushed(self, call_id: str, rooms: Collection[str]) -> None:
        """Remember that everybody in these rooms sees a call."""
        hour, where = f"{self._now():%Y-%m-%dT%H}", tuple(rooms)
        with self._lock:
            known = (hour, self._changes, where)
            if self._known.get(call_id) == known:
                return
            if len(self._known) >= _MOST_CALLS:
                self._known.clear()
            self._known[call_id] = known
            for room in where:
                for reader in self._in_room.get(room, {}).values():
                    self._to_note.setdefault(reader, set()).add(call_id)

    def told(self, sid: str, kind: str, call_ids: Collection[str]) -> None:
        """Remember that a socket was told calls by itself, as it entered a kind of room."""
        with self._lock:
            reader = self._of_socket.get(sid, {}).get(kind)
            if reader is not None and call_ids:
                self._to_note.setdefault(reader, set()).update(call_ids)

    def note(self, note_seen: NoteSeen) -> None:
        """Have noted who saw what since the last time; what fails is kept for the next time."""
        with self._lock:
            waiting, self._to_note = self._to_note, {}
        try:
            while waiting:
                reader = next(iter(waiting))
                note_seen(reader, waiting[reader])
                del waiting[reader]
        finally:
            with self._lock:
                for reader, call_ids in waiting.items():
                    self._to_note.setdefault(reader, set()).update(call_ids)

    def _leave(self, room: str, sid: str) -> None:
        sids = self._in_room.get(room, {})
        sids.pop(sid, None)
        if not sids:
            self._in_room.pop(room, None)
