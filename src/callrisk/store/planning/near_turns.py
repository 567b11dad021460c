"""The stored turns near others, in which a number that is dictated there may go on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, select, union

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
class Near:
    """The turns of a call near some of its turns, and the query that found them."""

    statement: Select[Any]
    turns: Mapping[str, Segment]

    def is_stored(self, connection: Connection) -> bool:
        """Return True if the query still finds the same."""
        return _found(connection, self.statement) == self.turns


def near_turns(
    connection: Connection, call_id: str, turns: Sequence[Segment], most: int = MOST_TURNS_AROUND
) -> Near:
    """Return the stored turns of a call near these, which are one at least.

    `most` is how many are looked at before the first and after the last of them.
    """
    ids = union(*_places(call_id, turns, most)).subquery()
    statement = select(*SEGMENT_COLUMNS).where(
        _C.call_id == call_id, _C.segment_id.in_(select(ids.c.segment_id))
    )
    return Near(statement, _found(connection, statement))


def _found(connection: Connection, statement: Select[Any]) -> dict[str, Segment]:
    return {row.segment_id: segment_from(row) for row in connection.execute(statement)}


def _places(call_id: str, turns: Sequence[Segment], most: int) -> Iterator[Select[Any]]:
    """Yield queries for the ids of turns before, between and after these, in both orders."""
    yield from _around(call_id, _C.sequence, [_number(turn.sequence) for turn in turns], most)
    begins = [turn.begin_ms for turn in turns if turn.begin_ms is not None]
    if begins:
        yield from _around(call_id, _C.begin_ms, begins, most)


def _number(sequence: int) -> str:
    return f"{sequence:0{SEQUENCE_DIGITS}d}"


def _around(
    call_id: str, column: Column[Any], values: Sequence[int] | Sequence[str], most: int
) -> Iterator[Select[Any]]:
    first, last = min(values), max(values)
    of_call = select(_C.segment_id).where(_C.call_id == call_id)
    backwards = (column.desc(), _C.segment_id.desc())
    before = of_call.where(column < first).order_by(*backwards).limit(most)
    in_order = of_call.order_by(column, _C.segment_id)
    after = in_order.where(column > last).limit(most)
    between = in_order.where(column.between(first, last)).limit(_MOST_TURNS_BETWEEN)
    for part in (before, between, after):
        ids = part.subquery()
        yield select(ids.c.segment_id)
