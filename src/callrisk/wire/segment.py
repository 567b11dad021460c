"""A turn of the transcript as it is answered and pushed."""

from typing import Any, Self

from pydantic import Field

from callrisk.domain.contact import Draft
from callrisk.domain.language.mood_estimate import mood_estimate
from callrisk.domain.language.statement import Intent, Mood
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.wire.base import Logged, Wire


class StatementAnswer(Wire):
    """One statement about paying: `phrase` is the text of the turn from `begin` to `end`."""

    intent: Intent
    phrase: str
    segment_id: str
    begin: int
    end: int
    mood: Mood
    strength: float


class SegmentAnswer(Wire):
    """One piece of the transcript; a provisional one is still being heard.

    `sequence` is text, because the numbers of a stream are longer than JSON readers keep exactly.
    `sentiment_estimate` is for the eye, where there is no label; it enters no score.
    """

    segment_id: str
    sequence: str | None = None
    role: ParticipantRole
    text: str
    begin_ms: int | None
    end_ms: int | None
    sentiment: Sentiment | None
    sentiment_estimate: Sentiment | None = None
    provisional: bool
    statements: list[StatementAnswer] = Field(default_factory=list)

    @classmethod
    def of(cls, segment: Segment, **given: Any) -> Self:
        """Return a finished turn; `given` are the fields that it does not have itself."""
        estimate = None if segment.sentiment else mood_estimate(segment.text)
        return cls.of_value(
            segment, sequence=str(segment.sequence), sentiment_estimate=estimate,
            provisional=False, **given,
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
        )  # fmt: skip
