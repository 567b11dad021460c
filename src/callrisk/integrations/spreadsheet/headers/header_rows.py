"""The header of a table: its sheet, its row or two rows, and the columns that are the table's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from callrisk.integrations.spreadsheet.file_limits import DataError
from callrisk.integrations.spreadsheet.headers.headings import (
    column_letter,
    heading_key,
    is_blank,
    named_key,
)
from callrisk.integrations.spreadsheet.table_files import Cell, Sheet

# A title, a date and a remark may stand above the header.
_ROWS_ABOVE = 30
# Sheets that a message names, and letters of a note's list.
_MOST_SHEETS, _LONGEST_NOTE = 5, 200
# So many named headings are no chance, one under the other in the first column or garbled.
_FEWEST_NAMED = 2
# So many columns at least are the same in two sheets of one kind.
_FEWEST_SHARED = 3
# Wrong pairs of encodings in which Japanese text is opened and saved again.
_GARBLED = (("utf-8", "cp932"), ("utf-8", "cp1252"), ("cp932", "cp1252"))
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class ChosenHeader:
    """The header that was found: its sheet, its row and its cells, and notes of the choice.

    `keys` are its named columns, `downwards` the named headings in the first column of the sheet,
    `below` the first lines under it. A header of two rows ends in `row`.
    """

    sheet: Sheet
    row: int
    cells: Sequence[Cell]
    notes: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    downwards: int = 0
    below: tuple[Sequence[Cell], ...] = ()
    is_double: bool = False

    def headings(self, named: Sequence[str]) -> frozenset[str]:
        """Return the headings of the table as they are compared, without tables beside it."""
        keys, apart = {heading_key(name) for name in named} - {""}, self.columns_apart(named)
        own = (cell for at, cell in enumerate(self.cells) if at not in apart)
        return frozenset(named_key(cell, keys) for cell in own) - {""}

    def columns_apart(self, named: Sequence[str]) -> frozenset[int]:
        """Return the columns of other tables, beside the one that has the named columns.

        Between two tables lies a column without any cell.
        """
        keys = {heading_key(name) for name in named} - {""}
        parts = [part for part in self._parts() if self.below]
        others = [part for part in parts if not _keys_of([self.cells[at] for at in part], keys)]
        is_told = len(others) < len(parts)
        return frozenset(at for part in others for at in part if is_told)

    def _parts(self) -> list[list[int]]:
        """Return the columns in groups, parted by columns without any cell."""
        parts: list[list[int]] = [[]]
        for at in range(len(self.cells)):
            lines = (self.cells, *self.below)
            if all(at >= len(cells) or is_blank(cells[at]) for cells in lines):
                parts.append([])
            else:
                parts[-1].append(at)
        return list(filter(None, parts))

    def note_apart(self, columns: Collection[int]) -> str:
        """Return a sentence about the columns of other tables."""
        told = ", ".join(
            column_letter(at) if is_blank(cell) else f"{column_letter(at)} ({str(cell).strip()})"
            for at, cell in enumerate(self.cells)
            if at in columns
        )
        return (
            f"left out columns {told[:_LONGEST_NOTE]}: they stand apart from the table, beyond a "
            "blank column ／ 空の列を挟んだ別の表は読みません"
        )


def chosen_header(
    sheets: Sequence[Sheet], named: Sequence[str], required: Iterable[str]
) -> ChosenHeader | None:
    """Return the row of all sheets that has most of the named columns; None if all is blank.

    Of sheets with equally many it is in the one with all required columns; DataError where that is
    not one. Without any named column it is the first row of the first sheet that is not blank.
    """
    keys = {heading_key(name) for name in named} - {""}
    found = [header for sheet in sheets for header in [_best_header(sheet, keys)] if header]
    if not found:
        return None
    rivals = _rivals(found, {heading_key(name) for name in required} - {""})
    best = rivals[0]
    _refuse_alike(best, found, named)
    _refuse_rivals(rivals)
    _refuse_transposed(best)
    _refuse_garbled(best, named)
    notes = []
    if best.sheet is not sheets[0]:
        notes.append(f'read sheet "{best.sheet.name}", which has the named columns')
    first = best.row - best.is_double
    if best.is_double:
        notes.append(f"the header stands in rows {first} and {best.row}")
    if first > 1:
        notes.append(f"the header is in row {first}; rows above it were left out")
    return ChosenHeader(best.sheet, best.row, best.cells, tuple(notes), best.keys, below=best.below)


def _best_header(sheet: Sheet, keys: set[str]) -> ChosenHeader | None:
    """Return the row, or the two rows as one, with most of the named columns."""
    lines = [tuple(cells) for cells in islice(sheet.lines(), _ROWS_ABOVE)]
    filled = [at for at, cells in enumerate(lines) if not all(map(is_blank, cells))]
    if not filled:
        return None
    best, own, is_double = filled[0], frozenset[str](), False
    for at in filled:
        single = _keys_of(lines[at], keys)
        double = _keys_of(_joined(lines[at - 1], lines[at]), keys) if at - 1 in filled else single
        for found, joined in ((single, False), (double, True)):
            # Two rows are one header only where each has something of it.
            if len(found) > len(own):
                best, own, is_double = at, found, joined
    cells = _joined(lines[best - 1], lines[best]) if is_double else lines[best]
    first = [next(cell for cell in lines[at] if not is_blank(cell)) for at in filled]
    return ChosenHeader(
        sheet,
        best + 1,
        cells,
        keys=own,
        downwards=len(_keys_of(first, keys)),
        below=tuple(lines[best + 1 :]),
        is_double=is_double,
    )


def _joined(upper: Sequence[Cell], lower: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return two rows as one: a cell of the upper row where the lower one is blank."""
    width = max(len(upper), len(lower))
    above, own = ([*cells, *[None] * (width - len(cells))] for cells in (upper, lower))
    return tuple(up if is_blank(low) else low for up, low in zip(above, own, strict=True))


def _keys_of(cells: Sequence[Cell], keys: set[str]) -> frozenset[str]:
    return frozenset({named_key(cell, keys) for cell in cells} & keys)


def _rivals(found: Sequence[ChosenHeader], required: set[str]) -> list[ChosenHeader]:
    """Return the headers with most of the named columns, of these the ones with all required."""
    most = max(len(header.keys) for header in found)
    tied = [header for header in found if len(header.keys) == most]
    return [header for header in tied if required <= header.keys] or tied


def _refuse_alike(best: ChosenHeader, found: Sequence[ChosenHeader], named: Sequence[str]) -> None:
    """Raise DataError where other sheets hold the same kind of table, a month each for instance."""
    own = best.headings(named)
    alike = [
        header
        for header in found
        if header is best
        or (len(header.keys & best.keys) >= _FEWEST_NAMED and _agree(header.headings(named), own))
    ]
    if len(alike) == 1:
        return
    quoted, quoted_ja = _quoted(alike)
    raise DataError(
        f"{best.sheet.path}: sheets {quoted} have the same columns, and one is read; put all rows "
        f"into one, or delete the others ／ シート{quoted_ja}が同じ列を持ち、どれを読むか"
        "決められません。1 枚にまとめるか、不要なシートを削除してください"
    )


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return True for headers that share some columns, and more than they differ in."""
    shared = len(one & other)
    return shared >= _FEWEST_SHARED and 2 * shared > len(one | other)


def _refuse_rivals(rivals: Sequence[ChosenHeader]) -> None:
    """Raise DataError where several sheets of different kinds may be the one to read."""
    if len(rivals) == 1 or len(rivals[0].keys) < _FEWEST_NAMED:
        return
    quoted, quoted_ja = _quoted(rivals)
    raise DataError(
        f"{rivals[0].sheet.path}: cannot tell which of the sheets {quoted} to read, as each has "
        f"{len(rivals[0].keys)} of the columns that config.py names; delete the others ／ シート"
        f"{quoted_ja}のどれを読むか決められません。不要なシートを削除してください"
    )


def _quoted(headers: Sequence[ChosenHeader]) -> tuple[str, str]:
    """Return the names of the first sheets, in English and in Japanese."""
    names = [f"{header.sheet.name}" for header in headers[:_MOST_SHEETS]]
    quoted = [f'"{name}"' for name in names]
    return (
        f"{', '.join(quoted[:-1])} and {quoted[-1]}",
        "".join(f"「{name}」" for name in names),
    )


def _refuse_transposed(best: ChosenHeader) -> None:
    """Raise DataError for a table whose headings stand in its first column."""
    if best.downwards > max(len(best.keys), _FEWEST_NAMED):
        raise DataError(
            f"{_place(best)}: the headings stand in the first column, one under the other; "
            "transpose the table so that each row is a call or customer ／ 見出しが縦に並んで"
            "います。行と列を入れ替えて（貼り付け > 行列の入れ替え）ください"
        )


def _refuse_garbled(best: ChosenHeader, named: Sequence[str]) -> None:
    """Raise DataError for headings that were opened and saved in a wrong encoding."""
    header = "".join(str(cell) for cell in best.cells if not is_blank(cell))
    broken = {name for name in named if any(sign in header for sign in _garbled(name))}
    if len(broken) >= _FEWEST_NAMED or header.count("\ufffd") >= _FEWEST_LETTERS:
        raise DataError(
            f"{_place(best)}: garbled headings; the file was opened and saved in a wrong encoding. "
            "Export it anew ／ 見出しが文字化けしています。元のシステムから出力し直し、CSV UTF-8 で"
            "保存してください"
        )


def _garbled(name: str) -> list[str]:
    """Return how the beginning of a Japanese name looks in wrong encodings."""
    signs = (
        name.encode(right, "ignore").decode(wrong, "ignore")[:_FEWEST_LETTERS]
        for right, wrong in _GARBLED
    )
    return [sign for sign in signs if len(sign) == _FEWEST_LETTERS and not sign.isascii()]


def _place(header: ChosenHeader) -> str:
    sheet = "" if header.sheet.name is None else f', sheet "{header.sheet.name}"'
    return f"{header.sheet.path}{sheet}"
