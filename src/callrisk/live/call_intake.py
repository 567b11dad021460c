"""The intake of calls in the server's own process: each delivery is one transaction.

A segment that was delivered before is dropped by `domain.contact.apply`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Event, Utterance
from callrisk.domain.language import Language
from callrisk.domain.segment import Segment
from callrisk.domain.time import utc_now
from callrisk.live.follower import LiveCalls
from callrisk.store.calls import NewCall, Store
from callrisk.store.drafts import Drafts
from callrisk.store.intake import Contacts, Delivery, Taken


class CallIntake:
    """Starts calls and stores segments, for REST and for replayed recordings."""

    def __init__(
        self, store: Store, live: LiveCalls, language: Language,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._store = store
        self._contacts = Contacts(store.engine, language)
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

        What is not confirmed is still being heard: a draft, and no turn yet.
        """
        turns = tuple(turn for turn in segments if not turn.unconfirmed)
        pieces = tuple(_piece(turn) for turn in segments if turn.unconfirmed)
        event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, self._now(), turns, pieces)
        taken = self._take([event])
        return taken.turns + taken.pieces

    def keep_last_words(self, call_id: str) -> None:
        """Store the turns of a call that was heard provisionally only, as it is over."""
        turns = [draft.unconfirmed(turn) for turn, draft in self._drafts.of(call_id).items()]
        if turns:
            event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, self._now(), tuple(turns))
            self._contacts.take(Delivery([event], self._now()))

    def take(self, events: Sequence[Event]) -> int:
        """Store events of the telephony; return how many segments were new or newer."""
        return self._take(events).turns

    def _take(self, events: Sequence[Event]) -> Taken:
        taken = self._contacts.take(Delivery(events, self._now()))
        self._live.wake()
        return taken


def _piece(turn: Segment) -> Utterance:
    """Return a turn as far as it was heard, whole: the newest takes the place of all before."""
    return Utterance(
        turn.segment_id, turn.segment_id, turn.role, turn.text, turn.begin_ms, turn.end_ms,
        turn.sequence, turn.participant_id,
    )  # fmt: skip
