"""The stored turns near others: a number that is dictated may go on there, and they are read anew.

In order of time are those turns that have times, by number the others. Both orders have an index,
so a turn costs the same however long its call has become; but for a turn without times in a call
in which others have some.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, select, union

from callrisk.domain.call_record import StoredTurn
from callrisk.domain.segment import Segment
from callrisk.store import tables
from callrisk.store.stored_calls import TURN_COLUMNS, turns_from
from callrisk.store.tables import SEQUENCE_DIGITS

# A card said digit by digit, each repeated, corrected and said once more, takes fewer turns. More
# are not looked at.
MOST_TURNS_AROUND = 100
_MOST_TURNS_BETWEEN = 500
# What a turn without digits answers was asked no longer ago, and the address of mail that it ends
# began no longer ago.
MOST_TURNS_AROUND_WORDS = 24
_C = tables.segments.c
_IS_TIMED, _IS_UNTIMED = _C.begin_ms.is_not(None), _C.begin_ms.is_(None)


@dataclass(frozen=True, slots=True)
class Place:
    """The place of some turns in their call, and how many turns on either side are near them."""

    call_id: str
    most: int
    sequence_first: str
    sequence_last: str
    # None where the turns have no times.
    begin_ms_first: int | None
    begin_ms_last: int | None
    # Whether some of the turns have no times.
    is_by_number: bool

    @classmethod
    def of(cls, call_id: str, turns: Sequence[Segment], most: int = MOST_TURNS_AROUND) -> "Place":
        """Return the place of these turns, which are one at least."""
        numbers = [turn.sequence for turn in turns]
        begins = [turn.begin_ms for turn in turns if turn.begin_ms is not None]
        return cls(
            call_id, most, _number(min(numbers)), _number(max(numbers)),
            min(begins, default=None), max(begins, default=None), len(begins) < len(turns),
        )  # fmt: skip

    def near(self, connection: Connection) -> "Near":
        """Return the stored turns near this place."""
        statement = _statement(
            has_times=self.begin_ms_first is not None, is_by_number=self.is_by_number
        )
        turns = turns_from(connection, connection.execute(statement, asdict(self)).all())
        return Near(self, {one.turn.segment_id: one for one in turns})


@dataclass(frozen=True)
class Near:
    """The stored turns of a call near a place in it, by id and in the order of their ids."""

    place: Place
    stored: Mapping[str, StoredTurn]

    @cached_property
    def turns(self) -> Mapping[str, Segment]:
        """The turns without what they say."""
        return {turn_id: one.turn for turn_id, one in self.stored.items()}

    @cached_property
    def is_in_order(self) -> bool:
        """True if these turns follow one another in the order of speech, with none between them.

        Of a call in which some turns have times and others have none that is not known, nor where
        too many lie in the place.
        """
        timed = {turn.begin_ms is not None for turn in self.turns.values()}
        timed |= {self.place.begin_ms_first is not None, not self.place.is_by_number}
        return len(timed) == 1 and len(self.stored) < _MOST_TURNS_BETWEEN

    @property
    def is_whole(self) -> bool:
        """True if these are all turns of their call."""
        return self.is_in_order and not self.is_cut_before and not self.is_cut_after

    @cached_property
    def is_cut_before(self) -> bool:
        """True if there may be turns before these."""
        place = self.place
        return self._is_full(
            lambda number: number < place.sequence_first,
            lambda at: place.begin_ms_first is not None and at < place.begin_ms_first,
        )

    @cached_property
    def is_cut_after(self) -> bool:
        """True if there may be turns after these."""
        place = self.place
        return self._is_full(
            lambda number: number > place.sequence_last,
            lambda at: place.begin_ms_last is not None and at > place.begin_ms_last,
        )

    def _is_full(self, by_number: Callable[[str], bool], by_time: Callable[[int], bool]) -> bool:
        """Return True if as many turns lie on a side, by number or by time, as were asked for."""
        turns = self.turns.values()
        numbers = sum(by_number(_number(turn.sequence)) for turn in turns)
        times = sum(turn.begin_ms is not None and by_time(turn.begin_ms) for turn in turns)
        return max(numbers, times) >= self.place.most


def _number(sequence: int) -> str:
    return f"{sequence:0{SEQUENCE_DIGITS}d}"


@cache
def _statement(*, has_times: bool, is_by_number: bool) -> Select[Any]:
    """Return the query for the turns before, between and after a place, in their orders.

    Made once: to make it takes longer than to run it.
    """
    parts = [*_around(_C.sequence, _IS_UNTIMED)]
    if has_times:
        parts += _around(_C.begin_ms, _IS_TIMED)
    if is_by_number:
        parts += _around(_C.sequence, _IS_TIMED)
    ids = union(*parts).subquery()
    of_call = select(*TURN_COLUMNS).where(_C.call_id == bindparam("call_id"))
    return of_call.where(_C.segment_id.in_(select(ids.c.segment_id))).order_by(_C.segment_id)


def _around(column: Any, which: ColumnElement[bool]) -> Iterator[Select[Any]]:
    """Yield queries for the ids of turns before, between and after a place, in one order."""
    first = bindparam(f"{column.key}_first", type_=column.type)
    last = bindparam(f"{column.key}_last", type_=column.type)
    most = bindparam("most", type_=Integer)
    of_call = select(_C.segment_id).where(_C.call_id == bindparam("call_id"), which)
    backwards = (column.desc(), _C.segment_id.desc())
    before = of_call.where(column < first).order_by(*backwards).limit(most)
    in_order = of_call.order_by(column, _C.segment_id)
    after = in_order.where(column > last).limit(most)
    between = in_order.where(column.between(first, last)).limit(_MOST_TURNS_BETWEEN)
    for part in (before, between, after):
        ids = part.subquery()
        yield select(ids.c.segment_id)
