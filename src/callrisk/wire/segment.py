"""A turn of the transcript as it is answered and pushed."""

from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field

from callrisk.domain.contact_events import Draft
from callrisk.domain.language import Intent, Mood, Statement
from callrisk.domain.language.mood_estimate import mood_estimate
from callrisk.domain.segment import Role, Segment, Sentiment
from callrisk.wire.base import Logged, Wire


class StatementAnswer(Wire):
    """A statement about paying in a turn of the customer.

    `phrase` is the text of the turn from `begin` to `end`, in characters. What is asserted with a
    strength above 0 counts; at 0 it is negated where the mood is asserted, else it is not meant.
    """

    intent: Intent
    phrase: str
    segment_id: str
    begin: int
    end: int
    mood: Mood
    strength: float

    @classmethod
    def of(cls, statement: Statement, turn: Segment) -> Self:
        """Return a statement of a turn."""
        phrase = turn.text[statement.begin : statement.end]
        return cls.of_value(statement, phrase=phrase, segment_id=turn.segment_id)


class SegmentAnswer(Wire):
    """One piece of the transcript; a provisional one is still being heard.

    `sequence` is text, because the numbers of a stream are longer than JSON readers keep exactly.
    An `unconfirmed` turn was only ever heard provisionally, until the call was over. A `repeated`
    one says word for word what its speaker said right before, and does not count. Where several
    speak in one role, `participant_id` tells them apart; who is neither agent nor customer is heard
    and not scored. `sentiment_estimate` is for the eye, where there is no label; it enters no
    score. Turns of agents, repeats and provisional pieces have no `statements`.
    """

    segment_id: str
    sequence: str | None = None
    role: Role
    text: str
    begin_ms: int | None
    end_ms: int | None
    sentiment: Sentiment | None
    sentiment_estimate: Sentiment | None = None
    provisional: bool
    unconfirmed: bool = False
    repeated: bool = False
    participant_id: str | None = None
    statements: list[StatementAnswer] = Field(default_factory=list)

    @classmethod
    def of(cls, segment: Segment, statements: Sequence[Statement], **given: Any) -> Self:
        """Return a finished turn; `given` are the fields that it does not have itself."""
        estimate = None if segment.sentiment else mood_estimate(segment.text, statements)
        return cls.of_value(
            segment, sequence=str(segment.sequence), sentiment_estimate=estimate,
            provisional=False, statements=[StatementAnswer.of(one, segment) for one in statements],
            **given,
        )  # fmt: skip


class TranscriptSegment(SegmentAnswer, Logged):
    """A turn that was heard, or a provisional piece of one."""

    call_id: str

    @classmethod
    def of_draft(cls, call_id: str, segment_id: str, draft: Draft) -> Self:
        """Return a turn that is still being spoken, as far as it was heard."""
        return cls(
            call_id=call_id, segment_id=segment_id, role=draft.role, text=draft.text,
            begin_ms=draft.begin_ms, end_ms=draft.end_ms, sentiment=None, provisional=True,
            unconfirmed=False, repeated=False,
            participant_id=draft.pieces[0].participant_id, statements=[],
        )  # fmt: skip
