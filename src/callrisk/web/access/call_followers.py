"""The sockets in rooms: those of a call are left when it goes to another agent."""

import threading
from typing import Any

from flask_socketio import SocketIO

from callrisk.domain.access.person import Subject
from callrisk.domain.access.policy_table import Operation
from callrisk.web.room_readers import RoomReaders
from callrisk.wire.sockets.rooms import call_room


class CallFollowers:
    """Knows who follows which call; for many threads."""

    def __init__(self, socketio: SocketIO) -> None:
        self._socketio = socketio
        # Those in the rooms of many calls.
        self.readers = RoomReaders()
        self._lock = threading.Lock()
        # The sockets by call, each with whose it is.
        self._of_call: dict[str, dict[str, Subject]] = {}

    @property
    def server(self) -> Any:
        """The server of the sockets."""
        # The stub of Flask-SocketIO does not name it.
        return self._socketio.server  # type: ignore[attr-defined]

    def follow(self, sid: str, call_id: str, follower: Subject) -> None:
        """Note that a socket entered the room of a call."""
        with self._lock:
            self._of_call.setdefault(call_id, {})[sid] = follower

    def unfollow(self, sid: str, call_id: str) -> None:
        """Note that a socket left the room of a call."""
        with self._lock:
            self._forget(sid, call_id)

    def gone(self, sid: str) -> None:
        """Forget a socket."""
        self.readers.gone(sid)
        with self._lock:
            for call_id in [one for one, sids in self._of_call.items() if sid in sids]:
                self._forget(sid, call_id)

    def keep_to(self, call_id: str, agent_id: str) -> None:
        """Have those leave the room of a call who may not read the calls of its agent.

        A call that was transferred, or whose agent was corrected, is another agent's from then on.
        """
        with self._lock:
            followers = list(self._of_call.get(call_id, {}).items())
        for sid, follower in followers:
            if not follower.may(Operation.READ_CALLS, agent_id):
                self.leave(sid, call_id)

    def leave(self, sid: str, call_id: str) -> None:
        """Have a socket leave the room of a call."""
        self.server.leave_room(sid, call_room(call_id), namespace="/")
        self.unfollow(sid, call_id)

    def _forget(self, sid: str, call_id: str) -> None:
        sids = self._of_call.get(call_id, {})
        sids.pop(sid, None)
        if not sids:
            self._of_call.pop(call_id, None)
