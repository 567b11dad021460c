"""The door for Contact Lens: a record of the real-time voice stream becomes a typed event."""

import json
from collections import Counter
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
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment

_LONGEST_ID = 256
_LONGEST_TEXT = 100_000
# A call of a day is not a call, and the database's integers end somewhere.
_LONGEST_MS = 86_400_000
# What reading the fields of anything may raise.
_UNREADABLE = (KeyError, TypeError, ValueError, RecursionError)


class ContactLensError(ValueError):
    """A record is no Contact Lens event; it will not become one by trying again.

    `readable` is what was heard in it all the same: a bad segment costs none of its neighbours.
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
    """Reads records; `unknown` counts what AWS has added since and is passed over."""

    def __init__(self) -> None:
        self.unknown: Counter[str] = Counter()

    def event_from(self, record: bytes, arrival: Arrival) -> AnalysisEvent | None:
        """Parse one record; None if it is of a kind that is not ours. ContactLensError if none."""
        try:
            found = json.loads(record.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ContactLensError(f"not JSON in UTF-8: {type(error).__name__}") from error
        if not isinstance(found, dict):
            raise ContactLensError("not a JSON object")
        return self.event_of(found, arrival)

    def event_of(self, record: Mapping[str, Any], arrival: Arrival) -> AnalysisEvent | None:
        """Return the event of a record that is parsed already; None and errors as `event_from`."""
        try:
            return self._event(_Fields(record), arrival)
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
            return self._heard(contact_id, segments, arrival)
        except ContactLensError as error:
            self._pass_over("answers with unreadable segments")
            return error.readable or AnalysisEvent(contact_id, AnalysisKind.SEGMENTS, arrival.at)

    def _event(self, fields: "_Fields", arrival: Arrival) -> AnalysisEvent | None:
        contact_id = fields.id("ContactId")
        channel = fields.get("Channel", "VOICE")
        if not isinstance(channel, str) or channel.upper() != "VOICE":
            self._pass_over(f"channel {channel}")
            return None
        kind = fields.text("EventType").upper()
        if kind not in set(AnalysisKind):
            self._pass_over(f"event {kind}")
            return None
        if kind != AnalysisKind.SEGMENTS:
            return AnalysisEvent(contact_id, AnalysisKind(kind), arrival.at)
        return self._heard(contact_id, fields.items("Segments"), arrival)

    def _pass_over(self, what: str) -> None:
        # The counts are stored, too, and come from whatever was sent.
        name = what[:64].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
        self.unknown[name] += 1

    def _heard(self, contact_id: str, segments: Sequence[Any], arrival: Arrival) -> AnalysisEvent:
        """Return the event of its segments; ContactLensError with the others if one is none."""
        heard = _Heard()
        for segment in segments:
            with heard.noting("segment"):
                self._hear(_Fields(segment), arrival.sequence, heard)
        event = heard.event(contact_id, arrival.at)
        if heard.unreadable:
            reason = f"not Contact Lens voice segments: {'; '.join(heard.unreadable)}"
            raise ContactLensError(reason, event if heard.anything else None)
        return event

    def _hear(self, segment: "_Fields", sequence: int, heard: "_Heard") -> None:
        with heard.noting("Transcript"):
            if found := segment.child("Transcript"):
                heard.turns += self._turns(found, sequence)
        with heard.noting("Utterance"):
            if found := segment.child("Utterance"):
                heard.pieces += self._pieces(found)
        with heard.noting("Categories"):
            if found := segment.child("Categories"):
                heard.categories += found.texts("MatchedCategories")
        with heard.noting("PostContactSummary"):
            if found := segment.child("PostContactSummary"):
                heard.summary = _summary(found)
        for name in segment.names - _KNOWN_SEGMENTS:
            self._pass_over(f"segment {name}")

    def _turns(self, fields: "_Fields", sequence: int) -> list[Segment]:
        role, begin_ms, end_ms = self._role(fields), *fields.offsets()
        segment_id, text = fields.id("Id"), fields.spoken("Content")
        mood = self._sentiment(fields)
        if role is None:
            return []
        return [Segment(segment_id, sequence, role, text, begin_ms, end_ms, mood)]

    def _pieces(self, fields: "_Fields") -> list[Utterance]:
        if fields.get("PartialContent") == "":
            # Nothing was heard yet, and the turn it belongs to will come.
            return []
        role, begin_ms, end_ms = self._role(fields), *fields.offsets()
        ids, text = (fields.id("Id"), fields.id("TranscriptId")), fields.spoken("PartialContent")
        return [] if role is None else [Utterance(*ids, role, text, begin_ms, end_ms)]

    def _role(self, fields: "_Fields") -> ParticipantRole | None:
        """A flow's prompts are heard too; only agent and customer are parties of the call."""
        named = fields.text("ParticipantRole").upper()
        if named in set(ParticipantRole):
            return ParticipantRole(named)
        self._pass_over(f"role {named}")
        return None

    def _sentiment(self, fields: "_Fields") -> Sentiment | None:
        named = fields.get("Sentiment")
        if named is None:
            return None
        if not isinstance(named, str):
            raise TypeError("Sentiment must be a text")
        if named.upper() in set(Sentiment):
            return Sentiment(named.upper())
        self._pass_over(f"sentiment {named}")
        return None


_KNOWN_SEGMENTS = frozenset({"transcript", "utterance", "categories", "postcontactsummary"})


def _summary(fields: "_Fields") -> ContactSummary:
    if fields.text("Status").upper() == "COMPLETED":
        return ContactSummary(fields.spoken("Content"))
    failure = fields.get("FailureCode")
    return ContactSummary(None, _storable(failure) if isinstance(failure, str) else None)


def _storable(value: str) -> str:
    """Return a text that every database can hold; UnicodeEncodeError if it is none."""
    # Half a surrogate pair is JSON, but no text.
    value.encode("utf-8")
    return value.replace("\0", " ")


@dataclass(slots=True)
class _Heard:
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


class _Fields:
    """The fields of an object in any casing of their names, each checked when it is read."""

    def __init__(self, found: Any) -> None:
        if not isinstance(found, Mapping):
            raise TypeError("expected an object")
        self._values = {str(name).lower(): value for name, value in found.items()}

    @property
    def names(self) -> frozenset[str]:
        """Return all names, in lower case."""
        return frozenset(self._values)

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Return a field as it is."""
        return self._values.get(name.lower(), otherwise)

    def text(self, name: str) -> str:
        """Return a text that is not empty and that every database can hold."""
        value = self._values[name.lower()]
        if not isinstance(value, str) or not value:
            raise TypeError(f"{name} must be a text that is not empty")
        value.encode("utf-8")
        return value

    def id(self, name: str) -> str:
        """Return a text that may be a key."""
        value = self.text(name)
        if len(value) > _LONGEST_ID or "\0" in value:
            raise ValueError(f"{name} must have 1 to {_LONGEST_ID} characters")
        return value

    def spoken(self, name: str) -> str:
        """Return the words that were spoken, in one line."""
        value = self.text(name)
        if len(value) > _LONGEST_TEXT:
            raise ValueError(f"{name} has more than {_LONGEST_TEXT} characters")
        return " ".join(value.replace("\0", " ").splitlines())

    def offsets(self) -> tuple[int, int]:
        """Return begin and end in milliseconds from the start of the call."""
        begin, end = self.get("BeginOffsetMillis"), self.get("EndOffsetMillis")
        for value in (begin, end):
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError("offsets must be whole numbers")
        if not 0 <= begin <= end <= _LONGEST_MS:
            raise ValueError("offsets must rise from 0 and stay within a day")
        return begin, end

    def child(self, name: str) -> "_Fields | None":
        """Return an object inside, None where there is none."""
        value = self.get(name)
        return None if value is None else _Fields(value)

    def items(self, name: str) -> list[Any]:
        """Return a list of anything."""
        value = self._values[name.lower()]
        if not isinstance(value, list):
            raise TypeError(f"{name} must be a list")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self._values[name.lower()]
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise TypeError(f"{name} must be a list of texts")
        return [_storable(one)[:_LONGEST_ID] for one in value]
