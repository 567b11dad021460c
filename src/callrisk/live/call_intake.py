"""The intake of calls in the server's own process: short transactions, one for each delivery.

A segment that was delivered before is dropped by `domain.contact.apply`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Event, Utterance
from callrisk.domain.language import Language
from callrisk.domain.masking import EVERYTHING, Masking
from callrisk.domain.segment import Segment
from callrisk.domain.time import utc_now
from callrisk.live.follower import LiveCalls
from callrisk.store.calls import NewCall, Store
from callrisk.store.drafts import Drafts
from callrisk.store.intake import Contacts, Delivery, Taken

# Other calls wait while turns are written: so many take some 10 ms.
_MOST_TURNS_AT_ONCE = 25


class CallIntake:
    """Starts calls and stores segments, for REST and for replayed recordings."""

    def __init__(
        self, store: Store, live: LiveCalls, language: Language,
        now: Callable[[], datetime] = utc_now, masking: Masking = EVERYTHING,
    ) -> None:  # fmt: skip
        self._store = store
        self._contacts = Contacts(store.engine, language, masking)
        self.masking = masking
        self._live = live
        self._now = now
        self._drafts = Drafts(store.engine)
        live.keep_last_words = self.keep_last_words

    def start(self, call: NewCall) -> bool:
        """Start a call; False if it is known, OtherCustomerError if with another customer."""
        is_new = self._store.start_call(call)
        self._live.wake()
        return is_new

    def add_segments(self, call_id: str, segments: Sequence[Segment]) -> int:
        """Store segments; return how many of them were new or newer.

        What is not confirmed is still being heard: a draft, and no turn yet. Many are stored in
        parts. If one part fails the segments before it are stored, and known when all are sent
        again.
        """
        now, taken = self._now(), 0
        for part in _parts(segments):
            turns = tuple(turn for turn in part if not turn.unconfirmed)
            pieces = tuple(_piece(turn) for turn in part if turn.unconfirmed)
            stored = self._take([AnalysisEvent(call_id, AnalysisKind.SEGMENTS, now, turns, pieces)])
            taken += stored.turns + stored.pieces
        return taken

    def keep_last_words(self, call_id: str) -> None:
        """Store the turns of a call that was heard provisionally only, as it is over."""
        now = self._now()
        turns = [draft.unconfirmed(turn) for turn, draft in self._drafts.of(call_id).items()]
        for part in _parts(turns):
            event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, now, tuple(part))
            self._contacts.take(Delivery([event], now))

    def take(self, events: Sequence[Event]) -> int:
        """Store events of the telephony; return how many segments were new or newer."""
        return self._take(events).turns

    def _take(self, events: Sequence[Event]) -> Taken:
        taken = self._contacts.take(Delivery(events, self._now()))
        self._live.wake()
        return taken


def _parts(segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
    for begin in range(0, len(segments), _MOST_TURNS_AT_ONCE):
        yield segments[begin : begin + _MOST_TURNS_AT_ONCE]


def _piece(turn: Segment) -> Utterance:
    """Return a turn as far as it was heard, whole: the newest takes the place of all before."""
    return Utterance(
        turn.segment_id, turn.segment_id, turn.role, turn.text, turn.begin_ms, turn.end_ms,
        turn.sequence, turn.participant_id,
    )  # fmt: skip
