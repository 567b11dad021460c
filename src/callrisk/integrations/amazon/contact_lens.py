"""The door for Contact Lens: a record of the real-time voice stream becomes a typed event."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactSummary,
    Utterance,
)
from callrisk.domain.segment import OtherRole, Role, Segment, Sentiment, role_of
from callrisk.integrations.amazon.event_fields import EventFields, addressable, storable
from callrisk.integrations.amazon.passed_over import Instance, PassedOver

# What reading the fields of anything may raise.
_UNREADABLE = (KeyError, TypeError, ValueError, RecursionError)


class ContactLensError(ValueError):
    """A record is no Contact Lens event; it will not become one by trying again.

    `readable` is the event of all that could be read: a bad segment costs none of its neighbours.
    """

    def __init__(self, message: str, readable: AnalysisEvent | None = None) -> None:
        super().__init__(message)
        self.readable = readable


@dataclass(frozen=True, slots=True)
class Arrival:
    """The place of a record in the stream, and its time of arrival."""

    sequence: int
    at: datetime


class ContactLens:
    """Reads events; `unknown` counts what AWS has added since, and other instances' events."""

    def __init__(self, instance_id: str = "", unknown: PassedOver | None = None) -> None:
        self.unknown = PassedOver() if unknown is None else unknown
        self._instance = Instance(instance_id)

    def event_of(self, record: Mapping[str, Any], arrival: Arrival) -> AnalysisEvent | None:
        """Return the event of a record; None if it is not ours, ContactLensError if it is none."""
        try:
            return self._event(EventFields(record), arrival)
        except ContactLensError:
            raise
        except _UNREADABLE as error:
            raise ContactLensError(f"not a Contact Lens voice event: {error}") from error

    def segments_of(
        self, contact_id: str, segments: Sequence[Mapping[str, Any]], arrival: Arrival
    ) -> AnalysisEvent:
        """Segments that were asked for are an event like one of the stream, but for odd ones.

        There is no record to set aside: what cannot be read is passed over, and the answer counted.
        """
        try:
            return self._event_of_segments(contact_id, segments, arrival)
        except ContactLensError as error:
            self.unknown.note("answers with unreadable segments")
            return error.readable or AnalysisEvent(contact_id, AnalysisKind.SEGMENTS, arrival.at)

    def _event(self, fields: EventFields, arrival: Arrival) -> AnalysisEvent | None:
        if not self._instance.is_ours(fields.get("InstanceId"), self.unknown):
            return None
        contact_id = addressable(fields.id("ContactId"))
        channel = fields.get("Channel") or "VOICE"
        if not isinstance(channel, str) or channel.upper() != "VOICE":
            self.unknown.note(f"channel {channel}")
            return None
        kind = fields.text("EventType").upper()
        if kind not in set(AnalysisKind):
            self.unknown.note(f"event {kind}")
            return None
        if kind != AnalysisKind.SEGMENTS:
            return AnalysisEvent(contact_id, AnalysisKind(kind), arrival.at)
        return self._event_of_segments(contact_id, fields.items("Segments"), arrival)

    def _event_of_segments(
        self, contact_id: str, segments: Sequence[Any], arrival: Arrival
    ) -> AnalysisEvent:
        """Return the event of its segments; ContactLensError with the others if one is none."""
        parts = _ReadableParts()
        for segment in segments:
            with parts.noting("segment"):
                self._add(EventFields(segment), arrival.sequence, parts)
        event = parts.event(contact_id, arrival.at)
        if parts.unreadable:
            reason = f"not Contact Lens voice segments: {'; '.join(parts.unreadable)}"
            raise ContactLensError(reason, event if parts.anything else None)
        return event

    def _add(self, segment: EventFields, sequence: int, parts: "_ReadableParts") -> None:
        with parts.noting("Transcript"):
            if found := segment.child("Transcript"):
                parts.turns += self._turns(found, sequence)
        with parts.noting("Utterance"):
            if found := segment.child("Utterance"):
                parts.pieces += self._pieces(found)
        with parts.noting("Categories"):
            if found := segment.child("Categories"):
                parts.categories += found.texts("MatchedCategories")
        with parts.noting("PostContactSummary"):
            if found := segment.child("PostContactSummary"):
                parts.summary = _summary(found)
        for name in segment.names - _KNOWN_SEGMENTS:
            self.unknown.note(f"segment {name}")

    def _turns(self, fields: EventFields, sequence: int) -> list[Segment]:
        role, begin_ms, end_ms = self._role(fields), *fields.offsets()
        segment_id, text = fields.id("Id"), fields.spoken("Content")
        mood, speaker = self._sentiment(fields), _participant(fields)
        return [
            Segment(
                segment_id, sequence, role, text, begin_ms, end_ms, mood, participant_id=speaker
            )
        ]

    def _pieces(self, fields: EventFields) -> list[Utterance]:
        if fields.get("PartialContent") == "":
            # Nothing was heard yet, and the turn it belongs to will come.
            return []
        role, begin_ms, end_ms = self._role(fields), *fields.offsets()
        ids, text = (fields.id("Id"), fields.id("TranscriptId")), fields.spoken("PartialContent")
        speaker = _participant(fields)
        return [Utterance(*ids, role, text, begin_ms, end_ms, participant_id=speaker)]

    def _role(self, fields: EventFields) -> Role:
        """Return who speaks: a flow's prompts are heard too, and supervisors, and bots."""
        named = fields.text("ParticipantRole")
        role = role_of(named)
        if role is OtherRole.OTHER:
            self.unknown.note(f"role {named.upper()}")
        return role

    def _sentiment(self, fields: EventFields) -> Sentiment | None:
        named = fields.get("Sentiment")
        if named is None:
            return None
        if not isinstance(named, str):
            raise TypeError("Sentiment must be a text")
        if named.upper() in set(Sentiment):
            return Sentiment(named.upper())
        self.unknown.note(f"sentiment {named}")
        return None


_KNOWN_SEGMENTS = frozenset({"transcript", "utterance", "categories", "postcontactsummary"})


def _participant(fields: EventFields) -> str | None:
    """Return the speaker where the role does not say it: of two agents each has an id."""
    named = fields.get("ParticipantId")
    if not isinstance(named, str) or named.upper() == fields.text("ParticipantRole").upper():
        return None
    return fields.id("ParticipantId")


def _summary(fields: EventFields) -> ContactSummary:
    if fields.text("Status").upper() == "COMPLETED":
        return ContactSummary(fields.spoken("Content"))
    failure = fields.get("FailureCode")
    return ContactSummary(None, storable(failure) if isinstance(failure, str) else None)


@dataclass(slots=True)
class _ReadableParts:
    """The readable segments of one event, and the reasons why others could not be read."""

    turns: list[Segment] = field(default_factory=list)
    pieces: list[Utterance] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    summary: ContactSummary | None = None
    unreadable: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Return whether there is something to store."""
        return bool(self.turns or self.pieces or self.categories or self.summary)

    @contextmanager
    def noting(self, part: str) -> Iterator[None]:
        """Note that a part cannot be read, and go on behind it."""
        try:
            yield
        except _UNREADABLE as error:
            self.unreadable.append(f"{part}: {error}")

    def event(self, contact_id: str, at: datetime) -> AnalysisEvent:
        """Return the event of all that could be read."""
        return AnalysisEvent(
            contact_id, AnalysisKind.SEGMENTS, at, tuple(self.turns), tuple(self.pieces),
            tuple(self.categories), self.summary,
        )  # fmt: skip
