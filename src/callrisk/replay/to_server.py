"""Recorded calls played to a server by REST, as any other telephony would, but marked DEMO."""

from collections.abc import Sequence
from typing import Any

from callrisk.domain.segment import Segment
from callrisk.integrations.amazon.contact_lens import ContactLens
from callrisk.integrations.server_api import ServerApi
from callrisk.replay.player import OnPlayed, PlayedEvent

_ENDS = ("COMPLETED", "FAILED")


def to_server(server: ServerApi) -> OnPlayed:
    """Return a receiver that sends calls to a server; ServerError when it is in production."""
    server.refuse_production()
    lens = ContactLens()

    def receive(played: Sequence[PlayedEvent]) -> None:
        for event in played:
            _send(server, event, lens)

    return receive


def _send(server: ServerApi, played: PlayedEvent, lens: ContactLens) -> None:
    call_id, recording = played.call.call_id, played.call.recording
    if played.number == 0:
        server.start_call(call_id, recording.customer_id, recording.agent_id)
    event = played.parsed(lens)
    if event is None:
        return
    if event.turns:
        server.segments(call_id, [_body(segment) for segment in event.turns])
    if event.kind in _ENDS:
        server.end_call(call_id)


def _body(segment: Segment) -> dict[str, Any]:
    return {
        "segment_id": segment.segment_id,
        "role": segment.role,
        "text": segment.text,
        "begin_ms": segment.begin_ms,
        "end_ms": segment.end_ms,
        "sentiment": segment.sentiment,
    }
