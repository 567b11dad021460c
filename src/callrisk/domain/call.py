"""The state of one phone call: turns by id, and their running totals.

The state of a call is the *set* of its turns by id, and its totals are a function of that set:
turns may come late, twice or out of order and the totals end up the same. All sums are integers, so
the order of adding cannot change them. Nothing here does I/O.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, fields
from typing import Self

from callrisk.domain.language import Statement
from callrisk.domain.language.concerns import Concerns, packaged_concerns
from callrisk.domain.language.said import NOTHING, SAID_FIELDS, Said, SaidTotals, said_in
from callrisk.domain.segment import (
    SHORT_TURN_CHARS,
    OtherRole,
    OwnTurns,
    ParticipantRole,
    Segment,
    TurnPlace,
    is_repeat,
    spoken,
)


@dataclass(frozen=True, slots=True)
class CallTotals:
    """The running totals of a call so far: turns, statements, characters and milliseconds.

    Those that begin with `said` are described in `domain.language.said.SaidTotals`.
    """

    agent_turns: int = 0
    customer_turns: int = 0
    agent_chars: int = 0
    customer_chars: int = 0
    customer_short_turns: int = 0
    said_statements: int = 0
    said_concern: int = 0
    said_strongest: int = 0
    said_open_kinds: int = 0
    said_concern_turns: int = 0
    said_promise: int = 0
    said_last: int = 0
    agent_positive: int = 0
    agent_neutral: int = 0
    agent_negative: int = 0
    customer_positive: int = 0
    customer_neutral: int = 0
    customer_negative: int = 0
    timed_turns: int = 0
    agent_talk_ms: int = 0
    customer_talk_ms: int = 0
    overlap_ms: int = 0
    longest_silence_ms: int = 0
    elapsed_ms: int = 0

    @property
    def turns(self) -> int:
        """The number of turns of both speakers."""
        return self.agent_turns + self.customer_turns

    @classmethod
    def of_stored(cls, stored: Mapping[str, int]) -> Self:
        """Return totals that were stored, maybe by another version: what it lacks is 0."""
        return cls(**{name: stored[name] for name in TOTALS_FIELDS if name in stored})


TOTALS_FIELDS = tuple(field.name for field in fields(CallTotals))
# What the words of a transcript alone tell, and with what they say: the head of the table.
TEXT_FIELDS = TOTALS_FIELDS[:5]
TRANSCRIPT_FIELDS = (*TEXT_FIELDS, *SAID_FIELDS)


def text_totals(agent_turns: Sequence[str], customer_turns: Sequence[str]) -> tuple[int, ...]:
    """Return the totals of turns in the order of `TEXT_FIELDS`.

    Totals of parts add up to the whole.
    """
    agent, customer = spoken("\n".join(agent_turns)), spoken("\n".join(customer_turns))
    lengths = list(map(len, customer.split("\n"))) if customer_turns else []
    return (
        len(agent_turns),
        len(customer_turns),
        len(agent) - max(len(agent_turns) - 1, 0),
        sum(lengths),
        sum(length <= SHORT_TURN_CHARS for length in lengths),
    )


def transcript_totals(text: Sequence[int], said: SaidTotals) -> CallTotals:
    """Return the totals of a transcript without times: those of `TEXT_FIELDS`, and what is said."""
    return CallTotals(*text, **asdict(said))


class CallState:
    """A call in progress: `add` stores or replaces a turn, `totals` returns the running totals.

    `concerns` weigh what is said; None for the product's own table. Turns that repeat the one
    before (`domain.segment.repeats`) are kept and do not count; their time passes nevertheless.
    """

    def __init__(self, concerns: Concerns | None = None) -> None:
        self._concerns = packaged_concerns() if concerns is None else concerns
        self._segments: dict[str, Segment] = {}
        self._statements: dict[str, Sequence[Statement]] = {}
        # None while it has to be read again.
        self._said: Said | None = NOTHING
        self._totals: CallTotals | None = None
        self._sums: Counter[str] = Counter()
        self._order: list[TurnPlace] = []
        self._begin_sweep()

    def _begin_sweep(self) -> None:
        self._swept, self._sweep, self._own = 0, _Sweep(), OwnTurns()
        self._repeats: set[str] = set()

    def add(self, segment: Segment, statements: Sequence[Statement] = ()) -> bool:
        """Store a turn and what it says; return False if nothing changes.

        A turn that is older than the stored one changes nothing; one that is the same may say
        something else, because the turn before it is another now or the language is.
        """
        stored = self._segments.get(segment.segment_id)
        if stored is not None and segment.rank < stored.rank:
            return False
        is_same = stored is not None and segment.rank == stored.rank
        if is_same and self._says(segment) == tuple(statements):
            return False
        if not is_same:
            self._replace(stored, segment)
        self._statements[segment.segment_id] = tuple(statements)
        self._said, self._totals = None, None
        return True

    def has_heard(self, segment: Segment) -> bool:
        """Return True if a turn was added, or a later form of it; how it is masked is no matter."""
        stored = self._segments.get(segment.segment_id)
        return stored is not None and segment.sequence <= stored.sequence

    def _says(self, segment: Segment) -> tuple[Statement, ...]:
        return tuple(self._statements.get(segment.segment_id, ()))

    def _replace(self, stored: Segment | None, segment: Segment) -> None:
        if stored is not None:
            _count(self._sums, stored, -1)
            del self._order[bisect_left(self._order, TurnPlace.of(stored))]
            self._begin_sweep()
        self._segments[segment.segment_id] = segment
        _count(self._sums, segment, +1)
        place = TurnPlace.of(segment)
        if self._swept and place < self._order[self._swept - 1]:
            self._begin_sweep()
        insort(self._order, place)

    def _finish_sweep(self) -> None:
        for place in self._order[self._swept :]:
            self._sweep.advance(place)
            own = self._own.advance(place)
            if own is not None and is_repeat(self._segments[place.segment_id], self._segments[own]):
                self._repeats.add(place.segment_id)
        self._swept = len(self._order)

    @property
    def concerns(self) -> Concerns:
        """The table that weighs what is said."""
        return self._concerns

    def text_of(self, segment_id: str) -> str:
        """Return the words of a turn; KeyError for one that was not added."""
        return self._segments[segment_id].text

    @property
    def suppressed(self) -> tuple[tuple[str, Statement], ...]:
        """The statements that do not count, with the id of their turn, in the order of speech."""
        return tuple(
            (turn.segment_id, statement)
            for turn in self.counted
            for statement in self._says(turn)
            if not statement.counts
        )

    @property
    def said(self) -> Said:
        """The statements of the customer about paying, with their totals."""
        if self._said is None:
            self._said = said_in(
                (
                    (turn, self._says(turn))
                    for turn in self.counted
                    if turn.role is ParticipantRole.CUSTOMER
                ),
                self._concerns,
            )
        return self._said

    @property
    def segments(self) -> list[Segment]:
        """All turns in the order in which they were spoken."""
        return [self._segments[place.segment_id] for place in self._order]

    @property
    def repeats(self) -> AbstractSet[str]:
        """The ids of the turns that repeat the one before."""
        self._finish_sweep()
        return self._repeats

    @property
    def counted(self) -> list[Segment]:
        """The turns of both parties without repeats, in the order in which they were spoken."""
        repeats = self.repeats
        return [turn for turn in self.segments if turn.is_party and turn.segment_id not in repeats]

    def totals(self) -> CallTotals:
        """Return the running totals of all turns."""
        if self._totals is None:
            self._totals = self._summed()
        return self._totals

    def _summed(self) -> CallTotals:
        sums = self._sums.copy()
        for turn_id in self.repeats:
            _count(sums, self._segments[turn_id], -1)
        return CallTotals(
            **sums,
            **asdict(self.said.totals),
            overlap_ms=self._sweep.overlap_ms,
            longest_silence_ms=self._sweep.longest_silence_ms,
            elapsed_ms=max(self._sweep.covered_ms, 0),
        )


def _count(sums: Counter[str], segment: Segment, sign: int) -> None:
    if not segment.is_party:
        return
    is_agent = segment.role is ParticipantRole.AGENT
    agent, customer = ((segment.text,), ()) if is_agent else ((), (segment.text,))
    speaker = segment.role.lower()
    for name, amount in zip(TEXT_FIELDS, text_totals(agent, customer), strict=True):
        sums[name] += sign * amount
    if segment.sentiment is not None:
        sums[f"{speaker}_{segment.sentiment.lower()}"] += sign
    if segment.begin_ms is not None and segment.end_ms is not None:
        sums["timed_turns"] += sign
        sums[f"{speaker}_talk_ms"] += sign * (segment.end_ms - segment.begin_ms)


class _Sweep:
    """A sweep over turns in order of their beginning that measures overlap and silence.

    Because turns come by their beginning, whatever the other speaker covers beyond this beginning
    is one unbroken interval up to the furthest end: one number a speaker is all the state needed.
    """

    def __init__(self) -> None:
        self.overlap_ms = 0
        self.longest_silence_ms = 0
        self.covered_ms = -1
        self._until = dict.fromkeys(ParticipantRole, -1)

    def advance(self, place: TurnPlace) -> None:
        begin, _, role, end, _ = place
        if end is None or isinstance(role, OtherRole):
            return
        if self.covered_ms >= 0:
            self.longest_silence_ms = max(self.longest_silence_ms, begin - self.covered_ms)
        other = max(until for speaker, until in self._until.items() if speaker is not role)
        uncounted = max(begin, self._until[role])
        self.overlap_ms += max(0, min(end, other) - uncounted)
        self._until[role] = max(self._until[role], end)
        self.covered_ms = max(self.covered_ms, end)
