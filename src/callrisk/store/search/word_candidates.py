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

from sqlalchemy import Connection, select

from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing
from callrisk.store.search.postings import SLOTS, bits_of, slots_of
from callrisk.store.search.search_tables import call_words, word_blocks, word_segments
from callrisk.store.search.word_tokens import REST, REST_BITS, packed_tokens, tokens_of
from callrisk.store.store_away import StoreAwayError

# Longer words are narrowed by the first pairs of letters enough.
_MOST_TOKENS = 12
_FIRST_SEGMENTS, _MOST_SEGMENTS = 2, 256
_PART = 500
_W, _B, _S = call_words.c, word_blocks.c, word_segments.c


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

    def __init__(self, connection: Connection, ring: KeyRing, words: Sequence[str]) -> None:
        self._connection = connection
        keys = {
            key.key_id: tokens_of(key, words) for key in ring.of(KeyPurpose.SEARCH)
        }  # fmt: skip
        self._tokens = {name: sorted(tokens)[:_MOST_TOKENS] for name, tokens in keys.items()}

    def newest_first(self, span: Span, after: Candidate | None) -> Iterator[Candidate]:
        """Yield calls that began in a span, those after the last one that was seen."""
        segments = self._segments(span, after)
        heap = [_Newest(one) for one in self._loose()]
        heapq.heapify(heap)
        read, step = 0, _FIRST_SEGMENTS
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
        found = {call.call_id for call in self._loose() if call.call_id in places}
        for part in _parts(numbers, _MOST_SEGMENTS):
            segments = select(_S.segment, _S.ring_key).where(_S.segment.in_(part))
            rows = self._connection.execute(segments).all()
            found |= {by_place[one] for one in self._places(rows) if one in by_place}
        return found

    def _segments(self, span: Span, after: Candidate | None) -> Sequence[Any]:
        statement = select(_S.segment, _S.ring_key, _S.last_at).order_by(_S.last_at.desc())
        until = [one for one in (span.before, after and after.started_at) if one is not None]
        if span.first is not None:
            statement = statement.where(_S.last_at >= span.first)
        if until:
            statement = statement.where(_S.first_at <= min(until))
        return self._connection.execute(statement).all()

    def _loose(self) -> list[Candidate]:
        loose = select(_W.call_id, _W.started_at, _W.tokens, _W.ring_key).where(_W.place.is_(None))
        # Found across two tokens it is none of the call; its words are compared later anyway.
        wanted = {
            name: [packed_tokens([one]) for one in tokens] for name, tokens in self._tokens.items()
        }
        return [
            Candidate(row.started_at, row.call_id)
            for row in self._connection.execute(loose)
            if all(token in row.tokens for token in _of_key(wanted, row.ring_key))
        ]

    def _places(self, segments: Sequence[Any]) -> list[int]:
        """Return the places of the calls of segments that have all tokens."""
        places: list[int] = []
        for name in {row.ring_key for row in segments}:
            numbers = [row.segment for row in segments if row.ring_key == name]
            places += self._places_under(numbers, _of_key(self._tokens, name))
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


def _of_key(by_key: Mapping[str, Any], name: str) -> Any:
    """Return what belongs to a key; StoreAwayError where the ring has it not."""
    if name not in by_key:
        raise StoreAwayError(f"the key ring lacks {name}, by which words are found")
    return by_key[name]


def _parts(values: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (values[at : at + size] for at in range(0, len(values), size))
