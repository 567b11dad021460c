"""Invalid cells of a file, collected while it is read and reported in one error."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from callrisk.integrations.spreadsheet.rows import BadCellError, DataError, Row

CellValue = TypeVar("CellValue")

# A person mends so many kinds at a time, and sees by a few rows where; the rest is counted.
_MOST_KINDS, _MOST_ROWS = 10, 5
_MOST_IN_BOTH = 3


class Problems:
    """A collection of invalid cells: the first ones in full, the number of all."""

    def __init__(self) -> None:
        # Cells of one column with one complaint, by both.
        self._alike: dict[tuple[str | None, str], list[BadCellError]] = {}
        self._count = 0

    def __bool__(self) -> bool:
        """Return True if any cell was invalid."""
        return self._count > 0

    def add(self, error: BadCellError) -> None:
        """Add an invalid cell."""
        self._count += 1
        key = (error.where.column, error.complaint)
        if key in self._alike or len(self._alike) < _MOST_KINDS:
            self._alike.setdefault(key, []).append(error)

    def read(
        self, parse: Callable[[Row, str], CellValue], row: Row, column: str
    ) -> CellValue | None:
        """Return the parsed cell, or add a problem and return None."""
        try:
            return parse(row, column)
        except BadCellError as error:
            self.add(error)
            return None

    def refuse(self) -> None:
        """Raise DataError that names the first invalid cells, if there are any."""
        if not self._count:
            return
        errors = next(iter(self._alike.values()))
        if self._count == 1:
            raise errors[0]
        first = errors[0].where
        file = type(first)(first.path, first.sheet)
        listed = "; ".join(map(_told, self._alike.values()))
        more = self._count - sum(map(len, self._alike.values()))
        rest = f"; and {more:,} more" if more else ""
        japanese = [alike[0].in_japanese() for alike in self._alike.values()]
        ja = "、".join(filter(None, japanese[:_MOST_IN_BOTH]))
        both = f" ／ {self._count:,} 個のセルが読めません: {ja}" if ja else ""
        raise DataError(f"{file}: {self._count:,} cells cannot be used: {listed}{rest}{both}")


def _told(alike: Sequence[BadCellError]) -> str:
    """Return cells with one complaint as one: row 2, 3, 5 and 12 more, column "…": found …"""
    rows = ", ".join(f"{error.where.row}" for error in alike[:_MOST_ROWS])
    more = f" and {len(alike) - _MOST_ROWS:,} more" if len(alike) > _MOST_ROWS else ""
    return f'row {rows}{more}, column "{alike[0].where.column}": {alike[0].complaint}'
