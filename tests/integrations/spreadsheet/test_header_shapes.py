"""Headers of one and two rows, with units, beside other tables; and what is no header."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from callrisk.domain.customer import CustomerField
from callrisk.integrations.spreadsheet.customer_table import (
    CustomerFormat,
    CustomerTable,
    ExcludedColumns,
    read_customer_table,
)
from callrisk.integrations.spreadsheet.rows import DataError, OpenedTable, open_table
from callrisk.integrations.spreadsheet.written_numbers import split_heading
from harness.made_export import number

NAMED = ("番号", "氏名", "電話番号", "契約金額", "契約期間")
Sheets = Mapping[str, Sequence[Sequence[object]]]


def workbook(folder: Path, sheets: Sheets) -> Path:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([*row])
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def text(folder: Path, rows: Sequence[Sequence[object]], delimiter: str = ",") -> Path:
    """A CSV file of these rows."""
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return folder / "a.csv"


def values(table: OpenedTable, *names: str) -> list[list[object]]:
    """Cells of all rows."""
    return [[row.value(name) for name in names] for row in table.rows(NAMED[0])]


@pytest.mark.parametrize(
    "header",
    [
        [["番号", "氏名", "連絡先", "契約", ""], ["", "", "電話番号", "契約金額", "契約期間"]],
        [["番号", "氏名", "電話番号", "契約", ""], ["", "", "", "契約金額", "契約期間"]],
        [["", "", "", "契約金額", "契約期間"], ["番号", "氏名", "電話番号", "", ""]],
    ],
)
def test_a_header_may_take_two_rows(header: Sequence[Sequence[str]], tmp_path: Path) -> None:
    """Whichever of them has more of the names; without merged cells, as in a CSV."""
    table = open_table(
        text(tmp_path, [["顧客一覧"], *header, ["1", "甲", "03", "500", "12"]]), NAMED
    )

    assert values(table, *NAMED) == [["1", "甲", "03", "500", "12"]]
    assert table.notes == [
        "the header stands in rows 2 and 3",
        "the header is in row 2; rows above it were left out",
    ]


def test_a_heading_is_known_with_marks_that_nobody_sees(tmp_path: Path) -> None:
    """Zero-width marks, an apostrophe, and blanks within."""
    header = ["番号\u200b", "\ufeff氏 名", '="電話番号"', "'契約金額", "契約\n期間\u00ad"]
    rows = [[*header, "備考\u200b"], ["1", "甲", "03", "500", "12"]]
    table = open_table(text(tmp_path, rows), NAMED)

    assert values(table, *NAMED) == [["1", "甲", "03", "500", "12"]]
    assert list(table.positions) == [*NAMED, "備考"]


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("契約金額（円）", ("契約金額", "円")), ("契約金額(単位：千円)", ("契約金額", "千円")),
        ("契約期間【ヶ月】", ("契約期間", "か月")), ("契約金額（円・税込）", ("契約金額", "円")),
        ("氏名（必須）", ("氏名", "")), ("金額（￥）", ("金額", "円")),
        ("割引率（％）", ("割引率", "%")),
        ("電話番号（携帯）", ("電話番号（携帯）", "")), ("契約金額", ("契約金額", "")),
    ],
)  # fmt: skip
def test_a_unit_behind_a_heading_is_no_part_of_its_name(
    heading: str, parts: tuple[str, str]
) -> None:
    """Other words in brackets tell columns apart."""
    assert split_heading(heading) == parts


def customers(
    folder: Path, header: Sequence[str], fields: Sequence[CustomerField]
) -> CustomerTable:
    """A table of two customers with one further column."""
    path = workbook(folder, {"顧客": [header, [1, "甲", "03", 12], [2, "乙", "06", 24]]})
    columns = CustomerFormat("番号", "氏名", "電話番号", tuple(fields))
    return read_customer_table(path, columns, ExcludedColumns())


def test_a_column_with_its_unit_is_the_declared_one(tmp_path: Path) -> None:
    """Where it is the same unit and no column has the plain name."""
    months = number("months", "契約期間", unit="か月")
    own = customers(tmp_path, ["番号", "氏名", "電話番号（必須）", "契約期間（ヶ月）"], [months])
    both = customers(tmp_path, ["番号", "契約期間（年）", "電話番号", "契約期間"], [months])

    assert [record.values["months"] for record in own.records.values()] == [12, 24]
    assert [record.phone for record in own.records.values()] == ["03", "06"]
    assert [record.values["months"] for record in both.records.values()] == [12, 24]


@pytest.mark.parametrize(
    ("heading", "unit", "says"),
    [
        ("契約期間（年）", "か月", "the heading says 年, CUSTOMER_FIELDS says か月.*単位を年に"),
        ("契約期間（千円）", "円", "the heading says 千円, CUSTOMER_FIELDS says 円.*単位を千円に"),
    ],
)
def test_a_column_in_another_unit_is_refused(
    heading: str, unit: str, says: str, tmp_path: Path
) -> None:
    """12 years are no 12 months."""
    with pytest.raises(DataError, match=says):
        customers(
            tmp_path, ["番号", "氏名", "電話番号", heading], [number("m", "契約期間", unit=unit)]
        )


def test_another_table_at_the_side_is_left_out(tmp_path: Path) -> None:
    """At the right or the left, shorter or longer; a blank column that is filled below is none."""
    rows = [[*NAMED], ["1", "甲", "03", "500", "12"], ["2", "乙", "04", "600", "24"]]
    side = [["担当", "件数"], ["田中", 2], ["計", 2], ["", ""], ["※注", "1"]]
    blank = [""] * len(NAMED)
    right = [[*row, "", *more] for row, more in zip([*rows, blank, blank], side, strict=True)]
    left = [[*more, "", *row] for row, more in zip([*rows, blank, blank], side, strict=True)]
    for lines, letters in ((right, "G (担当), H (件数)"), (left, "A (担当), B (件数)")):
        table = open_table(workbook(tmp_path, {"a": lines}), NAMED)

        assert values(table, *NAMED) == rows[1:]
        assert set(table.positions) == set(NAMED)
        assert f"left out columns {letters}: they stand apart" in table.notes[0]

    right[2][5] = "あとで"
    table = open_table(workbook(tmp_path, {"a": right[:3]}), NAMED)
    assert {"担当", "件数"} <= set(table.positions)


def test_values_without_a_heading_are_named(tmp_path: Path) -> None:
    """Somebody has deleted the heading, or written beside the table."""
    rows = [
        [*NAMED, "", ""],
        ["1", "甲", "03", "500", "12", "", ""],
        ["2", "", "", "", "", "", "x"],
    ]
    table = open_table(text(tmp_path, rows), NAMED)
    values(table)

    assert table.notes == [
        "left out values in column G, which has no heading ／ G 列は見出しがないため読みません"
    ]


@pytest.mark.parametrize("more", [(), ("備考",)])
def test_months_in_sheets_of_their_own_are_refused(more: Sequence[str], tmp_path: Path) -> None:
    """Also where one has a column more; a table of something else may lie beside."""
    rows = {
        "4月": [[*NAMED[:3]], ["1", "甲", "03"]],
        "5月": [[*NAMED[:3], *more, NAMED[4]], ["1", "甲", "03"]],
        "集計": [["氏名", "件数"], ["甲", 2]],
    }
    with pytest.raises(DataError, match=r'sheets "4月" and "5月" have the same columns.*1 枚に'):
        open_table(workbook(tmp_path, rows), NAMED)

    del rows["4月"]
    assert len(values(open_table(workbook(tmp_path, rows), NAMED))) == 1


CALLS = ("通話日時", "メモ")


@pytest.mark.parametrize(("known", "more"), [(3, ()), (5, ("電話番号",))])
def test_sheets_of_different_kinds_may_share_columns(
    known: int, more: Sequence[str], tmp_path: Path
) -> None:
    """A list of calls repeats what tells whose they are."""
    sheets = {
        "通話": [["番号", "氏名", *more, *CALLS, "担当", "結果"], ["1", "甲"]],
        "顧客": [[*NAMED[:known]], ["1", "甲", "03", "500", "12"][:known]],
    }
    table = open_table(workbook(tmp_path, sheets), NAMED[:known])

    assert values(table, "電話番号") == [["03"]]
    assert table.notes == ['read sheet "顧客", which has the named columns']


def test_of_equal_sheets_the_one_with_required_columns_is_read(tmp_path: Path) -> None:
    """They have nothing in common; where each or none has them, one line says so."""
    sheets = {"通話": [[*CALLS, "担当"], ["4/1", "x", "乙"]], "顧客": [[*NAMED[:2]], ["1", "甲"]]}
    path, named = workbook(tmp_path, sheets), (*NAMED, *CALLS)

    assert values(open_table(path, named, ["番号"]), *NAMED[:2]) == [["1", "甲"]]
    assert values(open_table(path, named, ["メモ"]), "メモ") == [["x"]]
    for required in ([], ["番号", "メモ"]):
        with pytest.raises(
            DataError,
            match=r'cannot tell which of the sheets "通話" and "顧客".*「通話」「顧客」のどれ',
        ):
            open_table(path, named, required)


def test_a_customers_table_requires_its_ids(tmp_path: Path) -> None:
    """Whatever else lies in the workbook before it."""
    sheets = {"連絡先": [["氏名", "電話番号"], ["甲", "03"]], "顧客": [[*NAMED[:2]], ["1", "甲"]]}
    columns = CustomerFormat(*NAMED[:3], ())
    table = read_customer_table(workbook(tmp_path, sheets), columns, ExcludedColumns())

    assert table.records["1"].name == "甲"


def test_a_table_on_its_side_is_refused(tmp_path: Path) -> None:
    """Not where a list of the columns lies beside the table."""
    rows = [[name, f"{name}1", f"{name}2"] for name in NAMED]
    with pytest.raises(DataError, match=r'sheet "a": the headings stand in the first.*入れ替え'):
        open_table(workbook(tmp_path, {"a": rows}), NAMED)

    table = [[*NAMED], ["1", "甲", "03", "500", "12"]]
    assert len(values(open_table(workbook(tmp_path, {"説明": rows, "a": table}), NAMED))) == 1


@pytest.mark.parametrize(("right", "wrong"), [("utf-8", "cp932"), ("cp932", "cp1252")])
def test_garbled_headings_are_called_so(right: str, wrong: str, tmp_path: Path) -> None:
    """Opened and saved in a wrong encoding."""
    header = [name.encode(right).decode(wrong, "replace") for name in NAMED]
    with pytest.raises(DataError, match=r"garbled.*文字化け"):
        open_table(text(tmp_path, [header, ["1"]]), NAMED)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["1001 集計", "", "", "500"], "a row of totals"),
        (["関東　平均", "", "", "500"], "a row of totals"),
        (["集計", "", "", "500"], "a row of totals"),
        (["全体の平均", "", "", "500"], "a row of totals"),
        (["", "口座振替 データの個数", "", "2"], "a row of totals"),
        (["口座振替 計", "", "", "500"], "a row of totals"),
        (["※1 月末時点", "", "（単位：円）"], "a remark"),
        (["担当：", "総務課"], "a remark"),
        (["－ ２ ページ －"], "a remark"),
        (["Page 2/5"], "a remark"),
        (["（注１）仮の値", "", "", "2026/4/1"], "a remark"),
    ],
)
def test_subtotals_and_remarks_are_left_out(row: Sequence[str], kind: str, tmp_path: Path) -> None:
    """As Excel writes them for each group, under a table, and with a unit beside."""
    rows = [[*NAMED], ["1", "甲", "03", "500"], row, ["2", "乙 計", "04", "500"]]
    table = open_table(text(tmp_path, rows), NAMED)

    assert values(table, "番号") == [["1"], ["2"]]
    assert table.notes == [f"left out {kind}: row 3"]


def test_a_customer_with_an_asterisk_is_no_remark(tmp_path: Path) -> None:
    """A mark in a column of its own, an id behind it; nor is an id with a colon or p in it."""
    rows = [["備考", *NAMED], ["※要確認", "1"], ["*", "2"], ["", "3", "甲"], ["", "A:4", "乙"],
            ["", "p5"]]  # fmt: skip

    assert len(values(open_table(text(tmp_path, rows), NAMED))) == 5


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["144.5", "80.25", "1082.036"], "."), (["144,5", "80,25", "1082,036"], ","),
        (["144.5", "80,25", "0,5", "0.5"], "?"), (["144.5", "80.25"], "?"),
        (["1.234", "12.5", "2024.10", "31.12"], "?"),
    ],
)  # fmt: skip
def test_semicolons_and_the_sign_that_cells_show(
    cells: Sequence[str], sign: str, tmp_path: Path
) -> None:
    """Thousands, days with months and clock times show none."""
    rows = [[*NAMED], *([f"{at}", "甲", "", cell] for at, cell in enumerate(cells))]
    table = open_table(text(tmp_path, rows, ";"), NAMED)

    assert table.decimals == sign
    assert table.notes == [f'numbers are read with "{sign}" before decimals'] * (sign != "?")
