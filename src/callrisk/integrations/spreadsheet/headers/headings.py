"""Headings of columns: how they are compared, their units, and the column of each name."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

from callrisk.integrations.spreadsheet.cell_rules import visible
from callrisk.integrations.spreadsheet.file_limits import DataError
from callrisk.integrations.spreadsheet.table_files import Cell, as_typed
from callrisk.integrations.spreadsheet.written_numbers import split_heading

_MOST_COLUMNS = 16_384
# The category of characters that nobody sees; longer texts are no headings, and not kept.
_UNSEEN, _LONGEST_HEADING = "Cf", 40


def heading_key(heading: Cell) -> str:
    """Return a heading as headings are compared: in one width and case, without blanks."""
    text = str(heading or "")
    return _key(text) if len(text) > _LONGEST_HEADING else _remembered_key(text)


def _key(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = "".join(each for each in text if unicodedata.category(each) != _UNSEEN)
    return re.sub(r"\s+", "", as_typed(text.strip())).casefold()


# Each row is compared with the header and with words for totals, and short texts come again.
_remembered_key = lru_cache(maxsize=4_096)(_key)


def named_key(heading: Cell, keys: Collection[str]) -> str:
    """Return the key of a heading, without its unit where only so it is one of these keys."""
    key = heading_key(heading)
    if key in keys:
        return key
    plain, _ = split_heading(key)
    return plain if plain in keys else key


def is_blank(cell: Cell) -> bool:
    """Return True for a cell with nothing to see in it."""
    return cell is None or (
        isinstance(cell, str) and not cell.strip("\u200b\ufeff \t\r\n\u3000\xa0")
    )


def positions_of(cells: Sequence[Cell], named: Sequence[str], place: str) -> dict[str, int]:
    """Return the column of each heading, named ones as they are named; DataError for twins."""
    if len(cells) > _MOST_COLUMNS:
        raise DataError(
            f"{place}: {len(cells):,} columns; expected at most {_MOST_COLUMNS:,} "
            f"／ 列が多すぎます（{_MOST_COLUMNS:,} 列まで）"
        )
    names = {heading_key(name): name for name in named if name}
    # 契約金額（円） is 契約金額 where no other column is.
    lacking = names.keys() - {heading_key(cell) for cell in cells}
    positions: dict[str, int] = {}
    for position, cell in enumerate(cells):
        key = named_key(cell, lacking)
        if not key:
            continue
        name = names.get(key, visible(re.sub(r"\s*\n\s*", "", str(cell))))
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
