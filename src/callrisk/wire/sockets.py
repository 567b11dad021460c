"""What clients send by Socket.IO beside the log's events, and what they are answered."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from callrisk.wire.base import Wire

SocketId = Annotated[str, Field(min_length=1, max_length=256)]


class _Request(Wire):
    # An id is text here, and nothing else.
    model_config = ConfigDict(extra="ignore", strict=True)


class AgentRoom(_Request):
    """The room of one agent: everything about the calls of this agent."""

    agent_id: SocketId


class CallRoom(_Request):
    """The room of one call: everything about it."""

    call_id: SocketId


class EveryCall(_Request):
    """The rooms of all calls: the wallboard with what is said, the overview without."""


class Joined(Wire):
    """The room was joined; `last_seq` is the newest event of the log at that time."""

    agent_id: str | None
    room: str
    last_seq: int
    seq: int


class JoinAccepted(Joined):
    """The acknowledgement of a join."""

    status: Literal["success"]


class LeaveAccepted(Wire):
    """The acknowledgement of a leave."""

    status: Literal["success"]


class SocketRefused(Wire):
    """The acknowledgement of an event that is not known, or whose body is not as described."""

    status: Literal["error"]
    title: str
    detail: str
