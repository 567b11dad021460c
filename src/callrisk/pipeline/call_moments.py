"""Totals of many calls at their moments, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.call import TOTALS_FIELDS, TRANSCRIPT_FIELDS, CallTotals

Counts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class MomentTable:
    """Moments of calls: those of call c are the rows from `begin[c]` up to `begin[c + 1]`.

    `at` is when: START, turns heard, or END; or a share of the call's turns in percent. `totals`
    has a column for each of TRANSCRIPT_FIELDS; all else is 0 in an export. A call has one moment
    or more, and its last one holds the totals of the whole call.
    """

    begin: Ints
    at: Counts
    totals: Mapping[str, Counts]

    @classmethod
    def of(cls, calls: Sequence[Sequence[tuple[int, CallTotals]]]) -> Self:
        """Return the table of these moments, call by call."""
        rows = [moment for of_call in calls for moment in of_call]
        return cls(
            np.cumsum([0, *map(len, calls)], dtype=np.int64),
            np.array([at for at, _ in rows], dtype=np.int32),
            {
                name: np.array([getattr(totals, name) for _, totals in rows], dtype=np.int32)
                for name in TRANSCRIPT_FIELDS
            },
        )

    @classmethod
    def joined(cls, tables: Sequence[Self]) -> Self:
        """Return the calls of all tables, one table after the other."""
        if not tables:
            return cls.of([])
        sizes = np.concatenate([np.diff(table.begin) for table in tables])
        return cls(
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            np.concatenate([table.at for table in tables]),
            {
                name: np.concatenate([table.totals[name] for table in tables])
                for name in TRANSCRIPT_FIELDS
            },
        )

    def of_calls(self, calls: Ints) -> Self:
        """Return the moments of these calls, in their order; a call may come twice."""
        sizes = np.diff(self.begin)[calls]
        begin = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        rows = np.arange(begin[-1]) + np.repeat(self.begin[calls] - begin[:-1], sizes)
        return type(self)(
            begin, self.at[rows], {name: column[rows] for name, column in self.totals.items()}
        )

    @property
    def call(self) -> Ints:
        """The number of the call of each moment."""
        return np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))

    @property
    def last(self) -> Ints:
        """The row of the last moment of each call."""
        return self.begin[1:] - 1

    def whole_calls(self) -> list[CallTotals]:
        """Return the totals of each call at its last moment."""
        columns = np.column_stack([self.totals[name][self.last] for name in TRANSCRIPT_FIELDS])
        return [CallTotals(*row) for row in columns.tolist()]

    def columns(self, rows: Ints | slice = slice(None)) -> dict[str, Floats]:
        """Return the totals of these rows as `domain.features` takes them, a column a field."""
        taken = {name: self.totals[name][rows].astype(np.float64) for name in TRANSCRIPT_FIELDS}
        nothing = np.zeros(len(self.at[rows]))
        return {name: taken.get(name, nothing) for name in TOTALS_FIELDS}
