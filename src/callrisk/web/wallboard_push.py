"""Pushing the rows of all calls, at most four times a second, to whoever watches them."""

import logging
import threading
from contextlib import suppress
from typing import Any

from flask_socketio import SocketIO

from callrisk.domain.event_types import EventType
from callrisk.live.call_rows import CallRows
from callrisk.wire.sockets.rooms import Room, WallboardRowsRoom
from callrisk.wire.sockets.wallboard import WallboardChanged

logger = logging.getLogger(__name__)

_EVERY_S = 0.25
_NAMESPACE = "/"
# Those who know all rows and hear of changes; and those who hear of all rows next, a room for the
# moment, so that a packet is made once for all of them.
_INFORMED, _JOINING = f"{WallboardRowsRoom.room}:informed", f"{WallboardRowsRoom.room}:joining"


class WallboardPush:
    """Pushes the rows that changed; whoever joins gets all rows first."""

    def __init__(self, socketio: SocketIO, rows: CallRows) -> None:
        self._socketio = socketio
        self._rows = rows
        self._lock = threading.Lock()
        # The event of the log that the first rows must include, by client.
        self._joining: dict[str, int] = {}

    def join(self, sid: str, room: Room, last_seq: int) -> None:
        """Push all rows to a client that joins their room, then those that change."""
        if not isinstance(room, WallboardRowsRoom):
            return
        with self._lock:
            # Nothing was pushed that is not in the log, whatever a client says.
            self._joining[sid] = min(room.after, last_seq)
        self._rows.news.set()

    def leave(self, sid: str, room: Room) -> None:
        """Push no more rows to a client that leaves their room."""
        if not isinstance(room, WallboardRowsRoom):
            return
        with self._lock:
            self._joining.pop(sid, None)
            self._server.leave_room(sid, _INFORMED, namespace=_NAMESPACE)

    def run(self, stopped: threading.Event) -> None:
        """Push until `stopped`."""
        while not stopped.is_set():
            self._rows.news.wait(_EVERY_S)
            self._rows.news.clear()
            try:
                self.step()
            except Exception:
                logger.exception("cannot push the rows of the calls")
            stopped.wait(_EVERY_S)

    def step(self) -> None:
        """Push what changed since the last time, and all rows to those who joined since."""
        if (changed := self._rows.changed()) is not None:
            self._emit(changed, _INFORMED)
        with self._lock:
            through_seq = self._rows.through_seq if self._joining else 0
            due = [
                sid for sid, after in self._joining.items()
                if after <= through_seq or not self._is_connected(sid)
            ]  # fmt: skip
            for sid in due:
                del self._joining[sid]
                self._enter(sid)
            if due:
                self._emit(self._rows.every(), _JOINING)
                self._server.close_room(_JOINING, namespace=_NAMESPACE)

    @property
    def _server(self) -> Any:
        # The stub of Flask-SocketIO does not name it.
        return self._socketio.server  # type: ignore[attr-defined]

    def _is_connected(self, sid: str) -> bool:
        return bool(self._server.manager.is_connected(sid, _NAMESPACE))

    def _enter(self, sid: str) -> None:
        # A client may go at any time, and then is in no room.
        with suppress(KeyError, ValueError):
            for room in (_INFORMED, _JOINING):
                self._server.enter_room(sid, room, namespace=_NAMESPACE)

    def _emit(self, told: WallboardChanged, room: str) -> None:
        self._socketio.emit(str(EventType.WALLBOARD_CHANGED), told.rendered(), to=room)
