"""Corrections of statements as they are sent and answered."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema

from callrisk.domain.language import Intent
from callrisk.domain.work.corrections import CallCorrection
from callrisk.wire.base import Moment, Wire, wire_time
from callrisk.wire.request_fields import Id, NoteTextOrEmpty, digits_only, no_text
from callrisk.wire.requests import QueryParameters
from callrisk.wire.work.work_requests import AboutNote, WorkBody

# No turn is longer.
_Offset = Annotated[int, Field(ge=0, le=4_000), BeforeValidator(no_text)]


class CorrectionBody(WorkBody):
    """Say what a statement meant: another intent, or nothing about paying.

    The statement is named as it stands in its turn: by the turn, its offsets and its intent.
    """

    segment_id: Id
    begin: _Offset
    end: _Offset
    intent: Intent
    meant: Intent | Literal["none"]
    text: NoteTextOrEmpty = ""


class CorrectionDecided(AboutNote):
    """Approve or reject a correction; `note_id` is its number, and `text` why it is rejected."""

    verdict: Literal["approved", "rejected"]
    text: NoteTextOrEmpty = ""


class CorrectionList(QueryParameters):
    """The corrections that wait for a decision, or the newest ones whatever became of them."""

    open: Annotated[
        Literal["true", "false"] | None,
        WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(digits_only)] = 50


class CorrectionAnswer(Wire):
    """A correction with its call and its turn; `text` is the remark of who made it.

    `turn` and `phrase` are None once the words of the call are gone; `asked` is what the agent said
    right before.
    """

    call_id: str
    customer_id: str | None
    agent_id: str
    demo: bool
    note_id: int
    at: Moment
    text: str
    segment_id: str
    begin: int
    end: int
    intent: str
    meant: str
    turn: str | None
    phrase: str | None
    asked: str
    verdict: Literal["approved", "rejected"] | None
    decided_by: str | None
    decided_at: Moment | None
    reason: str

    @classmethod
    def of(cls, found: CallCorrection) -> Self:
        """Return a correction of a call."""
        call, correction, turn = found.call, found.correction, found.turn
        place, note, decision = correction.place, correction.note, correction.decision
        words = None if turn is None else turn.turn.text
        return cls.of_value(
            note, call_id=call.call_id, customer_id=call.customer_id, demo=call.demo,
            at=wire_time(note.at), segment_id=place.segment_id, begin=place.begin, end=place.end,
            intent=place.intent, meant=correction.meant, turn=words,
            phrase=None if words is None else words[place.begin : place.end], asked=found.asked,
            verdict=_verdict(found), decided_by=decision and decision.agent_id,
            decided_at=decision and wire_time(decision.at),
            reason="" if decision is None else decision.text,
        )  # fmt: skip


def _verdict(found: CallCorrection) -> str | None:
    if found.correction.waits:
        return None
    return "approved" if found.correction.is_approved else "rejected"


class CorrectionTable(Wire):
    """Approved sentences as the company's own table of the language; `rows` of it can be used.

    `text` is a file as `data/language/predicates.csv` is one. Sentences that need a hand before
    they are rows stand in it as comments.
    """

    name: str
    rows: int
    text: str

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Return a table by its text."""
        rows = [line for line in text.splitlines()[1:] if not line.startswith(("#", '"#'))]
        return cls(name="predicates.csv", rows=len(rows), text=text)


class CorrectionsAnswer(Wire):
    """Corrections of calls in reach."""

    corrections: list[CorrectionAnswer]
