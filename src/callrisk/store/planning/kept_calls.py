"""What is stored of calls that this process writes, at hand: a plan for them reads nothing.

A call is kept from a delivery on whose plan saw all its turns, and as long as nobody else changes
it: the version of the call tells that when the plan is written, and then the plan is made anew from
the database. Only what is nearly always asked for is answered from here: turns that are new, in a
call of which all turns have times or none has, without drafts, and with enough turns at hand.
"""

import threading
import time
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from callrisk.domain.call_record import StoredTurn
from callrisk.domain.contact import Contact, lacks_customer
from callrisk.domain.segment import Segment
from callrisk.store.planning.near_turns import MOST_TURNS_AROUND, Near, Place

# More calls, and calls of which nothing was written for so long, are read again.
_MOST_CALLS, _KEPT_S = 5_000, 600.0
# A number that is dictated needs the turns around it; more are let go from time to time.
_LEAST_TURNS, _MOST_TURNS = MOST_TURNS_AROUND, 2 * MOST_TURNS_AROUND


@dataclass(slots=True)
class _Kept:
    """A call at a version: its contact without turns, the ids of all turns, and the last ones.

    `last` is in the order of speech, with no turn of the call between; `is_whole` if it is all.
    """

    contact: Contact
    version: int
    ids: set[str] = field(default_factory=set)
    last: list[StoredTurn] = field(default_factory=list)
    is_whole: bool = True
    written_at: float = 0.0

    def near(self, turns: Sequence[Segment], most: int) -> Near | None:
        """Return the turns near new ones, None where not all of them are at hand."""
        kept = [one.turn.place[0] for one in self.last]
        places = [turn.place[0] for turn in turns]
        begin, end = bisect_left(kept, min(places)), bisect_right(kept, max(places))
        is_new = not any(turn.segment_id in self.ids for turn in turns)
        if not is_new or not self._is_alike(turns) or (begin < most and not self.is_whole):
            return None
        around = self.last[max(0, begin - most) : end + most]
        stored = {one.turn.segment_id: one for one in sorted(around, key=_id_of)}
        return Near(Place.of(self.contact.contact_id, turns, most), stored)

    def put(self, turns: Iterable[StoredTurn]) -> bool:
        """Put turns that are new or changed in their place; return False if the call is lost."""
        changed = {one.turn.segment_id: one for one in turns}
        others = [one for one in self.last if one.turn.segment_id not in changed]
        at_hand = {one.turn.segment_id for one in self.last}
        if any(turn_id in self.ids and turn_id not in at_hand for turn_id in changed):
            # One that was let go has another form: it may be near others by now.
            return False
        if not self._is_alike([one.turn for one in changed.values()]):
            return False
        first = None if self.is_whole or not self.last else _place_of(self.last[0])
        put = [one for one in changed.values() if first is None or _place_of(one) > first]
        self.last = sorted((*others, *put), key=_place_of)
        self.ids |= changed.keys()
        if len(self.last) > _MOST_TURNS:
            self.last, self.is_whole = self.last[-_LEAST_TURNS:], False
        return bool(self.last)

    def _is_alike(self, turns: Sequence[Segment]) -> bool:
        """Return True if all turns of the call have times with these, or none of them."""
        first = [one.turn for one in self.last[:1]]
        return len({turn.begin_ms is None for turn in (*first, *turns)}) == 1


def _id_of(one: StoredTurn) -> str:
    return one.turn.segment_id


def _place_of(one: StoredTurn) -> tuple[int, str]:
    return one.turn.place


class KeptCalls:
    """The calls at hand, the most recently written last; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: OrderedDict[str, _Kept] = OrderedDict()

    def near(
        self, call_id: str, turns: Sequence[Segment], most: int
    ) -> tuple[Contact, int, Near] | None:
        """Return contact, version and the turns near new ones of a call; None if not at hand."""
        with self._lock:
            kept = self._calls.get(call_id)
            near = None if kept is None else kept.near(turns, most)
            return None if kept is None or near is None else (kept.contact, kept.version, near)

    def forget(self, call_ids: Iterable[str]) -> None:
        """Forget calls: others changed them, or they are over."""
        with self._lock:
            for call_id in call_ids:
                self._calls.pop(call_id, None)

    def written(
        self, after: Contact, version: int, turns: Iterable[StoredTurn], seen: Near | None
    ) -> None:
        """Take in what was written of a call whose version rose by one to `version`.

        A call that is not at hand is kept from now on if `seen` are all turns that it had.
        """
        now = time.monotonic()
        with self._lock:
            kept = self._calls.pop(after.contact_id, None)
            if kept is None or kept.version != version - 1:
                kept = _seen(after, seen)
            if kept is None or after.drafts or lacks_customer(after) or not kept.put(turns):
                return
            kept.contact = replace(after, turns={}, drafts={})
            kept.version, kept.written_at = version, now
            self._calls[after.contact_id] = kept
            self._let_go(now)

    def _let_go(self, now: float) -> None:
        while self._calls:
            call_id, oldest = next(iter(self._calls.items()))
            if len(self._calls) <= _MOST_CALLS and now - oldest.written_at <= _KEPT_S:
                return
            del self._calls[call_id]


def _seen(contact: Contact, seen: Near | None) -> _Kept | None:
    """Return a call of which these are all turns; None where there may be more."""
    if seen is None or not seen.is_whole:
        return None
    kept = _Kept(contact, 0)
    return kept if not seen.stored or kept.put(seen.stored.values()) else None
