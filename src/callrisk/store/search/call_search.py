"""Ended calls that have the facts and the words that are asked for, a page at a time.

Where facts narrow the calls to few, those are looked up first and compared by their tokens; else
the calls that may have the words are gone through, the newest first, and their facts looked up.
Either way the words of what is left are decrypted and compared, of 200 calls a page. A page ends
after 20,000 calls, however few were found: the next one goes on from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, select

from callrisk.domain.search.sought_calls import (
    FoundCall,
    FoundCalls,
    SoughtCalls,
    WordPlace,
)
from callrisk.store import tables
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.facts import fact_tables
from callrisk.store.search.fact_conditions import span_of, with_facts
from callrisk.store.search.said_words import places_of, said_texts
from callrisk.store.search.search_tables import call_words
from callrisk.store.search.word_candidates import Candidate, WordCandidates
from callrisk.store.store_away import store_away_reported

# So many calls with the facts are compared by their tokens at once.
_FEW = 3_000
# So many calls are looked at, and so many decrypted, for one page.
_MOST_LOOKED_AT, _MOST_DECRYPTED = 20_000, 200
_FIRST_LOOKED_AT, _LOOKED_AT_ONCE, _DECRYPTED_AT_ONCE = 50, 500, 25
_F, _W, _C = fact_tables.call_facts.c, call_words.c, tables.calls.c
_COLUMNS = [_F[name] for name in FoundCall.__dataclass_fields__ if name != "places"]
_NEWEST_FIRST = (_F.started_at.desc(), _F.call_id.desc())


class CallSearch:
    """Searches one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(
        self, sought: SoughtCalls, limit: int, after: tuple[datetime, str] | None = None
    ) -> FoundCalls:
        """Return calls from the last one that was seen on. StoreAwayError while the store is."""
        last = None if after is None else Candidate(*after)
        with store_away_reported(), self._engine.connect() as connection:
            if sought.words:
                page = _ByWords(connection, sought, last).page(limit)
            else:
                page = _by_facts(connection, sought, limit, last)
            return FoundCalls(_in_reach(connection, page.calls, sought), page.reached)


def _by_facts(
    connection: Connection, sought: SoughtCalls, limit: int, last: Candidate | None
) -> FoundCalls:
    newest = (
        with_facts(connection, select(*_COLUMNS), sought, last)
        .order_by(*_NEWEST_FIRST)
        .limit(limit + 1)
    )
    calls = [FoundCall(**row._mapping) for row in connection.execute(newest)]
    end = calls[limit - 1] if len(calls) > limit else None
    return FoundCalls(calls[:limit], None if end is None else (end.started_at, end.call_id))


class _ByWords:
    """One page of a search by words."""

    def __init__(self, connection: Connection, sought: SoughtCalls, last: Candidate | None) -> None:
        self._connection = connection
        self._sought = sought
        self._last = last
        keys = cipher_of(connection).keys
        self._candidates = WordCandidates(connection, keys, sought.words)

    def page(self, limit: int) -> FoundCalls:
        """Return the page."""
        found: list[FoundCall] = []
        decrypted = looked_at = 0
        for part in _growing(self._likely()):
            for candidate, row, places in self._compared(part):
                decrypted += 1
                if places:
                    found.append(FoundCall(**row._mapping, places=places))
                if len(found) == limit or decrypted == _MOST_DECRYPTED:
                    return FoundCalls(found, (candidate.started_at, candidate.call_id))
            looked_at += len(part)
            if looked_at >= _MOST_LOOKED_AT:
                return FoundCalls(found, (part[-1].started_at, part[-1].call_id))
        return FoundCalls(found)

    def _compared(
        self, candidates: Sequence[Candidate]
    ) -> Iterator[tuple[Candidate, Any, tuple[WordPlace, ...]]]:
        """Yield those that have the facts, with their row and the places of the words in them."""
        these = select(*_COLUMNS).where(_F.call_id.in_([one.call_id for one in candidates]))
        rows = {
            row.call_id: row
            for row in self._connection.execute(
                with_facts(self._connection, these, self._sought, None)
            )
        }
        fitting = [one for one in candidates if one.call_id in rows]
        for at in range(0, len(fitting), _DECRYPTED_AT_ONCE):
            few = fitting[at : at + _DECRYPTED_AT_ONCE]
            texts = said_texts(self._connection, [one.call_id for one in few])
            for one in few:
                yield one, rows[one.call_id], places_of(texts[one.call_id], self._sought.words)

    def _likely(self) -> Iterator[Candidate]:
        """Yield calls that may have the words, the newest first."""
        few = self._few() if self._sought.narrows else None
        if few is None:
            yield from self._candidates.newest_first(span_of(self._sought.facts), self._last)
            return
        may_have = self._candidates.among({row.call_id: row.place for row in few})
        for row in few:
            if row.call_id in may_have:
                yield Candidate(row.started_at, row.call_id)

    def _few(self) -> Sequence[Any] | None:
        """Return all calls with the facts, the newest first; None for more than a few."""
        joined = select(_F.call_id, _F.started_at, _W.place).join_from(
            fact_tables.call_facts, call_words, _W.call_id == _F.call_id
        )
        newest = with_facts(self._connection, joined, self._sought, self._last).order_by(
            *_NEWEST_FIRST
        )
        rows = self._connection.execute(newest.limit(_FEW + 1)).all()
        return rows if len(rows) <= _FEW else None


def _growing(candidates: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    """Yield candidates in parts, a small one first: often it has enough."""
    left, size = iter(candidates), _FIRST_LOOKED_AT
    while part := list(islice(left, size)):
        yield part
        size = _LOOKED_AT_ONCE


def _in_reach(
    connection: Connection, calls: Sequence[FoundCall], sought: SoughtCalls
) -> list[FoundCall]:
    """Return those that are there still, and in reach whoever's they were at their end."""
    these = _C.call_id.in_([one.call_id for one in calls])
    rows = connection.execute(select(_C.call_id, _C.agent_id).where(these))
    agents = {row.call_id: row.agent_id for row in rows}
    return [
        one
        for one in calls
        if one.call_id in agents
        and (sought.agent_ids is None or agents[one.call_id] in sought.agent_ids)
    ]
