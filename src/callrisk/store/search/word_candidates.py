"""Calls that may have words, the newest first: those that have all tokens of them.

Segments are read from the newest on, a few at first and more each time, so that a word that is
often said costs little and one that is nowhere costs one look at everything. A call is told as soon
as no segment that was not read yet can have a newer one.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import Connection, Select, select

from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingHolder
from callrisk.store.search.postings import SLOTS, bits_of, slots_of
from callrisk.store.search.search_tables import call_words, word_blocks, word_segments
from callrisk.store.search.word_tokens import REST, REST_BITS, packed_tokens, tokens_of
from callrisk.store.store_away import StoreAwayError

# Longer words are narrowed by the first pairs of letters enough.
_MOST_TOKENS = 12
_FIRST_SEGMENTS, _MOST_SEGMENTS = 2, 256
_PART = 500
_W, _B, _S = call_words.c, word_blocks.c, word_segments.c
_LOOSE = select(_W.call_id, _W.started_at, _W.tokens, _W.ring_key).where(_W.place.is_(None))


@dataclass(frozen=True, slots=True)
class Span:
    """Between which moments calls began; None where any did."""

    first: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """The start and the id of a call."""

    started_at: datetime
    call_id: str


class WordCandidates:
    """The calls of one database that may have some plain words."""

    def __init__(self, connection: Connection, keys: RingHolder, words: Sequence[str]) -> None:
        self._connection = connection
        self._keys = keys
        self._words = words
        self._tokens = self._by_key()

    def newest_first(self, span: Span, after: Candidate | None) -> Iterator[Candidate]:
        """Yield calls that began in a span, those after the last one that was seen."""
        loose = (one for one in self._loose(span, after) if _is_asked(one, span, after))
        yield from heapq.merge(loose, self._packed(span, after), reverse=True)

    def _by_key(self) -> dict[str, list[int]]:
        """Return tokens of the words under each key of the ring."""
        keys = self._keys.ring.of(KeyPurpose.SEARCH)
        return {key.key_id: sorted(tokens_of(key, self._words))[:_MOST_TOKENS] for key in keys}

    def _packed(self, span: Span, after: Candidate | None) -> Iterator[Candidate]:
        segments, read, step = self._segments(span, after), 0, _FIRST_SEGMENTS
        heap: list[_Newest] = []
        while heap or read < len(segments):
            newest_unread = segments[read].last_at if read < len(segments) else None
            if heap and (newest_unread is None or heap[0].call.started_at > newest_unread):
                call = heapq.heappop(heap).call
                if _is_asked(call, span, after):
                    yield call
                continue
            part = segments[read : read + step]
            for call in self._calls_at(self._places(part)):
                heapq.heappush(heap, _Newest(call))
            read, step = read + len(part), min(step * 4, _MOST_SEGMENTS)

    def among(self, places: Mapping[str, int | None]) -> set[str]:
        """Return those of some calls that may have the words; a loose one has no place."""
        by_place = {place: call_id for call_id, place in places.items() if place is not None}
        numbers = sorted({place // SLOTS for place in by_place})
        loose = [call_id for call_id, place in places.items() if place is None]
        found: set[str] = set()
        for part in _parts(loose, _PART):
            rows = self._connection.execute(_LOOSE.where(_W.call_id.in_(part))).all()
            found |= {row.call_id for row in rows if self._has_tokens(row)}
        for some in _parts(numbers, _MOST_SEGMENTS):
            segments = select(_S.segment, _S.ring_key).where(_S.segment.in_(some))
            packed = self._connection.execute(segments).all()
            found |= {by_place[one] for one in self._places(packed) if one in by_place}
        return found

    def _segments(self, span: Span, after: Candidate | None) -> Sequence[Any]:
        statement = select(_S.segment, _S.ring_key, _S.last_at).order_by(_S.last_at.desc())
        until = [one for one in (span.before, after and after.started_at) if one is not None]
        if span.first is not None:
            statement = statement.where(_S.last_at >= span.first)
        if until:
            statement = statement.where(_S.first_at <= min(until))
        return self._connection.execute(statement).all()

    def _loose(self, span: Span, after: Candidate | None) -> Iterator[Candidate]:
        """Yield loose calls that may have the words, the newest first, read a part at a time."""
        last: Candidate | None = None
        while True:
            rows = self._connection.execute(_loose_part(span, after, last)).all()
            yield from sorted(
                (Candidate(row.started_at, row.call_id) for row in rows if self._has_tokens(row)),
                reverse=True,
            )
            if len(rows) < _PART:
                return
            last = Candidate(rows[-1].started_at, rows[-1].call_id)

    def _has_tokens(self, loose: Any) -> bool:
        # Found across two tokens it is none of the call; its words are compared later anyway.
        return all(packed_tokens([one]) in loose.tokens for one in self._of_key(loose.ring_key))

    def _of_key(self, name: str) -> list[int]:
        """Return the tokens under a key; StoreAwayError where the ring has it not."""
        if name not in self._tokens:
            # Another program may have written under it since the ring was changed.
            self._keys.reread_ring()
            self._tokens = self._by_key()
        if name not in self._tokens:
            raise StoreAwayError(f"the key ring lacks {name}, by which words are found")
        return self._tokens[name]

    def _places(self, segments: Sequence[Any]) -> list[int]:
        """Return the places of the calls of segments that have all tokens."""
        places: list[int] = []
        for name in {row.ring_key for row in segments}:
            numbers = [row.segment for row in segments if row.ring_key == name]
            places += self._places_under(numbers, self._of_key(name))
        return places

    def _places_under(self, numbers: Sequence[int], tokens: Sequence[int]) -> list[int]:
        rests: dict[int, list[int]] = {}
        for token in tokens:
            rests.setdefault(token >> REST_BITS, []).append(token & REST)
        blocks = select(_B.segment, _B.bucket, _B.postings).where(
            _B.bucket.in_(list(rests)), _B.segment.in_(numbers)
        )
        postings: dict[int, list[int]] = {}
        for segment, bucket, block in self._connection.execute(blocks):
            found = bits_of(block, rests[bucket]).values()
            postings.setdefault(segment, []).extend(found)
        return [
            segment * SLOTS + slot
            for segment, found in postings.items()
            if len(found) == len(tokens)
            for slot in slots_of(reduce(int.__and__, found))
        ]

    def _calls_at(self, places: Sequence[int]) -> Iterator[Candidate]:
        for part in _parts(places, _PART):
            these = select(_W.started_at, _W.call_id).where(_W.place.in_(part))
            for row in self._connection.execute(these):
                yield Candidate(row.started_at, row.call_id)


class _Newest:
    """A call in a heap, the newest first."""

    __slots__ = ("call",)

    def __init__(self, call: Candidate) -> None:
        self.call = call

    def __lt__(self, other: "_Newest") -> bool:
        return other.call < self.call


def _is_asked(call: Candidate, span: Span, after: Candidate | None) -> bool:
    is_late = span.before is not None and call.started_at >= span.before
    is_early = span.first is not None and call.started_at < span.first
    return not is_late and not is_early and (after is None or call < after)


def _loose_part(span: Span, after: Candidate | None, last: Candidate | None) -> Select[Any]:
    """Return the query for some loose calls of a span, those after the last one that was read."""
    statement = _LOOSE.order_by(_W.started_at.desc(), _W.call_id.desc()).limit(_PART)
    if span.first is not None:
        statement = statement.where(_W.started_at >= span.first)
    if span.before is not None:
        statement = statement.where(_W.started_at < span.before)
    if after is not None:
        statement = statement.where(_W.started_at <= after.started_at)
    if last is not None:
        same_start = (_W.started_at == last.started_at) & (_W.call_id < last.call_id)
        # The first condition follows from the second, and it alone can be looked up in an index.
        statement = statement.where(_W.started_at <= last.started_at)
        statement = statement.where((_W.started_at < last.started_at) | same_start)
    return statement


def _parts(values: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (values[at : at + size] for at in range(0, len(values), size))
