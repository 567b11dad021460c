"""The intake of calls in the server's own process: short transactions, one for each delivery.

A segment that was delivered before is dropped by `domain.contact.apply`.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Event, Utterance
from callrisk.domain.language import Language
from callrisk.domain.masking import EVERYTHING, Masking
from callrisk.domain.segment import Segment
from callrisk.domain.time import utc_now
from callrisk.live.follower import LiveCalls
from callrisk.live.turn_queue import Outcome, TurnQueue
from callrisk.store.calls import NewCall, Store
from callrisk.store.drafts import Drafts
from callrisk.store.intake import Contacts, Delivery, Taken
from callrisk.store.store_away import StoreAwayError

logger = logging.getLogger(__name__)

Part = TypeVar("Part")

# Other calls wait while turns are written: so many take some 10 ms.
_MOST_TURNS_AT_ONCE = 25
# A longer turn may take long to mask, and is stored by itself so that no other waits for it.
_LONGEST_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A turn of a call, and its place among those that were sent together."""

    place: int
    call_id: str
    turn: Segment


@dataclass(frozen=True, slots=True)
class BatchTaken:
    """The number of new or newer turns of each call, and the places of those not stored."""

    heard: Counter[str] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)


class CallIntake:
    """Starts calls and stores segments, for REST and for replayed recordings."""

    def __init__(
        self, store: Store, live: LiveCalls, language: Language,
        now: Callable[[], datetime] = utc_now, masking: Masking = EVERYTHING,
    ) -> None:  # fmt: skip
        self._store = store
        self._contacts = Contacts(
            store.engine, language, masking, store.persons.of, live.own_events.put
        )
        self.masking = masking
        self.taken = self._contacts.taken
        self._live = live
        self._now = now
        self._drafts = Drafts(store.engine)
        self._queue = TurnQueue(self._store_queued, _MOST_TURNS_AT_ONCE)
        live.keep_last_words = self.keep_last_words
        live.hiding.hide = self.hide_person

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
        if len(segments) == 1 and len(segments[0].text) <= _LONGEST_TOGETHER:
            return int(self._queue.add(call_id, segments[0]))
        now, taken = self._now(), 0
        for part in _parts(segments):
            taken += self._take([_heard(call_id, part, now)]).heard.get(call_id, 0)
        return taken

    def add_batch(self, batch: Sequence[Sent]) -> BatchTaken:
        """Store turns of many calls as `add_segments` stores those of each; one cannot lose others.

        So many turns share one transaction, those of a call one after the other, and the follower
        is woken once. What cannot be stored is set aside; StoreAwayError where nothing can be.
        """
        taken, now = BatchTaken(), self._now()
        for part in _parts(_by_call(batch)):
            try:
                self._store_part(part, taken, now)
            except StoreAwayError:
                raise
            except Exception:
                logger.exception("turns of many calls cannot be stored at once: one by one")
                self._store_one_by_one(part, taken, now)
        self._live.wake()
        return taken

    def _store_queued(self, queued: Sequence[tuple[str, Segment]]) -> Iterator[Outcome]:
        """Yield for turns of different calls whether each was new or newer, once all are stored."""
        taken = self.add_batch([Sent(n, *one) for n, one in enumerate(queued)])
        failed = RuntimeError("the turn cannot be stored; the log says why")
        for place, (call_id, _) in enumerate(queued):
            yield failed if place in taken.failed else taken.heard[call_id] > 0

    def _store_part(self, part: Sequence[Sent], taken: BatchTaken, now: datetime) -> None:
        events = [
            _heard(call_id, [one.turn for one in of_call], now)
            for call_id, of_call in groupby(part, attrgetter("call_id"))
        ]
        heard = self._contacts.take(Delivery(events, self._now())).heard
        taken.heard.update(heard)

    def _store_one_by_one(self, part: Sequence[Sent], taken: BatchTaken, now: datetime) -> None:
        for one in part:
            try:
                self._store_part([one], taken, now)
            except StoreAwayError:
                raise
            except Exception:
                logger.exception("a turn of call=%s cannot be stored", one.call_id)
                taken.failed.append(one.place)

    def keep_last_words(self, call_id: str) -> None:
        """Store the turns of a call that was heard provisionally only, as it is over."""
        turns = [draft.unconfirmed(turn) for turn, draft in self._drafts.of(call_id).items()]
        self._store_again(call_id, turns)
        self._contacts.forget(call_id)

    def hide_person(self, call_id: str, turns: Sequence[Segment]) -> bool:
        """Hide in stored turns what tells whose call it is; return True if there was anything.

        Of two forms of a turn the one that hides more is stored, so that this may be repeated.
        """
        masking = self.masking.knowing(self._store.persons.of(call_id))
        hidden = [
            replace(turn, text=text)
            for turn in turns
            if (text := masking.without_person(turn.text)) != turn.text
        ]
        self._store_again(call_id, hidden)
        return bool(hidden)

    def _store_again(self, call_id: str, turns: Sequence[Segment]) -> None:
        now = self._now()
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


def _parts(segments: Sequence[Part]) -> Iterator[Sequence[Part]]:
    for begin in range(0, len(segments), _MOST_TURNS_AT_ONCE):
        yield segments[begin : begin + _MOST_TURNS_AT_ONCE]


def _by_call(batch: Sequence[Sent]) -> list[Sent]:
    """Return the turns with those of each call together, in the order in which they were sent."""
    first: dict[str, int] = {}
    for one in batch:
        first.setdefault(one.call_id, one.place)
    return sorted(batch, key=lambda one: (first[one.call_id], one.place))


def _heard(call_id: str, segments: Sequence[Segment], at: datetime) -> AnalysisEvent:
    """Return the event of turns of a call; those that are still being heard are pieces."""
    turns = tuple(turn for turn in segments if not turn.unconfirmed)
    pieces = tuple(_piece(turn) for turn in segments if turn.unconfirmed)
    return AnalysisEvent(call_id, AnalysisKind.SEGMENTS, at, turns, pieces)


def _piece(turn: Segment) -> Utterance:
    """Return a turn as far as it was heard, whole: the newest takes the place of all before."""
    return Utterance(
        turn.segment_id, turn.segment_id, turn.role, turn.text, turn.begin_ms, turn.end_ms,
        turn.sequence, turn.participant_id,
    )  # fmt: skip
