"""The header of a table: its sheet and row, its columns, and rows that are no data."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
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
                f"that is not meant ／ 見出し「{name}」が 2 つあります"
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
