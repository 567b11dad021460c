"""The AsyncAPI 3 document of everything that goes over Socket.IO, made from the models."""

from collections.abc import Iterable

from pydantic import BaseModel

from callrisk.domain.event_types import EventType
from callrisk.wire.base import Json
from callrisk.wire.events import PAYLOADS
from callrisk.wire.health import SourcesChanged
from callrisk.wire.json_schema import schema_ref, schemas_of
from callrisk.wire.sockets.rooms import (
    ROOMS,
    JoinAccepted,
    Joined,
    LeaveAccepted,
    Room,
    SocketRefused,
    WallboardRowsRoom,
)
from callrisk.wire.sockets.wallboard import WallboardChanged

_CONNECTION = "connection"
_DESCRIPTION = (
    "Socket.IO v5 protocol, default namespace. A channel is a room that a client joins; a message "
    "bears the name of its event. Replies are acknowledgements. A client that was away "
    "catches up by GET /api/events, from the greatest seq that it has seen."
)
# A client is answered by these, whatever it asked.
_ANSWERS: dict[str, type[BaseModel]] = {
    "join_accepted": JoinAccepted, "leave_accepted": LeaveAccepted, "refused": SocketRefused,
}  # fmt: skip
# Rows of all calls, which are not in the log, and the room that they are pushed to.
_ROWS: dict[str, type[BaseModel]] = {"wallboard_changed": WallboardChanged}
# Events about the server itself: they are not in the log and bear no number of it.
_OWN: dict[str, type[BaseModel]] = {"joined": Joined, "sources_changed": SourcesChanged}


def asyncapi_document(version: str) -> Json:
    """Return the document for a version of the product."""
    requests = {
        f"{verb}_{name}": model for verb in ("join", "leave") for name, model in ROOMS.items()
    }
    others = _ROWS | _OWN | _ANSWERS | requests
    models = [*PAYLOADS.values(), *others.values()]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "callrisk", "version": version, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            **{name: _room_channel(name, model) for name, model in ROOMS.items()},
            _CONNECTION: {
                "address": "/",
                "description": "The connection itself, whatever was joined.",
                "messages": _message_refs((*_OWN, *_ANSWERS, *requests)),
            },
        },
        "operations": {
            **{f"push_to_{name}": _push(name, model) for name, model in ROOMS.items()},
            "tell_client": _operation("send", _CONNECTION, _OWN),
            **{name: _request(name) for name in requests},
        },
        "components": {
            "messages": {
                **{str(kind): _logged_message(kind) for kind in PAYLOADS},
                **{name: _message(name, model) for name, model in others.items()},
            },
            "schemas": schemas_of(models),
        },
    }


def _room_channel(name: str, model: type[Room]) -> Json:
    ids = [name for name, field in model.model_fields.items() if field.is_required()]
    address = ":".join([name, *(f"{{{field}}}" for field in ids)])
    channel: Json = {
        "address": address,
        "description": model.__doc__,
        "messages": _message_refs(_pushed_to(model)),
    }
    if ids:
        channel["parameters"] = {field: {"description": "The id joined."} for field in ids}
    return channel


def _pushed_to(room: type[Room]) -> list[str]:
    logged = [str(kind) for kind in PAYLOADS if kind not in room.hidden]
    return [*logged, *_ROWS] if room is WallboardRowsRoom else logged


def _message_refs(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _push(name: str, model: type[Room]) -> Json:
    return _operation("send", name, _pushed_to(model))


def _request(name: str) -> Json:
    accepted = "join_accepted" if name.startswith("join_") else "leave_accepted"
    reply = _operation("send", _CONNECTION, (accepted, "refused"))
    del reply["action"]
    return _operation("receive", _CONNECTION, (name,)) | {"reply": reply}


def _operation(action: str, channel: str, messages: Iterable[str]) -> Json:
    address = f"#/channels/{channel}"
    return {
        "action": action,
        "channel": {"$ref": address},
        "messages": [{"$ref": f"{address}/messages/{name}"} for name in messages],
    }


def _message(name: str, model: type[BaseModel]) -> Json:
    return {"name": name, "description": model.__doc__, "payload": schema_ref(model)}


def _logged_message(kind: EventType) -> Json:
    model = PAYLOADS[kind]
    numbered = {"type": "object", "required": ["seq"]}
    return _message(str(kind), model) | {"payload": {"allOf": [schema_ref(model), numbered]}}
