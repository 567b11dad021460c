"""Recorded calls as the Contact Lens events that a live call would have sent."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from callrisk.sample.ids import new_id
from callrisk.sample.recorded_calls import TimedTurn
from callrisk.sample.speech.customer_states import CONCERNS

_SENTIMENTS = {-1: "NEGATIVE", 0: "NEUTRAL", 1: "POSITIVE"}
_UNLABELLED_SHARE = 0.04
_UNSTREAMED_SHARE = 0.3
# Rules as an administrator might write them: kind of scene, speaker, and a word of the turn.
_RULES = {
    **dict.fromkeys(
        ((kind, "CUSTOMER") for kind in CONCERNS if kind != "refusal"), ("支払い不安", "")
    ),
    ("refusal", "CUSTOMER"): ("支払い拒否", ""),
    ("promise", "CUSTOMER"): ("お客様の約束", ""),
    ("hold", "AGENT"): ("保留", "お待ち"),
}
_SHORTEST_PIECE = 6
_COMPLETED_AFTER_MS = 1500

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A recorded call: its events, each with the millisecond of its arrival."""

    customer_id: str
    agent_id: str
    contact_id: str
    title: str
    events: tuple[tuple[int, Event], ...]

    @property
    def duration_ms(self) -> int:
        """Return the milliseconds from the start of the call to its last event."""
        return self.events[-1][0]


def events_of(
    turns: Sequence[TimedTurn], contact_id: str, rng: np.random.Generator
) -> Iterator[tuple[int, Event]]:
    """Yield STARTED, the segments and COMPLETED with their arrival times, in order."""
    yield 0, _event(contact_id, "STARTED")
    heard = [arrival for turn in turns for arrival in _segments(turn, rng)]
    heard.sort(key=lambda arrival: arrival[0])
    for arrival_ms, segments in heard:
        yield arrival_ms, _event(contact_id, "SEGMENTS") | {"Segments": segments}
    yield heard[-1][0] + _COMPLETED_AFTER_MS, _event(contact_id, "COMPLETED")


def _event(contact_id: str, event_type: str) -> Event:
    return {
        "Version": "1.0.0",
        "Channel": "VOICE",
        "AccountId": "000000000000",
        "InstanceId": "00000000-0000-4000-8000-000000000000",
        "ContactId": contact_id,
        "LanguageCode": "ja-JP",
        "EventType": event_type,
    }


def _segments(spoken: TimedTurn, rng: np.random.Generator) -> Iterator[tuple[int, list[Event]]]:
    """Yield the utterances of a turn while it is spoken, then the whole turn."""
    turn_id, (skip, unlabelled, delay) = new_id(rng), rng.random(3).tolist()
    arrival = spoken.end_ms
    pieces = _pieces(spoken.turn.text)
    if len(pieces) > 1 or skip > _UNSTREAMED_SHARE:
        for piece in _utterances(spoken, pieces, turn_id, rng):
            arrival = max(arrival, piece["EndOffsetMillis"] + 300)
            yield piece["EndOffsetMillis"] + 300, [{"Utterance": piece}]
    whole = _common(spoken) | {
        "Id": turn_id,
        "Content": spoken.turn.text,
        "BeginOffsetMillis": spoken.begin_ms,
        "EndOffsetMillis": spoken.end_ms,
    }
    if unlabelled > _UNLABELLED_SHARE:
        whole["Sentiment"] = _SENTIMENTS[spoken.turn.sentiment]
    yield arrival + int(600 + 700 * delay), [{"Transcript": whole}, *_categories(spoken)]


def _common(spoken: TimedTurn) -> Event:
    return {"ParticipantId": spoken.turn.role, "ParticipantRole": spoken.turn.role}


def _pieces(text: str) -> list[str]:
    """Return a turn cut at commas and full stops, no piece shorter than `_SHORTEST_PIECE`."""
    pieces = [""]
    for part in filter(None, re.split(r"(?<=[、。])", text)):
        if len(pieces[-1]) >= _SHORTEST_PIECE:
            pieces.append("")
        pieces[-1] += part
    return pieces


def _utterances(
    spoken: TimedTurn, pieces: Sequence[str], turn_id: str, rng: np.random.Generator
) -> Iterator[Event]:
    ends = np.cumsum([len(piece) for piece in pieces])
    borders = spoken.begin_ms + (spoken.end_ms - spoken.begin_ms) * np.append(0, ends) // ends[-1]
    for piece, begin, end in zip(pieces, borders.tolist(), borders[1:].tolist(), strict=False):
        yield _common(spoken) | {
            "Id": new_id(rng),
            "TranscriptId": turn_id,
            "PartialContent": piece,
            "BeginOffsetMillis": begin,
            "EndOffsetMillis": end,
        }


def _categories(spoken: TimedTurn) -> list[Event]:
    """Return the category that a turn matched, if any."""
    category, word = _RULES.get((spoken.scene_kind, spoken.turn.role), ("", ""))
    if not category or word not in spoken.turn.text or len(spoken.turn.text) <= _SHORTEST_PIECE:
        return []
    point = {"BeginOffsetMillis": spoken.begin_ms, "EndOffsetMillis": spoken.end_ms}
    details = {category: {"PointsOfInterest": [point]}}
    return [{"Categories": {"MatchedCategories": [category], "MatchedDetails": details}}]
