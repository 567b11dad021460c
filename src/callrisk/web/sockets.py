"""Every Socket.IO handler, and the one function that pushes."""

import logging
from typing import Any

from flask import request
from flask_socketio import SocketIO, emit, join_room, leave_room

from callrisk.store.queries import Queries
from callrisk.store.writing import Payload

logger = logging.getLogger(__name__)

WALLBOARD = "wallboard"
_LONGEST_ID = 256


def register(socketio: SocketIO, queries: Queries) -> None:
    """Let clients join what they want to hear of."""

    @socketio.on("join_agent")
    def join_agent(body: Any = None) -> dict[str, Any]:
        agent_id = _agent_id(body)
        if agent_id is None:
            return _refused("agent_id must be a text of 1 to 256 characters")
        room = _agent_room(agent_id)
        join_room(room)
        return _joined(agent_id, room)

    @socketio.on("leave_agent")
    def leave_agent(body: Any = None) -> dict[str, Any]:
        agent_id = _agent_id(body)
        if agent_id is None:
            return _refused("agent_id must be a text of 1 to 256 characters")
        leave_room(_agent_room(agent_id))
        return {"status": "success"}

    @socketio.on("join_wallboard")
    def join_wallboard(_body: Any = None) -> dict[str, Any]:
        join_room(WALLBOARD)
        return _joined(None, WALLBOARD)

    def _joined(agent_id: str | None, room: str) -> dict[str, Any]:
        last_seq = queries.last_seq()
        answer = {"agent_id": agent_id, "room": room, "last_seq": last_seq, "seq": last_seq}
        emit("joined", answer)
        return {"status": "success"} | answer


def push(socketio: SocketIO, kind: str, payload: Payload, agent_id: str) -> None:
    """Push an event of the log to the agent whose call it is and to every wallboard, once each."""
    # A list of rooms reaches a client that is in both only once; the type stub knows one room.
    rooms = [_agent_room(agent_id), WALLBOARD]
    socketio.emit(kind, payload, to=rooms)  # type: ignore[arg-type]


def _agent_room(agent_id: str) -> str:
    return f"agent:{agent_id}"


def _agent_id(body: Any) -> str | None:
    value = body.get("agent_id") if isinstance(body, dict) else None
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID else None


def _refused(why: str) -> dict[str, Any]:
    logger.info("refused a socket event: %s sid=%s", why, getattr(request, "sid", "?"))
    return {"status": "error", "title": "Unprocessable Entity", "detail": why}
