"""The player of recorded calls: each event is handed on at its time, however many calls play."""

import heapq
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from callrisk.domain.contact_events import AnalysisEvent
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.recordings import RecordedEvent, Recording, events

# Between the beginnings of calls, in seconds of the recordings' time.
_STAGGER_S = 2.0
_LONGEST_SLEEP_S = 0.1


@dataclass(frozen=True, slots=True)
class ReplayedCall:
    """A recording played as a call of its own, from a moment of the recordings' time on."""

    call_id: str
    recording: Recording
    begin_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PlayedEvent:
    """One event of a replayed call at its time; `number` counts the events of the call."""

    call: ReplayedCall
    number: int
    recorded: RecordedEvent

    @property
    def body(self) -> dict[str, Any]:
        """The event as Contact Lens would send it of this call."""
        return self.recorded.event | {"ContactId": self.call.call_id}

    def parsed(self, lens: ContactLens) -> AnalysisEvent | None:
        """Return the event in our words, or None if it tells nothing."""
        return lens.event_of(self.body, Arrival(self.number, utc_now()))


OnPlayed = Callable[[Sequence[PlayedEvent]], None]


def staggered(recordings: Sequence[Recording], count: int) -> list[ReplayedCall]:
    """Return so many calls under new ids that begin one after the other."""
    return [
        ReplayedCall(
            f"replay-{uuid.uuid4()}", recordings[number % len(recordings)], number * _STAGGER_S
        )
        for number in range(count)
    ]


def play(
    calls: Sequence[ReplayedCall], speed: float, receive: OnPlayed,
    stopped: threading.Event | None = None,
) -> int:  # fmt: skip
    """Play calls to the end or until stopped; return the number of events played.

    `receive` gets the events that are due at once; `speed` 1.0 is the rhythm of the recordings.
    """
    stopped = stopped or threading.Event()
    began, played = time.monotonic(), 0
    lanes = [_events_of(call) for call in calls]
    due: list[tuple[float, int, PlayedEvent]] = []
    for lane in range(len(lanes)):
        _queue_next(due, lanes, lane)
    while due and not stopped.is_set():
        now = (time.monotonic() - began) * speed
        ready = []
        while due and due[0][0] <= now:
            _, lane, event = heapq.heappop(due)
            ready.append(event)
            _queue_next(due, lanes, lane)
        if ready:
            receive(ready)
            played += len(ready)
        elif due:
            stopped.wait(min(_LONGEST_SLEEP_S, (due[0][0] - now) / speed))
    return played


def _events_of(call: ReplayedCall) -> Iterator[PlayedEvent]:
    for number, recorded in enumerate(events(call.recording)):
        yield PlayedEvent(call, number, recorded)


def _queue_next(
    due: list[tuple[float, int, PlayedEvent]], lanes: list[Iterator[PlayedEvent]], lane: int
) -> None:
    event = next(lanes[lane], None)
    if event is not None:
        at = event.call.begin_s + event.recorded.arrival_ms / 1000
        heapq.heappush(due, (at, lane, event))
