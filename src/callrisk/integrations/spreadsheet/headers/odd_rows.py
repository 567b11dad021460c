"""Rows under a header that are no data: totals, remarks, the header of a further page."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from callrisk.integrations.spreadsheet.headers.headings import heading_key, is_blank
from callrisk.integrations.spreadsheet.table_files import Cell

_TOTALS = re.compile(
    r"(合計|総計|小計|集計|累計|総合計|全体の(?:平均|合計|最大|最小|データの個数)|平均|計"
    r"|total|subtotal|grandtotal|sum|average)(\(.*\))?[:]?"
    r"([0-9,.]*(件|名|人|行|円)?)?"
)
# What Excel writes for each group (データ > 小計), 1001 集計, and people, 口座振替 計.
_ENDS_OF_TOTALS = ("集計", "合計", "小計", "計", "平均", "最大", "最小", "個数")
_TOTALS_OF_GROUP = re.compile(rf".*\S\s+(?:データの)?(?:{'|'.join(_ENDS_OF_TOTALS)})", re.DOTALL)
_REMARK = re.compile(r"(※|\*|注|（注|\(注|出典|備考|以上$|作成日|出力日|#\s)")
# Beside a sure remark a unit or a date may stand, where the table is wide enough.
_SURE_REMARK = re.compile(r"※|[（(]?注\s*[0-9０-９)）:：]|出典|備考[:：]|\S{1,10}[:：]$")
# － 2 ページ －, 2/5 頁, Page 2: where one printed page ended.
_PAGE = re.compile(
    r"[-―ー–—\s]*(?:(?:p\.|page|ページ|頁)\s*[0-9]+(?:\s*/\s*[0-9]+)?"
    r"|[0-9]+(?:\s*/\s*[0-9]+)?\s*(?:page|ページ|頁))[-―ー–—\s]*",
    re.IGNORECASE,
)
_FEW_COLUMNS = 3


def odd_row(
    cells: Sequence[Cell], filled: Sequence[Cell], positions: Mapping[str, int], id_column: str
) -> str:
    """Return what a row is that is no data: a total, a remark, the header again; else nothing.

    `filled` are its cells that are not blank, at least one.
    """
    position = positions.get(id_column, len(cells))
    own = cells[position] if position < len(cells) else None
    if _is_total(filled[0], own):
        return "a row of totals"
    has_id = not is_blank(own) and own is not filled[0]
    if len(positions) > 1 and not has_id and _is_remark(filled, len(positions)):
        return "a remark"
    is_header = own and not _is_digits(own) and heading_key(own) == heading_key(id_column)
    return "the header again" if is_header else ""


def _is_digits(cell: Cell) -> bool:
    """Return whether a cell is digits alone, as nearly every id: no word that ends a table."""
    return isinstance(cell, str) and cell.isascii() and cell.isdigit()


def _is_total(first: Cell, own: Cell) -> bool:
    """Return whether the first cell of a row, or its id, says that the row sums up others."""
    texts = [cell for cell in (first, own) if isinstance(cell, str) and not _is_digits(cell)]
    if any(_TOTALS.fullmatch(heading_key(cell)) for cell in texts):
        return True
    group = first if is_blank(own) else own
    if not isinstance(group, str) or not group.strip().endswith(_ENDS_OF_TOTALS):
        return False
    return bool(_TOTALS_OF_GROUP.fullmatch(unicodedata.normalize("NFKC", group).strip()))


def _is_remark(filled: Sequence[Cell], columns: int) -> bool:
    first = str(filled[0]).strip()
    if len(filled) == 1:
        is_page = _PAGE.fullmatch(unicodedata.normalize("NFKC", first))
        return bool(_REMARK.match(first) or is_page)
    is_short = len(filled) == 2 and columns > _FEW_COLUMNS  # noqa: PLR2004 - the remark and a unit
    return is_short and bool(_SURE_REMARK.match(first))
