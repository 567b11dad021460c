"""Tables of typed values as other programs read them."""

import csv
import io
from datetime import date, datetime

from openpyxl import load_workbook

from callrisk.reporting.exports.typed_tables import TypedTable, typed_csv, typed_xlsx

MOMENT, DAY = datetime(2026, 11, 30, 14, 3), date(2026, 12, 10)  # noqa: DTZ001 - of clocks in Japan
TABLE = TypedTable(
    "電話リスト",
    ["お客様", "確率", "金額", "最後の通話", "約束の日", "担当"],
    [["=1+1", 0.25, 67_800, MOMENT, DAY, None], ["0012", 0.5, None, None, None, "@agent"]],
    frozenset([1]),
)
FACTS = TypedTable("条件", ["項目", "内容"], [["作成日時", MOMENT]])


def test_the_workbook_has_typed_cells_and_no_formula() -> None:
    """Dates are dates, ids are texts, and the head stays in sight."""
    book = load_workbook(io.BytesIO(typed_xlsx([TABLE, FACTS])))
    sheet = book["電話リスト"]
    rows = list(sheet.iter_rows(min_row=2))

    assert [[cell.value for cell in row] for row in rows] == [
        ["=1+1", 0.25, 67_800, MOMENT, datetime(2026, 12, 10), None],  # noqa: DTZ001 - as openpyxl reads a day
        ["0012", 0.5, None, None, None, "@agent"],
    ]
    assert rows[0][0].data_type == "s"
    assert (rows[0][3].is_date, rows[0][3].number_format) == (True, "yyyy/mm/dd hh:mm")
    assert (rows[0][1].number_format, sheet.freeze_panes) == ("0.0%", "A2")
    assert book["条件"]["B2"].value == MOMENT


def test_csv_has_the_rows_and_below_them_the_facts() -> None:
    """Readable in Japanese Excel, without a formula."""
    text = typed_csv(TABLE, FACTS)

    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        list(TABLE.headings),
        ["'=1+1", "0.25", "67800", "2026/11/30 14:03", "2026/12/10", ""],
        ["0012", "0.5", "", "", "", "'@agent"],
        [],
        ["作成日時", "2026/11/30 14:03"],
    ]


def test_an_empty_table_is_a_head_alone() -> None:
    """A workbook without rows opens, too."""
    empty = TypedTable("なし", ["該当なし"], [])
    book = load_workbook(io.BytesIO(typed_xlsx([empty])))

    assert [[cell.value for cell in row] for row in book["なし"].iter_rows()] == [["該当なし"]]
