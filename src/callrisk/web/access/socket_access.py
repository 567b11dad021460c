"""The policy at every socket: who opened it, what may be joined, and when it must close."""

import logging
import threading
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import request

from callrisk.domain.access.person import Means, Subject
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.wording import Text
from callrisk.people.auditing import Auditor
from callrisk.store.queries import Queries
from callrisk.web.access.audit_hook import note_call_joined, note_calls_seen
from callrisk.web.access.call_followers import CallFollowers
from callrisk.web.access.requesters import Requesters
from callrisk.web.outside import Outside
from callrisk.wire.sockets.rooms import (
    ROOMS,
    AgentRoom,
    CallRoom,
    Room,
    WallboardRowsRoom,
    of_agent,
)

logger = logging.getLogger(__name__)

# The kinds of rooms, by the events with which they are joined.
_KINDS = {model: name for name, model in ROOMS.items()}

# Of one person: a few tabs and a tablet, and those whose browser went away without a word, which
# are told after fifteen seconds. Systems have one for each of their own clients.
MOST_SOCKETS = 30
# A logout, another role, or an account that was closed ends sockets within twice this.
_LOOKED_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class _Open:
    """A socket: whose it is, and the token of its session or the key it was opened with."""

    subject: Subject
    token: str
    key: str


@dataclass(frozen=True, slots=True)
class Admission:
    """The rooms that a client enters, and the agents whose rows it sees; None for all."""

    rooms: tuple[str, ...]
    row_agents: Set[str] | None

    def enter(self, enter: Callable[[str], None]) -> None:
        """Enter, or leave, each of the rooms."""
        for room in self.rooms:
            enter(room)

    def read_rooms(self, room: Room) -> Iterable[str]:
        """Return the rooms whose calls a client sees that joined one.

        Who may see rows alone is in no room of events, and sees the same calls.
        """
        if not isinstance(room, WallboardRowsRoom):
            return self.rooms
        if self.row_agents is None:
            return [room.room]
        return [of_agent(room.room, agent_id) for agent_id in self.row_agents]


class SocketAccess:
    """Knows who is behind each socket of this process; for many threads."""

    def __init__(
        self, followers: CallFollowers, requesters: Requesters, queries: Queries, outside: Outside,
        auditor: Auditor,
    ) -> None:  # fmt: skip
        self.followers = followers
        self._auditor = auditor
        self._outside = outside
        self._requesters = requesters
        self._queries = queries
        self._lock = threading.Lock()
        self._open: dict[str, _Open] = {}

    @property
    def count(self) -> int:
        """The number of sockets that are open."""
        with self._lock:
            return len(self._open)

    def connected(self, sid: str) -> bool:
        """Return True if whoever opens the socket of this request may have one."""
        known = self._requesters.known(request) if self._outside.knows_host(request) else None
        if known is None or not known.subject.may(Operation.READ_CALL_ROWS):
            return False
        key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        opened = _Open(known.subject, self._requesters.token(request.cookies), key)
        with self._lock:
            if self._has_enough(known.subject):
                logger.warning("refused a socket: one subject has %d", MOST_SOCKETS)
                return False
            # Whoever opened it is compared with, whatever is said later.
            self._open.setdefault(sid, opened)
        return True

    def _has_enough(self, asks: Subject) -> bool:
        """Return True for a person or a wallboard that has as many sockets as one may have."""
        if asks.means not in (Means.SESSION, Means.DEVICE):
            return False
        own = [one for one in self._open.values() if one.subject.subject_id == asks.subject_id]
        return len(own) >= MOST_SOCKETS

    def disconnected(self, sid: str) -> None:
        """Forget a socket that is closed, or about to be."""
        if self.followers.server.manager.is_connected(sid, "/"):
            return
        with self._lock:
            self._open.pop(sid, None)
        self.followers.gone(sid)

    def admitted(self, sid: str, room: Room) -> Admission | None:
        """Return what joining a room means for the client of a socket; None if it may not."""
        with self._lock:
            opened = self._open.get(sid)
        asks = None if opened is None else self._still(opened)
        rooms = None if asks is None else self._rooms(asks, room)
        if asks is None or rooms is None:
            return None
        return Admission(tuple(rooms), asks.agents(Operation.READ_CALL_ROWS))

    def note_joined(self, sid: str, room: Room, admitted: Admission) -> None:
        """Note that the client of a socket follows a call, or all that is in its rooms."""
        with self._lock:
            opened = self._open.get(sid)
        address = request.remote_addr or ""
        if opened is not None and not isinstance(room, CallRoom):
            rooms, kind = admitted.read_rooms(room), _KINDS[type(room)]
            self.followers.readers.joined(sid, rooms, kind, opened.subject, address)
        elif opened is not None and isinstance(room, CallRoom):
            note_call_joined(self._auditor, opened.subject, room.call_id, address)
            self.followers.follow(sid, room.call_id, opened.subject)
            if not self._sees_call(opened.subject, room.call_id):
                # It went to another agent while it was joined.
                self.followers.leave(sid, room.call_id)

    def leaving(self, sid: str, room: Room) -> Admission:
        """Return what leaving a room means for the client of a socket."""
        if isinstance(room, CallRoom):
            self.followers.unfollow(sid, room.call_id)
        left = self.admitted(sid, room) or Admission((room.room,), frozenset())
        self.followers.readers.left(sid, left.read_rooms(room))
        return left

    def _rooms(self, asks: Subject, room: Room) -> list[str] | None:
        """Return the rooms that joining one means for somebody; None where that is not allowed.

        Who may not see all calls is in the room of each agent whose calls are open to them.
        """
        if isinstance(room, AgentRoom):
            return [room.room] if asks.may(Operation.READ_CALLS, room.agent_id) else None
        if isinstance(room, CallRoom):
            return [room.room] if self._sees_call(asks, room.call_id) else None
        if isinstance(room, WallboardRowsRoom) and not asks.may(Operation.READ_CALLS):
            # Rows without a word; the events beside them hold notes and names.
            return [] if asks.may(Operation.READ_CALL_ROWS) else None
        agents = asks.agents(Operation.READ_CALLS)
        if agents is None:
            return [room.room]
        return [of_agent(room.room, agent_id) for agent_id in sorted(agents)] or None

    def run(self, stopped: threading.Event) -> None:
        """Close sockets whose sessions are over, or may do something else, until `stopped`."""
        while not stopped.wait(_LOOKED_EVERY_S):
            try:
                self.step()
            except Exception:
                logger.exception("cannot see whether sessions are over")
            self.note_seen()
        self.note_seen()

    def note_seen(self) -> None:
        """Note who saw which calls since the last time; what cannot be stored is tried again."""
        try:
            self.followers.readers.note(partial(note_calls_seen, self._auditor))
        except Exception:
            logger.exception("cannot note who saw calls")

    def step(self) -> None:
        """Close the sockets whose subject is not what it was when they were opened.

        Those of which nobody knows who opened them are closed, too.
        """
        # First: a socket is known before it is connected.
        connected = self._connected()
        with self._lock:
            opened = dict(self._open)
        for sid, one in opened.items():
            if self._still(one) != one.subject:
                self._close(sid)
        for sid in connected - opened.keys():
            self._close(sid)

    def _connected(self) -> set[str]:
        manager = self.followers.server.manager
        sids = {sid for sid, _ in manager.get_participants("/", None)}
        return {sid for sid in sids if manager.is_connected(sid, "/")}

    def _close(self, sid: str) -> None:
        try:
            self.followers.server.disconnect(sid, namespace="/")
        except Exception:
            # It is tried again at the next look.
            logger.exception("cannot close a socket")
        else:
            self.disconnected(sid)

    def _sees_call(self, asks: Subject, call_id: str) -> bool:
        agents = asks.agents(Operation.READ_CALLS)
        if agents is None:
            return True
        call = None if "\0" in call_id else self._queries.call(call_id)
        return call is not None and call.agent_id in agents

    def _still(self, one: _Open) -> Subject | None:
        sessions = self._requesters.sessions
        if one.key:
            known = sessions.of_key(one.key)
        elif one.token:
            known = sessions.of_token(one.token)
        else:
            return one.subject
        if known is None and not one.key and not self._requesters.demands_login:
            return one.subject
        return None if known is None else known.subject


REFUSED = (
    HTTPStatus.FORBIDDEN,
    Text("このルームはないか、見る権限がありません。", "there is no such room for you"),
)
