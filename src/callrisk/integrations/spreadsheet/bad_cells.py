"""Bad cells of a file, gathered while it is read, so that one line names them all."""

from collections.abc import Callable
from typing import TypeVar

from callrisk.integrations.spreadsheet.rows import BadCellError, DataError, Row

CellValue = TypeVar("CellValue")

# A person mends so many at a time; the rest is counted.
_MOST_NAMED = 10


class Problems:
    """Remembers the first bad cells and counts them all."""

    def __init__(self) -> None:
        self._named: list[BadCellError] = []
        self._count = 0

    def __bool__(self) -> bool:
        """Whether any cell was bad."""
        return self._count > 0

    def add(self, error: BadCellError) -> None:
        """One more bad cell."""
        self._count += 1
        if len(self._named) < _MOST_NAMED:
            self._named.append(error)

    def read(
        self, parse: Callable[[Row, str], CellValue], row: Row, column: str
    ) -> CellValue | None:
        """The parsed cell; None and one more problem when it is bad."""
        try:
            return parse(row, column)
        except BadCellError as error:
            self.add(error)
            return None

    def refuse(self) -> None:
        """DataError that names the first bad cells, when there are any."""
        if not self._count:
            return
        if self._count == 1:
            raise self._named[0]
        first = self._named[0].where
        file = type(first)(first.path, first.sheet)
        listed = "; ".join(error.within_file() for error in self._named)
        more = self._count - len(self._named)
        rest = f"; and {more:,} more" if more else ""
        raise DataError(f"{file}: {self._count:,} cells cannot be used: {listed}{rest}")
