"""Usual figures of calls, as they are asked for and answered."""

from typing import Annotated, Literal

from pydantic import WithJsonSchema

from callrisk.wire.base import Wire
from callrisk.wire.requests import QueryParameters


class UsualAsked(QueryParameters):
    """Ask for calls of a demonstration, or for all others."""

    demo: Annotated[
        Literal["true", "false"] | None,
        WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
    ] = None


class UsualRangeAnswer(Wire):
    """The range in which half of the calls lie."""

    low: float
    high: float


class UsualQualityAnswer(Wire):
    """Usual figures of the newest calls in reach; one of too few calls is None."""

    calls: int
    agent_talk_share: UsualRangeAnswer | None
    longest_silence_s: UsualRangeAnswer | None
