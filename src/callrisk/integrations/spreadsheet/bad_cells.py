"""Invalid cells of a file, collected while it is read and reported in one error."""

from collections.abc import Callable
from typing import TypeVar

from callrisk.integrations.spreadsheet.rows import BadCellError, DataError, Row

CellValue = TypeVar("CellValue")

# A person mends so many at a time; the rest is counted.
_MOST_NAMED = 10
_MOST_IN_BOTH = 3


class Problems:
    """A collection of invalid cells: the first ones in full, the number of all."""

    def __init__(self) -> None:
        self._named: list[BadCellError] = []
        self._count = 0

    def __bool__(self) -> bool:
        """Return True if any cell was invalid."""
        return self._count > 0

    def add(self, error: BadCellError) -> None:
        """Add an invalid cell."""
        self._count += 1
        if len(self._named) < _MOST_NAMED:
            self._named.append(error)

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
        if self._count == 1:
            raise self._named[0]
        first = self._named[0].where
        file = type(first)(first.path, first.sheet)
        listed = "; ".join(error.within_file() for error in self._named)
        more = self._count - len(self._named)
        rest = f"; and {more:,} more" if more else ""
        ja = "、".join(filter(None, (error.in_japanese() for error in self._named[:_MOST_IN_BOTH])))
        both = f" ／ {self._count:,} 個のセルが読めません: {ja}" if ja else ""
        raise DataError(f"{file}: {self._count:,} cells cannot be used: {listed}{rest}{both}")
