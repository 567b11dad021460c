"""What clients may send; every field checked once, here."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from callrisk.domain.customer import canonical_id
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment


def _whole_number_as_text(value: object) -> object:
    """Return 7 and 7.0 as "7", anything else as it is."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else value


Id = Annotated[str, Field(min_length=1, max_length=256)]
# Full width and half width are one customer, in the store as in the CRM.
CustomerId = Annotated[Id, AfterValidator(canonical_id)]
# A CRM that numbers its records may be sent a number.
RecordId = Annotated[Id, BeforeValidator(_whole_number_as_text)]
# A call of a day is not a call.
_Milliseconds = Annotated[int, Field(ge=0, le=86_400_000)]
_LONGEST_TEXT = 4_000


class _Body(BaseModel):
    # Old clients may send more than is read; numbers for ids are common in them.
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)


class StartCall(_Body):
    """Begin a call; a customer who is not known yet is null or left out, a recording is DEMO."""

    call_id: Id
    customer_id: CustomerId | None = None
    agent_id: Id
    demo: bool = False


class AssignCustomer(_Body):
    """Say who the customer is; null for nobody, a record where several bear one id."""

    customer_id: CustomerId | None = None
    record_id: RecordId | None = None
    agent_id: Id


class CallReference(_Body):
    """Name a call."""

    call_id: Id


class SegmentBody(_Body):
    """One finished turn; times in milliseconds from the start of the call."""

    segment_id: Id
    role: ParticipantRole
    text: str = Field(max_length=100_000)
    begin_ms: _Milliseconds | None = None
    end_ms: _Milliseconds | None = None
    sentiment: Sentiment | None = None

    @field_validator("text")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return " ".join(text.splitlines())

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        if (self.begin_ms is None) != (self.end_ms is None):
            raise ValueError("begin_ms and end_ms come together or not at all")
        if self.begin_ms is not None and self.end_ms is not None and self.end_ms < self.begin_ms:
            raise ValueError("end_ms must not lie before begin_ms")
        return self

    def segment(self, sequence: int) -> Segment:
        """The turn as the rest of the house knows it."""
        return Segment(
            self.segment_id, sequence, self.role, self.text, self.begin_ms, self.end_ms,
            self.sentiment,
        )  # fmt: skip


class Segments(_Body):
    """Turns of one call, from any telephony."""

    segments: list[SegmentBody] = Field(min_length=1, max_length=500)


class NoteBody(_Body):
    """Something to remember about a call."""

    agent_id: Id
    text: str = Field(min_length=1, max_length=_LONGEST_TEXT)
    kind: Literal["note", "quick_action"] = "note"


class Escalation(_Body):
    """Ask a supervisor to look at a call."""

    agent_id: Id
    reason: str = Field(min_length=1, max_length=_LONGEST_TEXT)


class Feedback(_Body):
    """What became of a recommendation."""

    agent_id: Id
    action: Id
    verdict: Literal["done", "dismissed"]
    reason: str = Field(default="", max_length=_LONGEST_TEXT)


class CallList(_Body):
    """Which calls to list."""

    status: Literal["active", "ended"] | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None


class EventsAfter(_Body):
    """From where to catch up."""

    after: int = Field(default=0, ge=0)
    limit: int = Field(default=500, ge=1, le=2000)


class DemoCall(_Body):
    """Whose demo call it is."""

    agent_id: Id | None = None
