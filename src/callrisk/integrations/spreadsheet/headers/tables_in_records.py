"""Tables inside the records of an export that Kintone writes itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callrisk.integrations.spreadsheet.file_limits import DataError
from callrisk.integrations.spreadsheet.headers.headings import heading_key, is_blank
from callrisk.integrations.spreadsheet.headers.odd_rows import odd_row
from callrisk.integrations.spreadsheet.table_files import Cell

# "*" stands in this column where a record begins; a record has a row more for each further row of
# its tables, in which the other fields are repeated or blank.
_RECORD_START = "レコードの開始行"


@dataclass(frozen=True, slots=True)
class TablesInRecords:
    """The tables inside the records of an export: the column that marks where a record begins.

    `columns` are those of the tables, which have several values a record; `rows` is the number of
    their further rows.
    """

    start: int
    columns: frozenset[int]
    rows: int

    def is_further_row(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row belongs to a table of the record that began above it."""
        return _is_further(cells, self.start)

    def without_columns(self, header: Sequence[Cell]) -> list[Cell]:
        """Return the header without the mark and the columns of the tables."""
        gone = {self.start, *self.columns}
        return [None if at in gone else cell for at, cell in enumerate(header)]

    def note(self, header: Sequence[Cell]) -> str:
        """Return a sentence about what is left out; empty where no table has a further row."""
        names = ", ".join(str(header[at]) for at in sorted(self.columns) if at < len(header))
        about = f", and their columns {names}" if names else ""
        return f"left out {self.rows} further rows of tables in records{about}" * bool(self.rows)

    def refuse(self, header: Sequence[Cell], named: Sequence[str], place: str) -> None:
        """Raise DataError for a named column that stands in a table and nowhere else."""
        left = {heading_key(cell) for cell in self.without_columns(header)}
        inside = {heading_key(header[at]) for at in self.columns if at < len(header)} - left
        lost = next((name for name in named if name and heading_key(name) in inside), None)
        if lost is not None:
            raise DataError(
                f'{place}: "{lost}" stands in a table of Kintone, with several values a record; '
                "name a field outside of tables in config.py ／ "
                f"「{lost}」はテーブルの中にあり、1 件に複数の値があります。テーブル外の"
                "フィールドを config.py に指定してください"
            )


def tables_in_records(
    header: Sequence[Cell], lines: Iterable[Sequence[Cell]]
) -> TablesInRecords | None:
    """Return the tables in the records of Kintone's own export; None for any other table."""
    keys = [heading_key(cell) for cell in header]
    if _RECORD_START not in keys:
        return None
    start, columns, rows = keys.index(_RECORD_START), set[int](), 0
    first: Sequence[Cell] | None = None
    for cells in lines:
        if not _is_further(cells, start):
            first = cells
        elif first is not None and not _is_total(cells):
            rows += any(not is_blank(cell) for cell in cells)
            columns.update(_differing(cells, first))
    return None if first is None else TablesInRecords(start, frozenset(columns), rows)


def _is_further(cells: Sequence[Cell], start: int) -> bool:
    return start >= len(cells) or is_blank(cells[start])


def _is_total(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    return bool(filled) and bool(odd_row(cells, filled, {}, ""))


def _differing(cells: Sequence[Cell], first: Sequence[Cell]) -> Iterable[int]:
    for at, cell in enumerate(cells):
        if not is_blank(cell) and (at >= len(first) or cell != first[at]):
            yield at
