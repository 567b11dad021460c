"""The stored turns near others, in which a number that is dictated there may go on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Integer, Select, bindparam, select, union

from callrisk.domain.segment import Segment
from callrisk.store import tables
from callrisk.store.stored_calls import SEGMENT_COLUMNS, segment_from
from callrisk.store.tables import SEQUENCE_DIGITS

# A card said digit by digit, each repeated, corrected and said once more, takes fewer turns. More
# are not looked at, so that a turn costs the same however long its call has become.
MOST_TURNS_AROUND = 100
_MOST_TURNS_BETWEEN = 500
# What a turn without digits answers was asked no longer ago.
MOST_TURNS_BEFORE_WORDS = 8
_C = tables.segments.c


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

    @classmethod
    def of(cls, call_id: str, turns: Sequence[Segment], most: int = MOST_TURNS_AROUND) -> "Place":
        """Return the place of these turns, which are one at least."""
        numbers = [turn.sequence for turn in turns]
        begins = [turn.begin_ms for turn in turns if turn.begin_ms is not None]
        return cls(
            call_id, most, _number(min(numbers)), _number(max(numbers)),
            min(begins, default=None), max(begins, default=None),
        )  # fmt: skip

    def near(self, connection: Connection) -> "Near":
        """Return the stored turns near this place."""
        statement = _statement(has_times=self.begin_ms_first is not None)
        rows = connection.execute(statement, asdict(self))
        return Near(self, {row.segment_id: segment_from(row) for row in rows})


@dataclass(frozen=True, slots=True)
class Near:
    """The stored turns of a call near a place in it."""

    place: Place
    turns: Mapping[str, Segment]

    def is_stored(self, connection: Connection) -> bool:
        """Return True if the same turns are near the place still."""
        return self.place.near(connection) == self


def _number(sequence: int) -> str:
    return f"{sequence:0{SEQUENCE_DIGITS}d}"


@cache
def _statement(*, has_times: bool) -> Select[Any]:
    """Return the query for the turns before, between and after a place, in both orders.

    Made once: to make it takes longer than to run it.
    """
    columns: list[Column[Any]] = [_C.sequence, _C.begin_ms] if has_times else [_C.sequence]
    ids = union(*(part for column in columns for part in _around(column))).subquery()
    return select(*SEGMENT_COLUMNS).where(
        _C.call_id == bindparam("call_id"), _C.segment_id.in_(select(ids.c.segment_id))
    )


def _around(column: Column[Any]) -> Iterator[Select[Any]]:
    """Yield queries for the ids of turns before, between and after a place, in one order."""
    first = bindparam(f"{column.key}_first", type_=column.type)
    last = bindparam(f"{column.key}_last", type_=column.type)
    most = bindparam("most", type_=Integer)
    of_call = select(_C.segment_id).where(_C.call_id == bindparam("call_id"))
    backwards = (column.desc(), _C.segment_id.desc())
    before = of_call.where(column < first).order_by(*backwards).limit(most)
    in_order = of_call.order_by(column, _C.segment_id)
    after = in_order.where(column > last).limit(most)
    between = in_order.where(column.between(first, last)).limit(_MOST_TURNS_BETWEEN)
    for part in (before, between, after):
        ids = part.subquery()
        yield select(ids.c.segment_id)
