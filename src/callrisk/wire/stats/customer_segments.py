"""Segments of customers: what persons save and share, as requests and answers."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema

from callrisk.domain.portfolio.customer_segments import (
    MOST_RULES,
    CustomerSegment,
    SegmentRule,
)
from callrisk.wire.base import Moment, Wire, wire_time
from callrisk.wire.request_fields import Id, NameText, no_text
from callrisk.wire.requests import Body

_LARGEST = 1e15
_NUMBER = {"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST}
_End = Annotated[
    Annotated[float, Field(ge=-_LARGEST, le=_LARGEST), BeforeValidator(no_text)] | None,
    WithJsonSchema({"anyOf": [_NUMBER, {"type": "null"}]}),
]


class SegmentRuleBody(Body):
    """A condition on a column of the run: a feature, `score`, or `probability` from 0 to 1.

    Both ends are included, null is no end. With neither it is that the value is unknown.
    """

    column: Id
    low: _End = None
    high: _End = None

    def rule(self) -> SegmentRule:
        """Return the condition."""
        return SegmentRule(self.column, self.low, self.high)


class NewCustomerSegment(Body):
    """A segment: the customers who fit all rules; a shared one is seen by all who see customers."""

    name: NameText
    rules: list[SegmentRuleBody] = Field(min_length=1, max_length=MOST_RULES)
    shared: StrictBool = False


class SegmentRuleAnswer(Wire):
    """A condition on a column of the run; with neither end, that the value is unknown."""

    column: str
    low: float | None
    high: float | None


class CustomerSegmentAnswer(Wire):
    """A segment that a person saved; `is_own` is for who asks."""

    segment_id: int
    name: str
    rules: list[SegmentRuleAnswer]
    shared: bool
    is_own: bool
    made_at: Moment

    @classmethod
    def of(cls, segment: CustomerSegment, person: str) -> Self:
        """Return the answer about a segment to a person (subject id)."""
        return cls.of_value(
            segment, rules=[SegmentRuleAnswer.of_value(rule) for rule in segment.rules],
            is_own=segment.owner == person, made_at=wire_time(segment.made_at),
        )  # fmt: skip


class CustomerSegmentsAnswer(Wire):
    """The own segments and those that others share, the oldest first."""

    segments: list[CustomerSegmentAnswer]
