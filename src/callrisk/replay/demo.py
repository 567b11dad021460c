"""Recorded calls replayed inside the server by the same intake as real ones; marked DEMO."""

import itertools
import threading
import uuid
from collections.abc import Sequence

from callrisk.domain.event_types import Source
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import ContactLens
from callrisk.integrations.recordings import Recording
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.replay.player import PlayedEvent, ReplayedCall, play
from callrisk.store.calls import NewCall
from callrisk.store.queries import Queries

# Between the beginnings of calls that start by themselves, in seconds of the recordings' time.
_STAGGER = 20.0


class DemoReplay:
    """Replays recordings, each call in a thread; `speed` 1.0 is their own rhythm."""

    def __init__(
        self, recordings: Sequence[Recording], intake: CallIntake, live: LiveCalls, speed: float
    ) -> None:
        self._recordings = recordings
        self._intake = intake
        self._live = live
        self._speed = speed
        self._next = itertools.cycle(recordings)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._playing: set[str] = set()
        self.automatic = False

    @property
    def available(self) -> int:
        """The number of recordings."""
        return len(self._recordings)

    @property
    def playing(self) -> int:
        """The number of calls that play now."""
        return len(self._playing)

    def play(self, agent_id: str | None = None) -> str:
        """Start the next recording as a new call; return its call id."""
        call_id, recording = self._begin(agent_id)
        threading.Thread(
            target=self._play, args=(call_id, recording, self._stopped), daemon=True
        ).start()
        return call_id

    def run(self, at_once: int) -> None:
        """Keep so many calls playing until `stop`."""
        self.automatic = at_once > 0
        for lane in range(at_once):
            threading.Thread(target=self._lane, args=(lane, self._stopped), daemon=True).start()

    def stop(self) -> int:
        """Stop the automatic replay and end what plays; return the number of calls ended."""
        self.automatic = False
        ended = self.playing
        self._stopped.set()
        # What is played from now on stops by itself.
        self._stopped = threading.Event()
        return ended

    def _lane(self, lane: int, stopped: threading.Event) -> None:
        pause = lane * _STAGGER / self._speed
        while not stopped.wait(pause):
            call_id, recording = self._begin(None)
            self._play(call_id, recording, stopped)
            pause = _STAGGER / 4 / self._speed

    def _play(self, call_id: str, recording: Recording, stopped: threading.Event) -> None:
        self._playing.add(call_id)
        lens = ContactLens()

        def receive(played: Sequence[PlayedEvent]) -> None:
            for due in played:
                event = due.parsed(lens)
                self._intake.take([event] if event else [])

        try:
            play([ReplayedCall(call_id, recording)], self._speed, receive, stopped)
            self._live.finish(call_id)
        finally:
            self._playing.discard(call_id)

    def _begin(self, agent_id: str | None) -> tuple[str, Recording]:
        with self._lock:
            recording = next(self._next)
        agent_id = agent_id or recording.agent_id
        call_id = f"demo-{uuid.uuid4()}"
        now = utc_now()
        self._intake.start(
            NewCall(call_id, recording.customer_id, agent_id, Source.DEMO, True, now)
        )
        return call_id, recording


def end_leftovers(queries: Queries, live: LiveCalls) -> None:
    """End demo calls that an earlier run left open: nobody replays them any more."""
    for call in queries.active_calls():
        if call.source == Source.DEMO and live.is_own(call.call_id):
            live.finish(call.call_id)
