"""Pushing the rows of all calls, at most four times a second, to whoever watches them."""

import logging
import threading
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask_socketio import SocketIO

from callrisk.domain.event_types import EventType
from callrisk.live.call_rows import CallRows
from callrisk.store.store_away import STORE_AWAY_ERRORS
from callrisk.web.room_readers import RoomReaders
from callrisk.wire.sockets.rooms import Room, WallboardRowsRoom
from callrisk.wire.sockets.wallboard import WallboardChanged

logger = logging.getLogger(__name__)

_EVERY_S = 0.25
_NAMESPACE = "/"
# The agents whose rows a client may see; None for all.
_Agents = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Joining:
    """A client that is told all rows next: from which event on, and of which agents."""

    after: int
    agents: _Agents


class WallboardPush:
    """Pushes the rows that changed; whoever joins gets all rows first.

    Clients that may see the same agents are in one room, so that a packet is made once for them.
    """

    def __init__(self, socketio: SocketIO, rows: CallRows, readers: RoomReaders) -> None:
        self._socketio = socketio
        self._rows = rows
        self._readers = readers
        self._lock = threading.Lock()
        self._joining: dict[str, _Joining] = {}
        # The agents of each client that knows all rows and hears of changes.
        self._informed: dict[str, _Agents] = {}
        self._numbers: dict[_Agents, int] = {}

    def join(self, sid: str, room: Room, last_seq: int, agents: Set[str] | None = None) -> None:
        """Push all rows of some agents to a client that joins, then those that change."""
        if not isinstance(room, WallboardRowsRoom):
            return
        mine = None if agents is None else frozenset(agents)
        with self._lock:
            # Nothing was pushed that is not in the log, whatever a client says.
            self._joining[sid] = _Joining(min(room.after, last_seq), mine)
        self._rows.news.set()

    def leave(self, sid: str, room: Room) -> None:
        """Push no more rows to a client that leaves their room."""
        if isinstance(room, WallboardRowsRoom):
            self.gone(sid)

    def gone(self, sid: str) -> None:
        """Push no more rows to a client."""
        with self._lock:
            self._joining.pop(sid, None)
            if sid in self._informed:
                agents = self._informed.pop(sid)
                self._server.leave_room(sid, self._room(agents, "informed"), namespace=_NAMESPACE)

    def run(self, stopped: threading.Event) -> None:
        """Push until `stopped`."""
        while not stopped.is_set():
            self._rows.news.wait(_EVERY_S)
            self._rows.news.clear()
            try:
                self.step()
            except STORE_AWAY_ERRORS:
                pass  # the follower of the log says so
            except Exception:
                logger.exception("cannot push the rows of the calls")
            stopped.wait(_EVERY_S)

    def step(self) -> None:
        """Push what changed since the last time, and all rows to those who joined since."""
        if (changed := self._rows.changed()) is not None:
            with self._lock:
                watching = set(self._informed.values())
            for agents in watching:
                self._emit(changed, agents, "informed")
        with self._lock:
            through_seq = self._rows.through_seq if self._joining else 0
            due = {
                sid: one for sid, one in self._joining.items()
                if one.after <= through_seq or not self._is_connected(sid)
            }  # fmt: skip
            for sid, one in due.items():
                del self._joining[sid]
                self._enter(sid, one.agents)
            every = self._rows.every() if due else None
            for agents in {one.agents for one in due.values()}:
                if every is not None:
                    self._emit(every, agents, "joining")
                self._server.close_room(self._room(agents, "joining"), namespace=_NAMESPACE)
        if every is not None:
            self._note_told(every, due)

    def _note_told(self, every: WallboardChanged, joined: Mapping[str, _Joining]) -> None:
        """Have the audit know which calls those who joined were told at once."""
        for sid, one in joined.items():
            rows = every.rows if one.agents is None else every.of_agents(one.agents).rows
            self._readers.told(sid, WallboardRowsRoom.room, {row.call_id for row in rows})

    @property
    def _server(self) -> Any:
        # The stub of Flask-SocketIO does not name it.
        return self._socketio.server  # type: ignore[attr-defined]

    def _is_connected(self, sid: str) -> bool:
        return bool(self._server.manager.is_connected(sid, _NAMESPACE))

    def _room(self, agents: _Agents, which: str) -> str:
        """Return the room of those who see these agents: told of changes, or of all rows next."""
        number = self._numbers.setdefault(agents, len(self._numbers))
        return f"{WallboardRowsRoom.room}:{which}/{number}"

    def _enter(self, sid: str, agents: _Agents) -> None:
        # A client may go at any time, and then is in no room.
        with suppress(KeyError, ValueError):
            for which in ("informed", "joining"):
                self._server.enter_room(sid, self._room(agents, which), namespace=_NAMESPACE)
            self._informed[sid] = agents

    def _emit(self, told: WallboardChanged, agents: _Agents, which: str) -> None:
        if agents is not None:
            told = told.of_agents(agents)
        if told.rows or told.complete:
            room = self._room(agents, which)
            self._socketio.emit(str(EventType.WALLBOARD_CHANGED), told.rendered(), to=room)
