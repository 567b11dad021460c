"""Every Socket.IO handler, and the one function that pushes."""

import logging
from functools import partial
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room, leave_room

from callrisk.domain.call_record import Payload
from callrisk.domain.event_types import EventType
from callrisk.store.queries import Queries

logger = logging.getLogger(__name__)

# Everything of all calls, and everything but what is said in them.
WALLBOARD, OVERVIEW = "wallboard", "overview"
_LONGEST_ID = 256


def register(socketio: SocketIO, queries: Queries) -> None:
    """Let clients join what they want to hear of."""

    def joined(agent_id: str | None, room: str, _body: Any = None) -> dict[str, Any]:
        join_room(room)
        last_seq = queries.last_seq()
        answer = {"agent_id": agent_id, "room": room, "last_seq": last_seq, "seq": last_seq}
        emit("joined", answer)
        return {"status": "success"} | answer

    def join(kind: str, body: Any = None) -> dict[str, Any]:
        one = _id(body, kind)
        if one is None:
            return _refused(kind)
        return joined(one if kind == "agent" else None, _room(kind, one))

    def leave(kind: str, body: Any = None) -> dict[str, Any]:
        one = _id(body, kind)
        if one is None:
            return _refused(kind)
        leave_room(_room(kind, one))
        return {"status": "success"}

    for kind in ("agent", "call"):
        socketio.on_event(f"join_{kind}", partial(join, kind))
        socketio.on_event(f"leave_{kind}", partial(leave, kind))
    for everyone in (WALLBOARD, OVERVIEW):
        socketio.on_event(f"join_{everyone}", partial(joined, None, everyone))


def make_socketio() -> SocketIO:
    """Return a socket server that is not attached to an application yet."""
    return SocketIO()


def attach(socketio: SocketIO, app: Flask, origins: list[str]) -> None:
    """Serve sockets beside an application, to pages of these origins only."""
    # Named, or engineio would take whatever asynchronous library happens to be installed; an empty
    # list of origins would let everyone in.
    socketio.init_app(
        app, async_mode="threading", cors_allowed_origins=origins, ping_interval=10, ping_timeout=5,
        max_http_buffer_size=1 << 16,
    )  # fmt: skip


def push(socketio: SocketIO, kind: str, payload: Payload, agent_id: str) -> None:
    """Push an event of the log, once each, to the agent whose call it is and to who asked for it.

    What is said goes to those who follow the call; hundreds of calls speak at once.
    """
    rooms = [_room("agent", agent_id), _room("call", payload["call_id"]), WALLBOARD]
    if kind != EventType.TRANSCRIPT_SEGMENT:
        rooms.append(OVERVIEW)
    # A list of rooms reaches a client that is in several only once; the type stub knows one room.
    socketio.emit(kind, payload, to=rooms)  # type: ignore[arg-type]


def _room(kind: str, one: str) -> str:
    return f"{kind}:{one}"


def _id(body: Any, kind: str) -> str | None:
    value = body.get(f"{kind}_id") if isinstance(body, dict) else None
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID else None


def _refused(kind: str) -> dict[str, Any]:
    why = f"{kind}_id must be a text of 1 to {_LONGEST_ID} characters"
    logger.info("refused a socket event: %s sid=%s", why, getattr(request, "sid", "?"))
    return {"status": "error", "title": "Unprocessable Entity", "detail": why}
