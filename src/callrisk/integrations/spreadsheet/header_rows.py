"""The header of a table: its sheet and row, its columns, and rows that are no data."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from callrisk.integrations.spreadsheet.file_limits import DataError
from callrisk.integrations.spreadsheet.table_files import Cell, Sheet

# A title, a date and a remark may stand above the header.
_ROWS_ABOVE = 30
_MOST_COLUMNS = 16_384
_TOTALS = re.compile(
    r"(合計|総計|小計|累計|総合計|平均|計|total|subtotal|grandtotal|sum|average)(\(.*\))?[:]?"
    r"([0-9,.]*(件|名|人|行|円)?)?"
)
# Kintone's own export of an app with tables: "*" where a record begins, and a row more for each
# further row of its tables, in which the other fields are repeated or blank.
_RECORD_START = "レコードの開始行"
_REMARK = re.compile(r"(※|\*|注|（注|\(注|出典|備考|以上$|作成日|出力日|#\s)")


@dataclass(frozen=True, slots=True)
class ChosenHeader:
    """The header that was found: its sheet, its row and its cells, and notes of the choice."""

    sheet: Sheet
    row: int
    cells: Sequence[Cell]
    notes: tuple[str, ...] = ()


def heading_key(heading: Cell) -> str:
    """Return a heading as headings are compared: in one width and case, without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(heading or ""))).casefold()


def is_blank(cell: Cell) -> bool:
    """Return True for a cell with nothing to see in it."""
    return cell is None or (
        isinstance(cell, str) and not cell.strip("\u200b\ufeff \t\r\n\u3000\xa0")
    )


def chosen_header(sheets: Sequence[Sheet], named: Sequence[str]) -> ChosenHeader | None:
    """Return the row of the first sheets that has most of the named columns; None if all is blank.

    Without any of them it is the first row of the first sheet that is not blank.
    """
    keys = {heading_key(name) for name in named} - {""}
    found = [header for sheet in sheets for header in [_best_row(sheet, keys)] if header]
    if not found:
        return None
    scores = [_score(header.cells, keys) for header in found]
    best = found[scores.index(max(scores))]
    also = [
        header.sheet.name or ""
        for header, score in zip(found, scores, strict=True)
        if header is not best and score and score == max(scores)
    ]
    notes = []
    if best.sheet is not sheets[0]:
        notes.append(f'read sheet "{best.sheet.name}", which has the named columns')
    if also and max(scores) > 1:
        first = best.sheet.name or ""
        raise DataError(
            f'{best.sheet.path}: sheets "{first}" and "{also[0]}" have the same columns, and '
            "one is read; put all rows into one, or delete the other "
            f"／ シート「{first}」と「{also[0]}」が同じ列を持ち、どちらを読むか決められません"
        )
    if best.row > 1:
        notes.append(f"the header is in row {best.row}; rows above it were left out")
    return ChosenHeader(best.sheet, best.row, best.cells, tuple(notes))


def _best_row(sheet: Sheet, keys: set[str]) -> ChosenHeader | None:
    best: ChosenHeader | None = None
    for number, cells in enumerate(islice(sheet.lines(), _ROWS_ABOVE), start=1):
        if all(is_blank(cell) for cell in cells):
            continue
        if best is None or _score(cells, keys) > _score(best.cells, keys):
            best = ChosenHeader(sheet, number, tuple(cells))
    return best


def _score(cells: Sequence[Cell], keys: set[str]) -> int:
    return len({heading_key(cell) for cell in cells} & keys)


def positions_of(cells: Sequence[Cell], named: Sequence[str], place: str) -> dict[str, int]:
    """Return the column of each heading, named ones as they are named; DataError for twins."""
    if len(cells) > _MOST_COLUMNS:
        raise DataError(
            f"{place}: {len(cells):,} columns; expected at most {_MOST_COLUMNS:,} "
            f"／ 列が多すぎます（{_MOST_COLUMNS:,} 列まで）"
        )
    names = {heading_key(name): name for name in named if name}
    positions: dict[str, int] = {}
    for position, cell in enumerate(cells):
        key = heading_key(cell)
        if not key:
            continue
        name = names.get(key, re.sub(r"\s*\n\s*", "", str(cell)).strip())
        if name in positions and key in names:
            both = f"{column_letter(positions[name])} and {column_letter(position)}"
            raise DataError(
                f'{place}: the heading "{name}" stands twice, in columns {both}; rename the one '
                f"that is not meant ／ 見出し「{name}」が 2 つあります。使わない方の名前を"
                "変えてください"
            )
        number = 2
        while name in positions:
            name, number = f"{name.removesuffix(f' ({number - 1})')} ({number})", number + 1
        positions[name] = position
    return positions


def column_letter(position: int) -> str:
    """Return the letters of a column as Excel shows them: 0 is A, 26 is AA."""
    letters, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def odd_row(cells: Sequence[Cell], positions: Mapping[str, int], id_column: str) -> str:
    """Return what a row is that is no data: a total, a remark, the header again; else nothing."""
    filled = [cell for cell in cells if not is_blank(cell)]
    first = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(filled[0]))).casefold()
    if _TOTALS.fullmatch(first):
        return "a row of totals"
    if len(filled) == 1 and len(positions) > 1 and _REMARK.match(str(filled[0]).strip()):
        return "a remark"
    position = positions.get(id_column)
    if position is None or position >= len(cells):
        return ""
    own = heading_key(cells[position])
    if _TOTALS.fullmatch(own):
        return "a row of totals"
    return "the header again" if own == heading_key(id_column) else ""


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
    return any(not is_blank(cell) for cell in cells) and bool(odd_row(cells, {}, ""))


def _differing(cells: Sequence[Cell], first: Sequence[Cell]) -> Iterable[int]:
    for at, cell in enumerate(cells):
        if not is_blank(cell) and (at >= len(first) or cell != first[at]):
            yield at
