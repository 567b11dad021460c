"""The job that writes the tokens of calls that ended, and packs them.

It follows the log as the job of the facts does: an end, a note, or a turn that comes after the end,
of which a changed summary tells, has the tokens of the call written anew from all its words. So
calls that ended before there was a search are found, too. Calls whose tokens are under an older key
of the ring are written again, a batch each time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from callrisk.domain.event_types import EventType
from callrisk.domain.search.plain_text import plain_letters
from callrisk.store import tables
from callrisk.store.ciphers.key_ring import KeyPurpose, RingKey
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.log.cursors import cursor_of, move_cursor
from callrisk.store.search.postings import SLOTS
from callrisk.store.search.said_words import said_texts
from callrisk.store.search.search_tables import call_words, word_segments
from callrisk.store.search.word_segments import forget_words, pack_loose, write_tokens
from callrisk.store.search.word_tokens import tokens_of
from callrisk.store.store_away import store_away_reported
from callrisk.store.transaction import writing

_CURSOR = "call_words"
_EVENTS_AT_ONCE = 100
_CALLS_AT_ONCE = 50
# Others wait while a segment is written without a call that was told of again.
_SEGMENTS_AT_ONCE = 4
_TELLING = (
    EventType.CALL_ENDED, EventType.SUMMARY_CHANGED, EventType.NOTE_ADDED, EventType.ESCALATION,
)  # fmt: skip
_C, _W, _G = tables.calls.c, call_words.c, word_segments.c
# The start and the tokens of calls.
Written = dict[str, tuple[datetime, set[int]]]


class WordsJob:
    """Writes tokens; `step` is repeated by a loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._keys = cipher_of(connection).keys

    def step(self) -> int:
        """Write some calls, or pack some; return how many. StoreAwayError while the store is."""
        with store_away_reported():
            key = self._keys.ring.active(KeyPurpose.SEARCH)
            # Each in every step: a long log, as of calls of before, keeps none of them waiting.
            return self._follow(key) + pack_loose(self._engine) + self._write_again(key)

    def _follow(self, key: RingKey) -> int:
        """Follow the log by one batch."""
        with self._engine.connect() as connection:
            reached = cursor_of(connection, _CURSOR)
            told, last = _told_after(connection, reached)
            calls = _tokens(connection, told, key)
        if last == reached:
            return 0
        with writing(self._engine) as connection:
            if cursor_of(connection, _CURSOR) != reached:
                return 0
            kept = _with_words(connection, told)
            # What was told again and has no words any more is not found by them.
            forget_words(connection, [one for one in told if one not in kept])
            write_tokens(
                connection, {one: calls[one] for one in calls if one in kept}, key.key_id, last
            )
            move_cursor(connection, _CURSOR, last)
        return len(told)

    def _write_again(self, key: RingKey) -> int:
        """Write some calls again whose tokens are under an older key of the ring.

        A key that is not in this ring may be a newer one, which another server knows.
        """
        older = (one.key_id for one in self._keys.ring.of(KeyPurpose.SEARCH) if one != key)
        with self._engine.connect() as connection:
            old = _under_keys(connection, list(older))
            calls = _tokens(connection, list(old), key)
        if not old:
            return 0
        with writing(self._engine) as connection:
            # What was written meanwhile has newer words than those that were read.
            same = [one for one, at in _written(connection, list(old)).items() if at == old[one]]
            kept = _with_words(connection, same)
            forget_words(connection, [one for one in same if one not in calls])
            still = {one: calls[one] for one in calls if one in kept}
            # Below zero, so that it is the number of no event.
            again = -1 - max(abs(at) for at in old.values())
            write_tokens(connection, still, key.key_id, again)
        return len(old)


def _told_after(connection: Connection, seq: int) -> tuple[list[str], int]:
    """Return ended calls of which something was told after an event, and the last event read."""
    e = tables.events.c
    newest = connection.execute(select(func.max(e.seq))).scalar() or seq
    telling = select(e.seq, e.call_id).where(e.seq > seq, e.seq <= newest, e.type.in_(_TELLING))
    read = connection.execute(telling.order_by(e.seq).limit(_EVENTS_AT_ONCE)).all()
    rows = _of_few_segments(connection, read)
    is_part = len(rows) < len(read) or len(read) == _EVENTS_AT_ONCE
    last = rows[-1].seq if is_part else max(newest, seq)
    told = list(dict.fromkeys(row.call_id for row in rows))
    ended = select(_C.call_id).where(_C.call_id.in_(told), _C.ended_at.is_not(None))
    over = set(connection.execute(ended).scalars())
    return [one for one in told if one in over], last


def _of_few_segments(connection: Connection, events: Sequence[Any]) -> Sequence[Any]:
    """Return the first of some events, as far as they tell of calls of a few segments."""
    these = _W.call_id.in_({row.call_id for row in events}) & _W.place.is_not(None)
    packed = select(_W.call_id, _W.place).where(these)
    segments = {row.call_id: row.place // SLOTS for row in connection.execute(packed)}
    seen = set[int]()
    for at, row in enumerate(events):
        seen |= {segments[row.call_id]} if row.call_id in segments else set()
        if len(seen) > _SEGMENTS_AT_ONCE:
            return events[:at]
    return events


def _tokens(connection: Connection, call_ids: Sequence[str], key: RingKey) -> Written:
    """Return starts and tokens of calls; of those without words none."""
    if not call_ids:
        return {}
    starts = select(_C.call_id, _C.started_at).where(_C.call_id.in_(call_ids))
    texts = said_texts(connection, call_ids)
    written: Written = {}
    for row in connection.execute(starts):
        tokens = tokens_of(key, (plain_letters(one.text) for one in texts[row.call_id]))
        if tokens:
            written[row.call_id] = (row.started_at, tokens)
    return written


def _with_words(connection: Connection, call_ids: Sequence[str]) -> set[str]:
    """Return those of these calls that are there, and whose words are kept."""
    these = (_C.call_id.in_(call_ids), _C.words_removed_at.is_(None))
    return set(connection.execute(select(_C.call_id).where(*these)).scalars())


def _under_keys(connection: Connection, key_ids: Sequence[str]) -> dict[str, int]:
    """Return some calls whose tokens are under one of these keys, and when they were written."""
    calls = select(_W.call_id, _W.written)
    loose = calls.where(_W.place.is_(None), _W.ring_key.in_(key_ids)).limit(_CALLS_AT_ONCE)
    found = {row.call_id: row.written for row in connection.execute(loose)}
    old = select(_G.segment).where(_G.ring_key.in_(key_ids)).limit(1)
    segment = None if found else connection.execute(old).scalar()
    if segment is None:
        return found
    packed = calls.where(_W.place.between(segment * SLOTS, (segment + 1) * SLOTS - 1))
    return {row.call_id: row.written for row in connection.execute(packed.limit(SLOTS))}


def _written(connection: Connection, call_ids: Sequence[str]) -> dict[str, int]:
    """Return when the tokens of calls were written."""
    these = select(_W.call_id, _W.written).where(_W.call_id.in_(call_ids))
    return {row.call_id: row.written for row in connection.execute(these)}
