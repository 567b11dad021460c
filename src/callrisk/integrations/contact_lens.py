"""The door for Contact Lens: a real-time voice event becomes a typed one, or an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from callrisk.domain.call import ParticipantRole, Segment, Sentiment


class ContactLensError(ValueError):
    """A record is no Contact Lens event; it will not become one by trying again."""


class EventKind(StrEnum):
    """What an event says of its contact."""

    STARTED = "STARTED"
    SEGMENTS = "SEGMENTS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A provisional piece of a turn; pieces of one `transcript_id` follow one another."""

    utterance_id: str
    transcript_id: str
    role: ParticipantRole
    text: str
    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """One event; `turns` are final, `pieces` are provisional."""

    contact_id: str
    kind: EventKind
    turns: tuple[Segment, ...] = ()
    pieces: tuple[Utterance, ...] = ()


def event_from(record: Mapping[str, Any], sequence: int) -> ContactEvent:
    """Parse one event; `sequence` is its place in the stream. ContactLensError when it is none.

    Segment types that are not known, and speakers other than agent and customer (a flow's prompts),
    are passed over: AWS adds to both.
    """
    try:
        kind = EventKind(record["EventType"])
        segments = record["Segments"] if kind is EventKind.SEGMENTS else []
        return ContactEvent(
            contact_id=_text(record, "ContactId"),
            kind=kind,
            turns=tuple(
                _turn(one["Transcript"], sequence)
                for one in segments
                if _spoken_by_a_party(one.get("Transcript"))
            ),
            pieces=tuple(
                _piece(one["Utterance"])
                for one in segments
                if _spoken_by_a_party(one.get("Utterance"))
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContactLensError(f"not a Contact Lens voice event: {error!r}") from error


def _spoken_by_a_party(segment: Mapping[str, Any] | None) -> bool:
    return segment is not None and segment["ParticipantRole"] in set(ParticipantRole)


def _turn(transcript: Mapping[str, Any], sequence: int) -> Segment:
    sentiment = transcript.get("Sentiment")
    return Segment(
        segment_id=_text(transcript, "Id"),
        sequence=sequence,
        role=ParticipantRole(transcript["ParticipantRole"]),
        text=_one_line(_text(transcript, "Content")),
        begin_ms=int(transcript["BeginOffsetMillis"]),
        end_ms=int(transcript["EndOffsetMillis"]),
        sentiment=None if sentiment is None else Sentiment(sentiment),
    )


def _piece(utterance: Mapping[str, Any]) -> Utterance:
    return Utterance(
        utterance_id=_text(utterance, "Id"),
        transcript_id=_text(utterance, "TranscriptId"),
        role=ParticipantRole(utterance["ParticipantRole"]),
        text=_one_line(_text(utterance, "PartialContent")),
        begin_ms=int(utterance["BeginOffsetMillis"]),
        end_ms=int(utterance["EndOffsetMillis"]),
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text that is not empty")
    return value


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\r", " ")
