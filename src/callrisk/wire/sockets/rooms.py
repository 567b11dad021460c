"""What clients send by Socket.IO, and what they are answered, beside the events of the log."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from callrisk.domain.event_types import EventType
from callrisk.domain.wording import Text
from callrisk.wire.base import Wire

_LONGEST_ID = 256
_NO_BODY = Text(
    "本文は空のオブジェクトにするか、省いてください", "the body must be an empty object or absent"
)
SocketId = Annotated[str, Field(min_length=1, max_length=_LONGEST_ID)]


def agent_room(agent_id: str) -> str:
    """Return the room of everything about the calls of an agent."""
    return f"agent:{agent_id}"


def of_agent(room: str, agent_id: str) -> str:
    """Return the part of a room of all calls that is about those of one agent."""
    return f"{room} of {agent_id}"


def call_room(call_id: str) -> str:
    """Return the room of everything about a call."""
    return f"call:{call_id}"


class _RoomRequest(BaseModel):
    # An id is text here, and nothing else.
    model_config = ConfigDict(extra="forbid", strict=True)

    # The events of the log that are not pushed to the room.
    hidden: ClassVar[frozenset[EventType]] = frozenset()


class AgentRoom(_RoomRequest):
    """The room of one agent: everything about the calls of this agent."""

    expects: ClassVar[Text] = Text(
        f"agent_id は 1～{_LONGEST_ID} 文字の文字列にしてください",
        f"agent_id must be a text of 1 to {_LONGEST_ID} characters",
    )
    agent_id: SocketId

    @property
    def room(self) -> str:
        """Return the name of the room."""
        return agent_room(self.agent_id)


class CallRoom(_RoomRequest):
    """The room of one call: everything about it."""

    expects: ClassVar[Text] = Text(
        f"call_id は 1～{_LONGEST_ID} 文字の文字列にしてください",
        f"call_id must be a text of 1 to {_LONGEST_ID} characters",
    )
    call_id: SocketId

    @property
    def room(self) -> str:
        """Return the name of the room."""
        return call_room(self.call_id)


class WallboardRoom(_RoomRequest):
    """The room of the wallboard: everything about all calls."""

    expects: ClassVar[Text] = _NO_BODY
    room: ClassVar[str] = "wallboard"


class OverviewRoom(_RoomRequest):
    """The room of the overview: everything about all calls but what is said in them."""

    expects: ClassVar[Text] = _NO_BODY
    room: ClassVar[str] = "overview"
    hidden: ClassVar[frozenset[EventType]] = frozenset({EventType.TRANSCRIPT_SEGMENT})


class WallboardRowsRoom(_RoomRequest):
    """The room of the rows of all calls, and of what happens seldom in them.

    The rows come at most four times a second and say what the many events would: no turn, no
    assessment and no advice is pushed to it. `after` is the `through_seq` that a client has; the
    first rows it gets are never older.
    """

    expects: ClassVar[Text] = Text(
        "after は 0 以上の整数にするか、本文ごと省いてください",
        "after must be a number from 0, or be left out with the body",
    )
    room: ClassVar[str] = "wallboard_rows"
    hidden: ClassVar[frozenset[EventType]] = frozenset(
        {EventType.TRANSCRIPT_SEGMENT, EventType.RISK_SCORE_UPDATE, EventType.ADVICE_CHANGED}
    )
    after: int = Field(default=0, ge=0)


Room = AgentRoom | CallRoom | WallboardRoom | OverviewRoom | WallboardRowsRoom
# The rooms of all calls.
AllCalls = WallboardRoom | OverviewRoom | WallboardRowsRoom
ALL_CALLS: tuple[type[AllCalls], ...] = (
    WallboardRoom, OverviewRoom, WallboardRowsRoom,
)  # fmt: skip
# A client joins and leaves each of them by an event of this name.
ROOMS: dict[str, type[Room]] = {
    "agent": AgentRoom, "call": CallRoom, "wallboard": WallboardRoom, "overview": OverviewRoom,
    "wallboard_rows": WallboardRowsRoom,
}  # fmt: skip


class Joined(Wire):
    """A room was joined; `last_seq` and `seq` are the newest event of the log at that time."""

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
