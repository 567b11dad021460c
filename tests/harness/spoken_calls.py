"""Calls that tests let people speak in, through REST and through a process beside the server."""

import itertools
import time
from datetime import UTC, datetime
from typing import Any

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.language import Intent, Mood
from callrisk.domain.segment import ParticipantRole, Segment
from harness.live_server import LiveServer
from harness.phrase_language import PhraseLanguage

# The only words that say something about paying in these tests.
SPOKEN = PhraseLanguage(
    table={
        "払えない": (Intent.INABILITY, Mood.ASSERTED, 1.0),
        "払えないんです": (Intent.HARDSHIP, Mood.ASSERTED, 0.5),
        "必ず払います": (Intent.PROMISE, Mood.ASSERTED, 1.0),
        "厳しくない": (Intent.HARDSHIP, Mood.ASSERTED, 0.0),
        "待ってもらえますか": (Intent.DELAY_REQUEST, Mood.QUESTION, 0.0),
    }
)
call_ids = (f"call-{number}" for number in itertools.count(1))


def turn(segment_id: str, text: str, begin_ms: int = 1000) -> dict[str, Any]:
    """A turn of the customer as REST takes it."""
    return {
        "segment_id": segment_id,
        "role": "CUSTOMER",
        "text": text,
        "begin_ms": begin_ms,
        "end_ms": begin_ms + 900,
        "sentiment": "NEUTRAL",
    }


def say(server: LiveServer, call_id: str, segment_id: str, text: str, begin_ms: int = 1000) -> None:
    """Let the customer say something."""
    server.post(f"calls/{call_id}/segments", {"segments": [turn(segment_id, text, begin_ms)]})


def hear(server: LiveServer, call_id: str, segment_id: str, text: str, minute: int) -> None:
    """Let a process beside the server hear the customer; hearing a turn again corrects it."""
    sequence, times = time.time_ns(), (minute * 60_000, minute * 60_000 + 900)
    words = (segment_id, sequence, ParticipantRole.CUSTOMER, text, *times)
    heard = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, datetime.now(UTC), (Segment(*words),))
    server.take(heard, language=SPOKEN)


def at(server: LiveServer, call_id: str) -> str:
    """The address of one call on the page."""
    return f"{server.url}#call={call_id}"
