"""What a person sees in a workbook and a reader of cells does not: merged cells, hidden rows …"""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from callrisk.integrations.spreadsheet.file_limits import COUNTS_FROM_1904, refuse_oversized
from callrisk.integrations.spreadsheet.rows import DataError, OpenedTable, open_table

NAMED = ("番号", "氏名", "契約日")


def opened(
    folder: Path, rows: Sequence[Sequence[object]], change: Callable[[Worksheet], object]
) -> OpenedTable:
    """A workbook with a sheet of these rows, changed and opened."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "R&D 顧客"
    for row in rows:
        sheet.append([*row])
    change(sheet)
    # Another sheet has traits of its own, which are none of the table's.
    notes = book.create_sheet("メモ")
    notes.append(["メモ"])
    notes.row_dimensions[1].hidden = True
    book.save(folder / "a.xlsx")
    return open_table(folder / "a.xlsx", NAMED)


def values(table: OpenedTable) -> list[list[object]]:
    """The named cells of all rows."""
    return [[row.value(name) for name in NAMED] for row in table.rows("番号")]


def test_a_merged_cell_holds_for_all_its_rows(tmp_path: Path) -> None:
    """Downwards; a row with nothing of its own is none, and a merged title is one cell."""
    rows = [
        ["一覧"], [*NAMED], ["1", "甲", "1月"], [None, "乙"], [None, "丙"], ["2", "丁", "2月"],
        ["3", "戊", "3月"], [], ["※ 注"],
    ]  # fmt: skip

    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:C1", "A3:A5", "C3:C4", "A7:A8", "A9:C9"):
            sheet.merge_cells(cells)

    table = opened(tmp_path, rows, merge)

    assert values(table) == [
        ["1", "甲", "1月"], ["1", "乙", "1月"], ["1", "丙", None], ["2", "丁", "2月"],
        ["3", "戊", "3月"],
    ]  # fmt: skip
    assert [note[:40] for note in table.notes] == [
        "3 cells are merged over several rows; th",
        "the header is in row 2; rows above it we",
        "left out a remark: row 9",
    ]


def test_hidden_rows_are_read_and_noted(tmp_path: Path) -> None:
    """A filter hides what a person may take for deleted."""

    def hide(sheet: Worksheet) -> None:
        for row in (2, 3):
            sheet.row_dimensions[row].hidden = True

    table = opened(tmp_path, [NAMED, *([f"{n}", "甲", "1月"] for n in range(4))], hide)

    assert len(values(table)) == 4
    (note,) = table.notes
    assert note.startswith("2 hidden rows are read")
    assert "非表示の 2 行" in note


def old_workbook(counts_from_1904: bool) -> bytes:
    """The beginning of a workbook of Excel 97: its first record, another one, and the days."""
    records = (
        b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\x00" * 12,
        b"\x5c\x00\x04\x00\x22\x00\x02\x00",
        b"\x22\x00\x02\x00" + bytes([counts_from_1904, 0]),
        b"\x22\x00\x02\x00" + bytes([not counts_from_1904, 0]),
    )
    return b"\xd0\xcf\x11\xe0" + b"\x00" * 508 + b"".join(records)


def test_the_first_day_of_any_workbook_is_known(tmp_path: Path) -> None:
    """Of old ones and of OpenDocument as of .xlsx; their plain day numbers mean other days."""
    old, new, sheet = tmp_path / "old.xls", tmp_path / "new.xls", tmp_path / "a.ods"
    old.write_bytes(old_workbook(counts_from_1904=True))
    new.write_bytes(old_workbook(counts_from_1904=False))
    with zipfile.ZipFile(sheet, "w") as archive:
        null_date = '<table:null-date table:date-value="1904-01-01"/>'
        archive.writestr("content.xml", null_date)

    assert refuse_oversized(old) == refuse_oversized(sheet) == ((None, COUNTS_FROM_1904),)
    assert refuse_oversized(new) == ()


def test_merged_cells_of_open_document_are_noted(tmp_path: Path) -> None:
    """The library does not tell where they are, and below the first row they are blank."""
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        cell = '<table:table-cell table:number-rows-spanned="{}">'
        archive.writestr("content.xml", "".join(map(cell.format, (1, 2, 12))))

    ((sheet, note),) = refuse_oversized(tmp_path / "a.ods")
    assert sheet is None
    assert note.startswith("2 cells are merged over several rows, and only the first")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("~$顧客.xlsx", b"\x05Yamada" + b" \x00" * 79, r"open in Excel.*name 顧客.xlsx.*開いて"),
        ("a.xlsx", b"", "file is empty.*空"),
        ("a.csv", b"\r\n \n", "file is empty.*空"),
        ("a.xls", b'<meta charset="Shift_JIS"><table><tr><td>', "a web page.*Excel で開き"),
        ("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a web page"),
        ("a.csv", "<html><table>".encode("utf-16"), "a web page"),
        ("a.xls", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook>", "an XML file"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password; save it without one.*パスワード",
        ),
        ("a.csv", b" \x00" * 40 + b" ", "broken character"),
    ],
)
def test_what_lies_beside_tables_gets_one_line(
    name: str, content: bytes, says: str, tmp_path: Path
) -> None:
    """In both languages, without words of a library."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        open_table(tmp_path / name, NAMED)

    assert "\n" not in str(caught.value)
    assert "／" in str(caught.value)


def test_a_title_in_angle_brackets_is_no_web_page(tmp_path: Path) -> None:
    """Japanese titles stand in any brackets."""
    path = tmp_path / "a.csv"
    path.write_text("<<顧客一覧>>\n番号,氏名\n1,甲\n", encoding="utf-8")

    assert open_table(path, NAMED).header_row == 2
