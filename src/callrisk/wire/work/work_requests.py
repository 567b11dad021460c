"""Requests of clients about the work on a call.

Whether a code is one of this company, and a day lies ahead, no schema can say: the routes do.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from callrisk.domain.work.outcome_codes import LONGEST_CODE, PaymentChannel
from callrisk.wire.base import Json, wire_time
from callrisk.wire.request_fields import (
    LARGEST_INTEGER,
    Id,
    NoteText,
    NoteTextOrEmpty,
    digits_only,
    no_text,
    refusal,
)
from callrisk.wire.requests import DATE, Body, QueryParameters

# A debt of so much is not settled by telephone; a typing error is.
MOST_YEN = 100_000_000
_MOMENT = rf"{DATE}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{{1,6}})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)"


def day_of(text: Any) -> Any:
    """Return a day as it is written in requests; ValueError for any other text."""
    if not isinstance(text, str) or re.fullmatch(DATE, text) is None:
        raise refusal("no_day")
    return date.fromisoformat(text)


def _moment_of(text: Any) -> Any:
    if not isinstance(text, str) or re.fullmatch(_MOMENT, text) is None:
        raise refusal("no_moment")
    return datetime.fromisoformat(text)


def _or_null(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


_Day = Annotated[date, BeforeValidator(day_of), _or_null(DATE)]
_Moment = Annotated[datetime, BeforeValidator(_moment_of), _or_null(_MOMENT)]
_Yen = Annotated[int, Field(ge=1, le=MOST_YEN), BeforeValidator(no_text)]
_NoteId = Annotated[int, Field(ge=1, le=LARGEST_INTEGER), BeforeValidator(no_text)]


class WorkBody(Body):
    """The field that all of them share: who does it."""

    agent_id: Id

    def facts(self) -> Json:
        """Return the facts of the note that is stored."""
        facts: Json = self.model_dump(mode="json", exclude={"agent_id", "text"}, exclude_none=True)
        return facts


class OutcomeBody(WorkBody):
    """The outcome of the call: one of the codes of `GET /api/outcomes`."""

    outcome: str = Field(min_length=1, max_length=LONGEST_CODE)
    text: NoteTextOrEmpty = ""


class PromiseBody(WorkBody):
    """The customer promises to pay; amount and channel where they were named."""

    due_on: _Day
    amount_yen: _Yen | None = None
    channel: PaymentChannel | None = None
    text: NoteTextOrEmpty = ""


class CallBackBody(WorkBody):
    """The customer is called again at a moment."""

    call_back_at: _Moment
    text: NoteTextOrEmpty = ""

    def facts(self) -> Json:
        """Return the moment, in UTC."""
        return {"call_back_at": wire_time(self.call_back_at.astimezone(UTC))}


class AboutNote(WorkBody):
    """The number of the note that this is about."""

    note_id: _NoteId

    def facts(self) -> Json:
        """Return the number of the note that this is about."""
        return {"about": self.note_id}


class UndoBody(AboutNote):
    """Take back a note, promise, outcome, call-back or answer to an advice; or an escalation."""


class EscalationSeen(AboutNote):
    """Say that somebody looks at an escalation; `note_id` is its number."""


class EscalationAnswered(AboutNote):
    """Answer an escalation; `note_id` is its number."""

    text: NoteText


class EscalationList(QueryParameters):
    """The escalations that wait for an answer, or the newest ones whatever became of them."""

    open: Annotated[
        Literal["true", "false"] | None,
        WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(digits_only)] = 50
