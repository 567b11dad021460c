"""Turns that are so close to one another that a speaker may go on dictating from one to the next.

Each function looks at turns in order, so its time grows with their number and not with the number
of their pairs.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from callrisk.domain.segment import Role, Segment

_PAUSE_MS = 15_000
_TURNS_BETWEEN = 6

Place = tuple[int, int, str]


def follows_closely(earlier: Segment, later: Segment) -> bool:
    """Return True if the second turn begins so soon after the first that it may continue it."""
    if earlier.end_ms is None or later.begin_ms is None:
        # By number, not by the turns known so far: a turn that comes late must not part a pair.
        near = 0 <= later.sequence - earlier.sequence <= _TURNS_BETWEEN + 1
        return near and _follows(earlier, later)
    return _place(earlier) < _place(later) and later.begin_ms - earlier.end_ms <= _PAUSE_MS


def _follows(earlier: Segment, later: Segment) -> bool:
    """Return True for a later number, where one of the turns has no times to go by."""
    untimed = earlier.end_ms is None or later.begin_ms is None
    return untimed and _number(earlier) < _number(later)


def _place(turn: Segment) -> Place:
    return (turn.begin_ms or 0, turn.sequence, turn.segment_id)


def _number(turn: Segment) -> tuple[int, str]:
    return (turn.sequence, turn.segment_id)


def roles_of(turns: Iterable[Segment]) -> list[Role]:
    """Return the roles of those who speak in these turns, who need not be the two parties."""
    return list(dict.fromkeys(turn.role for turn in turns))


class Company:
    """A set of turns that can be asked for those close before and close after another turn."""

    def __init__(
        self, turns: Iterable[Segment], pause_ms: int = _PAUSE_MS, between: int = _TURNS_BETWEEN
    ) -> None:
        self._pause_ms, self._between_most = pause_ms, between
        members = list(turns)
        timed = sorted((turn for turn in members if turn.end_ms is not None), key=_place)
        self._places = [_place(turn) for turn in timed]
        self._latest_ends = list(accumulate((turn.end_ms or 0 for turn in timed), max))
        self._by_number = sorted(members, key=_number)
        self._numbers = [turn.sequence for turn in self._by_number]

    def has_before(self, turn: Segment) -> bool:
        """Return True if the turn follows one of these closely."""
        if turn.begin_ms is not None:
            count = bisect_left(self._places, _place(turn))
            if count and turn.begin_ms - self._latest_ends[count - 1] <= self._pause_ms:
                return True
        first = turn.sequence - self._between_most - 1
        return any(_follows(other, turn) for other in self._between(first, turn.sequence))

    def has_after(self, turn: Segment) -> bool:
        """Return True if one of these follows the turn closely."""
        if turn.end_ms is not None:
            count = bisect_right(self._places, _place(turn))
            if count < len(self._places) and self._places[count][0] - turn.end_ms <= self._pause_ms:
                return True
        last = turn.sequence + self._between_most + 1
        return any(_follows(turn, other) for other in self._between(turn.sequence, last))

    def _between(self, first: int, last: int) -> Iterator[Segment]:
        """Yield the turns by number, from the first to the last."""
        start = bisect_left(self._numbers, first)
        return iter(self._by_number[start : bisect_right(self._numbers, last)])


def links(tails: Sequence[Segment], heads: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indices of a tail and of a head that follows it closely.

    Not all of them: just so many that tails and heads hang together as by all pairs.
    """
    yield from _timed_links(tails, heads)
    yield from _numbered_links(tails, heads)


def _timed_links(tails: Sequence[Segment], heads: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Yield links of turns with times; of tails that one head follows only the longest is kept."""
    ends = [(tail.end_ms, _place(tail), number) for number, tail in enumerate(tails)]
    waiting = sorted((place, end, number) for end, place, number in ends if end is not None)
    begun = sorted(
        (_place(head), number) for number, head in enumerate(heads) if head.begin_ms is not None
    )
    position = 0
    near: list[tuple[int, int]] = []
    for place, head in begun:
        while position < len(waiting) and waiting[position][0] < place:
            near.append(waiting[position][1:])
            position += 1
        # Heads come in order of their beginning: a tail too early for this one is so for all.
        near = [tail for tail in near if place[0] - tail[0] <= _PAUSE_MS]
        yield from ((number, head) for _, number in near)
        near = [max(near)] if near else []


def _numbered_links(
    tails: Sequence[Segment], heads: Sequence[Segment]
) -> Iterator[tuple[int, int]]:
    """Yield links of which one turn at least has no times."""
    ordered = sorted(range(len(tails)), key=lambda number: tails[number].sequence)
    numbers = [tails[number].sequence for number in ordered]
    for head, turn in enumerate(heads):
        start = bisect_left(numbers, turn.sequence - _TURNS_BETWEEN - 1)
        for tail in ordered[start : bisect_right(numbers, turn.sequence)]:
            untimed = tails[tail].end_ms is None or turn.begin_ms is None
            if untimed and follows_closely(tails[tail], turn):
                yield tail, head
