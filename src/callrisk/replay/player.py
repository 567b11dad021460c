"""Recorded calls played to somebody else: so many at once, at any speed, each a call of its own."""

import heapq
import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.recordings import RecordedEvent, Recording, events
from callrisk.wire.client import LiveApi, LiveApiError

# Kinesis takes five hundred records at once.
_RECORDS_AT_ONCE = 500
# Between the beginnings of calls, in seconds of the recordings' time.
_STAGGER_S = 2.0


class ReplayError(RuntimeError):
    """The server to which calls were to be played cannot take them; the message says why."""


OnPlayed = Callable[[Sequence["Played"]], None]


@dataclass(frozen=True, slots=True)
class Played:
    """One event of one call at its time."""

    call_id: str
    recording: Recording
    recorded: RecordedEvent
    is_first: bool


def play(recordings: Sequence[Recording], calls: int, speed: float, hear: OnPlayed) -> int:
    """Play so many calls to the end; how many events there were."""
    began, played = time.monotonic(), 0
    lanes = [_lane(recordings[number % len(recordings)]) for number in range(calls)]
    due: list[tuple[float, int, Played]] = []
    for number, lane in enumerate(lanes):
        _queue_next(due, lane, number, number * _STAGGER_S)
    while due:
        now = (time.monotonic() - began) * speed
        ready = []
        while due and due[0][0] <= now:
            _, number, event = heapq.heappop(due)
            ready.append(event)
            _queue_next(due, lanes[number], number, number * _STAGGER_S)
        if ready:
            hear(ready)
            played += len(ready)
        elif due:
            time.sleep(min(0.1, (due[0][0] - now) / speed))
    return played


def _lane(recording: Recording) -> Iterator[Played]:
    call_id = f"replay-{uuid.uuid4()}"
    for number, recorded in enumerate(events(recording)):
        yield Played(call_id, recording, recorded, number == 0)


def _queue_next(
    due: list[tuple[float, int, Played]], lane: Iterator[Played], number: int, begin_s: float
) -> None:
    event = next(lane, None)
    if event is not None:
        at = begin_s + event.recorded.arrival_ms / 1000
        heapq.heappush(due, (at, number, event))


def to_stream(client: Any, stream: dict[str, str]) -> OnPlayed:
    """Write events into a stream as Contact Lens does; what is refused for now is written again.

    There is no mark for DEMO in a stream: whoever reads it takes these calls for real ones.
    """

    def hear(played: Sequence[Played]) -> None:
        rows = [{"Data": _body(one), "PartitionKey": one.call_id} for one in played]
        while rows:
            part, rest = rows[:_RECORDS_AT_ONCE], rows[_RECORDS_AT_ONCE:]
            found = client.put_records(**stream, Records=part)
            refused = [
                row for row, one in zip(part, found["Records"], strict=True) if one.get("ErrorCode")
            ]
            if refused:
                time.sleep(0.2)
            rows = [*refused, *rest]

    return hear


def _body(played: Played) -> bytes:
    event = played.recorded.event | {"ContactId": played.call_id}
    return json.dumps(event, ensure_ascii=False).encode()


def to_server(server: LiveApi) -> OnPlayed:
    """Send calls to a server by REST, as any other telephony would, but marked DEMO.

    ReplayError when the server is in production or does not answer.
    """
    _refuse_production(server)
    lens = ContactLens()

    def hear(played: Sequence[Played]) -> None:
        for one in played:
            recording = one.recording
            if one.is_first:
                server.start_call(one.call_id, recording.customer_id, recording.agent_id, demo=True)
            event = lens.event_of(
                one.recorded.event | {"ContactId": one.call_id}, Arrival(0, utc_now())
            )
            if event is not None and event.turns:
                server.add_segments(one.call_id, event.turns)
            if event is not None and event.kind in ("COMPLETED", "FAILED"):
                server.end_call(one.call_id)

    return hear


def _refuse_production(server: LiveApi) -> None:
    address = server.address
    try:
        environment = server.health().environment
    except LiveApiError as error:
        raise ReplayError(
            f"{address} does not answer: start it, or name it with --url ({error})"
        ) from error
    if environment == "production":
        raise ReplayError(
            f"{address} is in production: recorded calls would stand among real ones; "
            "name another server with --url"
        )
