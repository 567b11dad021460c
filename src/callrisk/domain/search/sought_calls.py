"""The facts and words of a search for ended calls, and a call that was found."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, datetime

from callrisk.domain.search.plain_text import LEAST_LETTERS, plain_words

# So many letters of the words around a place are shown on each side.
_AROUND = 30


@dataclass(frozen=True, slots=True)
class SoughtFacts:
    """Plain facts of calls; None asks for all. Days are those of Japan, the last one included."""

    customer_id: str | None = None
    agent_id: str | None = None
    intent: str | None = None
    outcome: str | None = None
    category: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class SoughtCalls:
    """Facts and plain words of calls; `agent_ids` are those in reach, None for all."""

    facts: SoughtFacts
    agent_ids: Set[str] | None
    words: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """True if few calls may have the facts, whatever was said in them."""
        facts = self.facts
        asked = (facts.customer_id, facts.agent_id, facts.intent, facts.outcome, facts.category)
        return self.agent_ids is not None or any(one is not None for one in asked)


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A place where a word was said or noted: the words around it, and begin and end in them.

    It is in a turn of the customer or in a note.
    """

    text: str
    begin: int
    end: int
    segment_id: str | None = None
    note_id: int | None = None


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call that was found, with a place for each word that was asked for."""

    call_id: str
    started_at: datetime
    ended_at: datetime
    duration_s: float
    agent_id: str
    customer_id: str | None
    demo: bool
    final_score: int | None
    final_category: str | None
    outcome: str | None
    places: tuple[WordPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundCalls:
    """A page of calls that were found, the newest first.

    `reached` is the start and id of the last call that was looked at, from which the next page goes
    on; None where there is nothing further.
    """

    calls: list[FoundCall] = field(default_factory=list)
    reached: tuple[datetime, str] | None = None


def askable_words(text: str) -> tuple[str, ...]:
    """Return the plain words of a question; none if not one of them is long enough."""
    words = plain_words(text)
    return words if any(len(word) >= LEAST_LETTERS for word in words) else ()


def around(text: str, place: tuple[int, int]) -> tuple[str, int, int]:
    """Return the words around a place of a text, and begin and end of the place in them."""
    begin, end = place
    first, last = max(begin - _AROUND, 0), min(end + _AROUND, len(text))
    before, after = "…" if first else "", "…" if last < len(text) else ""
    moved = len(before) - first
    return f"{before}{text[first:last]}{after}", begin + moved, end + moved
