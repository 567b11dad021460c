"""Every Socket.IO handler, and the one function that pushes."""

import logging
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room, leave_room
from pydantic import ValidationError

from callrisk.domain.event_types import EventType
from callrisk.domain.wording import Text
from callrisk.store.queries import Queries
from callrisk.web.access.call_followers import CallFollowers
from callrisk.web.access.socket_access import REFUSED, SocketAccess
from callrisk.web.outside import Outside
from callrisk.web.refusal_words import told
from callrisk.web.wallboard_push import WallboardPush
from callrisk.wire.base import Json
from callrisk.wire.sockets.rooms import (
    ALL_CALLS,
    ROOMS,
    AgentRoom,
    AllCalls,
    JoinAccepted,
    Joined,
    LeaveAccepted,
    Room,
    SocketRefused,
    agent_room,
    call_room,
    of_agent,
)

logger = logging.getLogger(__name__)

# Socket.IO calls the handlers of these itself, and "*" takes the id of a socket as its first word.
_OF_SERVER = frozenset({"connect", "disconnect", "*"})
_NO_EVENT = Text("イベント {event} はありません。", "there is no event {event}")


def register(
    socketio: SocketIO, queries: Queries, wallboard: WallboardPush, access: SocketAccess
) -> None:
    """Let clients join and leave rooms; answer every other event with an error."""

    def join(model: type[Room], *bodies: Any) -> Json:
        room = _room(model, bodies)
        if room is None:
            return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, model.expects)
        admitted = access.admitted(_sid(), room)
        if admitted is None:
            return _refused(*REFUSED)
        admitted.enter(join_room)
        access.note_joined(_sid(), room, admitted)
        last_seq = queries.last_seq()
        agent_id = room.agent_id if isinstance(room, AgentRoom) else None
        joined = Joined(agent_id=agent_id, room=room.room, last_seq=last_seq, seq=last_seq)
        emit("joined", joined.rendered())
        wallboard.join(_sid(), room, last_seq, admitted.row_agents)
        return JoinAccepted.of_value(joined, status="success").rendered()

    def leave(model: type[Room], *bodies: Any) -> Json:
        room = _room(model, bodies)
        if room is None:
            return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, model.expects)
        access.leaving(_sid(), room).enter(leave_room)
        wallboard.leave(_sid(), room)
        return LeaveAccepted(status="success").rendered()

    def unknown(event: str, *_bodies: Any) -> Json:
        return _refused(HTTPStatus.NOT_FOUND, _NO_EVENT, event=event)

    _follow_connections(socketio, wallboard, access)
    for name, model in ROOMS.items():
        socketio.on_event(f"join_{name}", partial(join, model))
        socketio.on_event(f"leave_{name}", partial(leave, model))
    socketio.on_event("*", unknown)


def _follow_connections(socketio: SocketIO, wallboard: WallboardPush, access: SocketAccess) -> None:
    """Refuse sockets of nobody, and forget those that close."""

    @socketio.on("connect")
    def connected(_auth: object = None) -> bool:
        return access.connected(_sid())

    @socketio.on("disconnect")
    def disconnected(*_reason: object) -> None:
        access.disconnected(_sid())
        wallboard.gone(_sid())


def make_socketio() -> SocketIO:
    """Return a socket server that is not attached to an application yet."""
    return SocketIO()


def attach(socketio: SocketIO, app: Flask, outside: Outside) -> None:
    """Serve sockets beside an application, to our own pages and those of named origins only."""
    # Named, or engineio would take whatever asynchronous library happens to be installed.
    socketio.init_app(
        app,
        async_mode="threading",
        # The stub knows lists only; engineio asks a function with the environment, too.
        cors_allowed_origins=outside.may_connect,  # type: ignore[arg-type]
        ping_interval=10,
        ping_timeout=5,
        max_http_buffer_size=1 << 16,
        logger=_library_logger(),
        engineio_logger=_library_logger(),
    )
    # The stub of Flask-SocketIO does not name it.
    _keep_handlers_of_server(socketio.server)  # type: ignore[attr-defined]


def _library_logger() -> logging.Logger:
    """Return the log of the socket libraries; their own would go past ours, to standard error."""
    found = logging.getLogger(f"{__name__}.library")
    found.setLevel(logging.WARNING)
    found.addFilter(_without_client)
    return found


def _without_client(record: logging.LogRecord) -> bool:
    """Keep of a failure what failed, and where; drop refusals, which quote what a client sent."""
    if not record.exc_info:
        return record.levelno < logging.ERROR
    kind, _, trace = record.exc_info
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
    record.msg, record.args = "a message failed: %s at %s", (getattr(kind, "__name__", ""), where)
    record.exc_info = record.exc_text = None
    return True


def _keep_handlers_of_server(server: Any) -> None:
    """Answer events of clients that bear a name of the server's own like those that nobody knows.

    A client that said it had disconnected would be forgotten, and hear on when its session is over.
    """
    handle = server._handle_event

    def handle_event(eio_sid: str, namespace: str | None, ack_id: int | None, said: Any) -> None:
        name, *bodies = said if isinstance(said, list) and said else [None]
        if not isinstance(name, str) or name in _OF_SERVER:
            name = f"named {name}"
        handle(eio_sid, namespace, ack_id, [name, *bodies])

    server._handle_event = handle_event


def push_to_owners(
    socketio: SocketIO, followers: CallFollowers, kind: EventType, payload: Json, agent_id: str
) -> None:
    """Push an event of the log as `push`, and to nobody who followed the call of another agent.

    Whoever is in a room of many calls sees this one from then on.
    """
    followers.keep_to(payload["call_id"], agent_id)
    followers.readers.pushed(payload["call_id"], _rooms_of_many(ALL_CALLS, agent_id))
    push(socketio, kind, payload, agent_id)


def push(socketio: SocketIO, kind: EventType, payload: Json, agent_id: str) -> None:
    """Push an event of the log, once each, to the agent whose call it is and to who asked for it.

    What is said goes to those who follow the call; hundreds of calls speak at once.
    """
    shown = [room for room in ALL_CALLS if kind not in room.hidden]
    rooms = [call_room(payload["call_id"]), *_rooms_of_many(shown, agent_id)]
    # A list of rooms reaches a client that is in several only once; the type stub knows one room.
    socketio.emit(str(kind), payload, to=rooms)  # type: ignore[arg-type]


def _rooms_of_many(of_all: Iterable[type[AllCalls]], agent_id: str) -> list[str]:
    """Return the rooms that an agent's calls are in, beside those of single calls."""
    names = [room.room for room in of_all]
    return [agent_room(agent_id), *names, *(of_agent(name, agent_id) for name in names)]


def _room(model: type[Room], bodies: tuple[Any, ...]) -> Room | None:
    """Return the room that a body names; None where there is more than a body, or a bad one."""
    if len(bodies) > 1:
        return None
    body = bodies[0] if bodies else None
    try:
        return model.model_validate({} if body is None else body)
    except ValidationError:
        return None


def _sid() -> str:
    # Flask-SocketIO adds it to the request of each event.
    return str(request.sid)  # type: ignore[attr-defined]


def _refused(status: HTTPStatus, why: Text, **values: object) -> Json:
    logger.info("refused a socket event: %s", status.phrase)
    return SocketRefused(status="error", title=status.phrase, detail=told(why, **values)).rendered()
