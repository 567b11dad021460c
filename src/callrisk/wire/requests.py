"""What clients may send by REST: every field is checked once, here.

Each field accepts exactly what its published JSON schema says, so the schema can be relied upon.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    WithJsonSchema,
    model_validator,
)

from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.wire.request_fields import (
    LARGEST_INTEGER,
    AgentFilter,
    CallId,
    CustomerFilter,
    CustomerId,
    Id,
    IdOrNone,
    Milliseconds,
    NoteText,
    NoteTextOrEmpty,
    PhoneText,
    RecordId,
    TurnText,
    digits_only,
    refusal,
)

# Names a request that is sent again until it is answered; visible ASCII, quoted or not.
IDEMPOTENCY_HEADER = "Idempotency-Key"
IDEMPOTENCY_KEY = r"^[\x21-\x7e]{1,255}$"


class Body(BaseModel):
    """The JSON object of a request; a field of another name is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")


class StartCall(Body):
    """Begin a call; a customer who is not known yet is null or left out, a recording is DEMO.

    A caller whose customer id is not known is looked up by `phone`.
    """

    call_id: CallId
    customer_id: CustomerId = None
    phone: PhoneText = None
    agent_id: Id
    demo: StrictBool = False


class AssignCustomer(Body):
    """Say who the customer is; null for nobody, a record where several bear one id."""

    customer_id: CustomerId = None
    record_id: RecordId = None
    agent_id: Id


class CallReference(Body):
    """Name a call."""

    call_id: Id


class SegmentBody(Body):
    """One turn; times in milliseconds from the start of the call, both or neither.

    A provisional one is still being heard: each takes the place of the one before with its id, as
    far as it was heard, until the finished turn comes. It is shown and not scored.
    """

    segment_id: Id
    role: ParticipantRole
    text: TurnText
    begin_ms: Milliseconds | None = None
    end_ms: Milliseconds | None = None
    sentiment: Sentiment | None = None
    provisional: StrictBool = False

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        if (self.begin_ms is None) != (self.end_ms is None):
            raise refusal("one_time_alone")
        if self.begin_ms is not None and self.end_ms is not None and self.end_ms < self.begin_ms:
            raise refusal("ends_before_it_begins")
        return self

    def segment(self, sequence: int) -> Segment:
        """Return the turn as a value of the domain."""
        return Segment(
            self.segment_id, sequence, self.role, self.text, self.begin_ms, self.end_ms,
            self.sentiment, unconfirmed=self.provisional,
        )  # fmt: skip

    @classmethod
    def of(cls, turn: Segment) -> "SegmentBody":
        """Return the body that sends a turn."""
        return cls(
            segment_id=turn.segment_id, role=turn.role, text=turn.text, begin_ms=turn.begin_ms,
            end_ms=turn.end_ms, sentiment=turn.sentiment, provisional=turn.unconfirmed,
        )  # fmt: skip


# Of one request, whether its turns are of one call or of many.
MOST_SEGMENTS = 500


class Segments(Body):
    """Turns of one call, from any telephony."""

    segments: list[SegmentBody] = Field(min_length=1, max_length=MOST_SEGMENTS)


class CallSegmentBody(SegmentBody):
    """One turn with the id of its call."""

    call_id: Id

    @classmethod
    def of_call(cls, call_id: str, turn: Segment) -> "CallSegmentBody":
        """Return the body that sends a turn of a call."""
        return cls(call_id=call_id, **SegmentBody.of(turn).model_dump())


class SegmentBatch(Body):
    """Turns of many calls, from any telephony.

    Each is judged by itself: what is no turn is refused in the answer, and the others are stored.
    """

    # Whatever is no turn stays as it was sent, so that it costs no other.
    segments: list[Annotated[CallSegmentBody | Any, Field(union_mode="left_to_right")]] = Field(
        min_length=1, max_length=MOST_SEGMENTS
    )


class NoteBody(Body):
    """Something to remember about a call."""

    agent_id: Id
    text: NoteText
    kind: Literal["note", "quick_action"] = "note"


class Escalation(Body):
    """Ask a supervisor to look at a call."""

    agent_id: Id
    reason: NoteText


class Feedback(Body):
    """What became of a recommendation."""

    agent_id: Id
    action: Id
    verdict: Literal["done", "dismissed"]
    reason: NoteTextOrEmpty = ""


class Reveal(Body):
    """See whole what is masked of a call."""

    field: Literal["phone"]


class DemoCall(Body):
    """The agent whose demo call it is; of the recording where none is named."""

    agent_id: IdOrNone = None


class QueryParameters(BaseModel):
    """The query of a request; other names are refused."""

    model_config = ConfigDict(extra="forbid")


_YEAR = r"(19|20)\d\d"
_LEAP_YEAR = r"(19(0[48]|[2468][048]|[13579][26])|20([02468][048]|[13579][26]))"
DATE = (
    rf"({_YEAR}-(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|{_YEAR}-(0[469]|11)-(0[1-9]|[12]\d|30)"
    rf"|{_YEAR}-02-(0[1-9]|1\d|2[0-8])|{_LEAP_YEAR}-02-29)"
)
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{6})?"
# A plus sign that was not encoded arrives as a space.
_CURSOR = rf"^{DATE}T{_TIME}[+ ]00:00~[^\u0000]{{1,256}}$"


class Cursor(BaseModel):
    """The start and the id of the last call of a page."""

    started_at: datetime
    call_id: str

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """Return the cursor that was given out as `text`; ValueError if none was."""
        moment, _, call_id = text.partition("~")
        return cls(started_at=datetime.fromisoformat(moment.replace(" ", "+")), call_id=call_id)

    def __str__(self) -> str:
        return f"{self.started_at.isoformat()}~{self.call_id}"


def _cursor_of(text: Any) -> Any:
    if not isinstance(text, str) or not re.fullmatch(_CURSOR.strip("^$"), text, re.DOTALL):
        raise refusal("foreign_cursor")
    return Cursor.of(text)


CursorAsked = Annotated[
    Cursor | None,
    BeforeValidator(_cursor_of),
    WithJsonSchema({"type": "string", "pattern": _CURSOR}),
]


class CallList(QueryParameters):
    """The calls to list: those in progress or over, of an agent, of a customer."""

    status: Annotated[
        Literal["active", "ended"] | None,
        WithJsonSchema({"type": "string", "enum": ["active", "ended"]}),
    ] = None
    agent_id: AgentFilter = None
    customer_id: CustomerFilter = None
    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(digits_only)] = 50
    cursor: CursorAsked = None


class EventsAfter(QueryParameters):
    """From where to catch up."""

    after: Annotated[int, Field(ge=0, le=LARGEST_INTEGER), BeforeValidator(digits_only)] = 0
    limit: Annotated[int, Field(ge=1, le=2000), BeforeValidator(digits_only)] = 500


def _moment_of(text: Any) -> Any:
    """Return the number of an event of the log, or a moment in ISO 8601 with its offset."""
    if not isinstance(text, str):
        raise refusal("no_text")
    if re.fullmatch("[0-9]{1,19}", text):
        return min(int(text), LARGEST_INTEGER)
    try:
        # A plus that was not escaped arrives as a blank.
        moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.astimezone(UTC)
    except ValueError:
        raise refusal("no_moment_of_log") from None
    except OverflowError:
        # The first and the last day of the calendar, in another zone.
        return moment.replace(tzinfo=UTC)


_Moment = Annotated[
    int | datetime | None,
    BeforeValidator(_moment_of),
    WithJsonSchema(
        {"type": "string", "anyOf": [{"pattern": "^[0-9]{1,19}$"}, {"format": "date-time"}]}
    ),
]


class ChangesAsked(QueryParameters):
    """Between which two moments a score moved; without them from the first to the newest."""

    earlier: _Moment = Field(default=None, alias="from")
    later: _Moment = Field(default=None, alias="to")
