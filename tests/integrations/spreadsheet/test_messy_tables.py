"""Messy tables are read rightly, or refused in one line that says what to do."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isnan
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.integrations.spreadsheet.call_export import ExportFormat, FurtherColumns, calls_of
from callrisk.integrations.spreadsheet.cell_rules import CellRules, ColumnRules
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.rows import (
    BadCellError,
    Cell,
    DataError,
    Where,
    open_table,
)
from callrisk.integrations.spreadsheet.rows import Row as TableRow
from callrisk.pipeline.file_formats import export_format
from callrisk.settings import SettingsError, load
from harness import ROOT
from harness.made_export import LABEL, RECORD, Row, calls, number, prepared_of

FORMAT: ExportFormat = export_format(load(ROOT))


def with_column(name: str, values: Sequence[object]) -> list[Row]:
    """Calls of thirty customers, who have these values in turn."""
    rows, number_of = calls(30), dict[int, int]()
    for row in rows:
        place = number_of.setdefault(row[RECORD], len(number_of))
        row[name] = values[place % len(values)]
    return rows


def values_of(
    folder: Path, values: Sequence[object], field: CustomerField, **more: object
) -> set[float]:
    """The values of a declared column as the model would see them; missing ones left out."""
    (column,) = prepared_of(folder, with_column(field.column, values), [field], **more).columns
    return {value for value in column.values.tolist() if not isnan(value)}


def read_rows(path: Path) -> int:
    """How many calls a file holds."""
    table = open_table(path, FORMAT.named)
    return sum(1 for _ in calls_of(table, FORMAT, FurtherColumns()))


AMOUNT = number("amount", "金額")


def test_amounts_are_read_and_counted(tmp_path: Path) -> None:
    """By kind, with the words for missing."""
    rows = with_column("金額", ["¥12,000", "12,000円", "12000", "不明", "N/A"])
    warnings = prepared_of(tmp_path, rows, [AMOUNT]).warnings

    assert (
        'column "金額": cells read 12 as ¥, 12 as 円, 24 missing words (不明 12, N/A 12)'
        in warnings
    )
    assert values_of(tmp_path, ["¥12,000", "12,000円", "12000", "不明", "NULL"], AMOUNT) == {12000}


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        (["450万", "380"], AMOUNT, "380 or 380万"),
        (["12%", "5"], AMOUNT, "without %"),
        (["3年", "36か月"], AMOUNT, "two units"),
        (["3年", "36"], number("months", "期間", unit="か月"), "write it in か月"),
        (["12,000円", "15,000円"], number("amount", "金額（千円）"), "under a heading in 千円"),
        (["9999", "3", "5", "7", "2"], AMOUNT, "9999 stands in 12 cells.*unknown_values"),
        (["-1", "3", "5", "7", "2"], AMOUNT, "-1 stands in 12 cells"),
        (["なし", "1", "2"], AMOUNT, "is it 0, or missing.*CELLS"),
        (["400", "500"], number("income", "年収（万円）", unit="円"), "set its unit to 万円"),
        (["12.000", "1.500", "800"], AMOUNT, "12 or 12000"),
        (["1,5", "2,5"], AMOUNT, "15 or 1.5.*15 か 1.5 か判別できません"),
    ],
)  # fmt: skip
def test_what_only_the_column_shows_is_refused(
    values: Sequence[object], field: CustomerField, says: str, tmp_path: Path
) -> None:
    """With both readings, in both languages."""
    with pytest.raises(DataError, match=says) as caught:
        prepared_of(tmp_path, with_column(field.column, values), [field])

    assert "\n" not in str(caught.value)
    assert any("ぁ" <= letter <= "ん" for letter in str(caught.value))


def test_declared_codes_and_words_are_read(tmp_path: Path) -> None:
    """A number for unknown with its field, words in CELLS."""
    known = number("amount", "金額", unknown_values=(9999.0,))
    value = number("amount", "金額", unknown_values=())
    rules = CellRules(missing=("対象外",), columns={"金額": ColumnRules(codes={"なし": 0, "-": 0})})

    assert values_of(tmp_path, ["9999", "3", "5"], known) == {3, 5}
    assert values_of(tmp_path, ["9999", "3", "5"], value) == {3, 5, 9999}
    assert values_of(tmp_path, ["なし", "3", "対象外", "-"], AMOUNT, cells=rules) == {0, 3}


def test_choices_are_known_in_any_width(tmp_path: Path) -> None:
    """Half-width kana and blanks around a choice."""
    field = CustomerField(
        "method",
        "方法",
        FieldKind.CHOICE,
        "方法",
        "Method",
        choices=("クレジットカード", "口座振替"),
    )
    rows = with_column("方法", ["ｸﾚｼﾞｯﾄｶｰﾄﾞ", "口座振替", "　口座振替 "])
    (column,) = prepared_of(tmp_path, rows, [field]).columns

    assert column.texts == ("クレジットカード", "口座振替")


def test_labels_may_be_several_words(tmp_path: Path) -> None:
    """Endings do not matter; other words are a setting, and without it one line names each."""
    rows = calls(30)
    for row in rows:
        row[LABEL] = "未払い" if row[LABEL] == "未払" else "支払い済み"
    unpaid = sum(bool(group.unpaid) for group in prepared_of(tmp_path, rows).groups)
    for row in rows:
        row[LABEL] = "延滞" if row[LABEL] == "未払い" else "完済"
    words = {"unpaid": ("延滞", "未払"), "paid": ("完済", "支払済")}
    again = prepared_of(tmp_path, rows, labels=words)  # type: ignore[arg-type]

    assert unpaid == sum(bool(group.unpaid) for group in again.groups) > 0
    with pytest.raises(DataError, match=r"'延滞'.*'完済'.*LABELS"):
        prepared_of(tmp_path, rows)


def test_rows_that_are_no_data_are_left_out_and_named(tmp_path: Path) -> None:
    """A total, a remark, and the header of a second page."""
    rows = calls(30)
    rows.insert(20, {name: name for name in rows[0]})
    rows += [{LABEL: "合計", RECORD: "60件"}, {LABEL: "※架空のデータです"}]
    prepared = prepared_of(tmp_path, rows)

    assert prepared.rows == 60
    assert [note for note in prepared.warnings if note.startswith("left out")] == [
        "left out the header again: row 22",
        "left out a row of totals: row 63",
        "left out a remark: row 64",
    ]


def test_a_row_with_one_cell_is_named(tmp_path: Path) -> None:
    """The title of a section, a row of units: no data, and no guess."""
    rows = calls(30)
    rows.insert(15, {LABEL: "2025年2月分"})
    with pytest.raises(DataError, match=r"row 17: holds nothing but '2025年2月分'.*削除"):
        prepared_of(tmp_path, rows)


def test_a_date_that_is_a_code_can_be_declared(tmp_path: Path) -> None:
    """In text and in cells of a workbook; without the declaration it is refused."""
    field = CustomerField("ended", "解約日", FieldKind.DATE, "解約日", "Ended")
    rules = CellRules(columns={"解約日": ColumnRules(missing=("9999-12-31",))})
    row = TableRow(Where(tmp_path), {"解約日": 0}, [datetime(9999, 12, 31)])  # noqa: DTZ001

    assert values_of(tmp_path, ["9999-12-31", "2024-04-01"], field, cells=rules) == {19814}
    assert CellReader(rules).day(row, "解約日") is None
    with pytest.raises(DataError, match=r"the year 9999 is no date.*CELLS"):
        CellReader(CellRules()).day(row, "解約日")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("1,001", "without commas, 1001"), ("1.23E+11", "all its digits"), ("不明", "an id"),
        ("なし", "an id"), ("〃", "not a ditto mark.*上の行と同じ"),
    ],
)  # fmt: skip
def test_ids_that_lost_something_are_refused(written: str, says: str, tmp_path: Path) -> None:
    """They would join other people's calls."""
    rows = calls(30)
    rows[3][RECORD] = written
    with pytest.raises(DataError, match=f"row 5.*{says}"):
        prepared_of(tmp_path, rows)


def one_cell(value: Cell) -> TableRow:
    """A row of a workbook whose only cell has this value."""
    return TableRow(Where(Path("calls.xlsx"), "Sheet1", 2), {"cell": 0}, [value])


@pytest.mark.parametrize("value", [True, False, datetime(2025, 1, 2, tzinfo=UTC), 1e15])
def test_what_a_workbook_holds_besides_ids_is_no_id(value: Cell) -> None:
    """TRUE, a date, and a number of which Excel has lost digits; one below 10^15 is whole."""
    reader = CellReader(CellRules())
    with pytest.raises(BadCellError):
        reader.identifier(one_cell(value), "cell")

    assert reader.identifier(one_cell(1e15 - 1), "cell") == "9" * 15


@pytest.mark.parametrize("value", [True, 1e15, -1e15])
def test_what_is_no_number_or_too_large_is_refused(value: Cell) -> None:
    """The largest that is read is the last whole one below 10^15."""
    reader = CellReader(CellRules())
    with pytest.raises(BadCellError):
        reader.number(one_cell(value), "cell")

    assert reader.number(one_cell(1e15 - 1), "cell") == 1e15 - 1


def test_ids_keep_their_zeros(tmp_path: Path) -> None:
    """Excel marks text by an apostrophe, CSV by ="…"; nobody sees U+200B."""
    rows = calls(3)
    for row, written in zip(rows, ('="0012"', "'0012", "0012\u200b", " 0012 "), strict=False):
        row[RECORD], row[LABEL] = written, "支払済"

    assert "0012" in prepared_of(tmp_path, rows).customer_ids
    assert len(prepared_of(tmp_path, rows).customer_ids) == 2


def table(encoding: str, delimiter: str = ",", above: Sequence[str] = ()) -> bytes:
    """The calls of ten customers as a text file."""
    rows, text = calls(10), io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([title, *[""] * 5] for title in above)
    writer.writerow(list(rows[0]))
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8.csv", table("utf-8")), ("bom.csv", table("utf-8-sig")),
        ("utf16.csv", table("utf-16")), ("utf16le.csv", table("utf-16-le")),
        ("sjis.csv", table("cp932")), ("euc.csv", table("euc_jp")),
        ("jis.csv", table("iso2022_jp")),
        ("semicolon.csv", table("utf-8", ";")), ("tab.txt", table("cp932", "\t")),
        ("tabs.tsv", table("utf-16", "\t")), ("pipe.csv", table("utf-8", "|")),
        ("title.csv", table("utf-8", ",", ("通話一覧", "", "出力日 2026年4月1日"))),
        ("named.xlsx", table("utf-8")), ("sep.csv", b"sep=;\r\n" + table("utf-8", ";")),
    ],
)  # fmt: skip
def test_any_encoding_and_delimiter_is_read(name: str, content: bytes, tmp_path: Path) -> None:
    """Told by the content, whatever the name says."""
    path = tmp_path / name
    path.write_bytes(content)

    assert read_rows(path) == 20


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def cells(above: int = 0) -> list[list[object]]:
    """A sheet with the calls of ten customers, under so many lines of title."""
    rows = calls(10)
    title: list[list[object]] = [["通話一覧"] for _ in range(above)]
    return [*title, list(rows[0]), *(list(row.values()) for row in rows)]


def test_the_table_is_found_in_a_workbook(tmp_path: Path) -> None:
    """Behind a sheet of notes, under a title; and said so."""
    path = workbook(tmp_path / "a.xlsx", {"メモ": [["はじめに"]], "データ": cells(2)})
    found = open_table(path, FORMAT.named)

    assert read_rows(path) == 20
    assert found.header_row == 3
    assert found.notes[0] == 'read sheet "データ", which has the named columns'


def test_two_tables_in_one_workbook_are_refused(tmp_path: Path) -> None:
    """Nobody can tell which month is meant."""
    path = workbook(tmp_path / "a.xlsx", {"4月": cells(), "5月": cells()})
    with pytest.raises(DataError, match='"4月" and "5月" have the same columns'):
        read_rows(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("支払済,", "支払済,12,000,", 1), "fields under 6 headings"),
        (lambda text: text.replace("未払FLAG", "未払FLAG,未払FLAG", 1), "in columns A and B"),
        (lambda text: text.replace("未払FLAG", "未払い FLG", 1), 'is "未払い FLG" it'),
        (lambda text: text.replace("支払済", '"支払済', 1), "near line.*lone"),
    ],
)  # fmt: skip
def test_a_broken_table_gets_one_line(change: object, says: str, tmp_path: Path) -> None:
    """Shifted fields, twin headings, a heading written otherwise, a lone quotation mark."""
    path = tmp_path / "calls.csv"
    path.write_text(change(table("utf-8").decode()), encoding="utf-8", newline="")  # type: ignore[operator]
    with pytest.raises(DataError, match=says) as caught:
        read_rows(path)

    assert "／" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (table("utf-8").replace("支払済".encode(), b"\xe6\x94\xaf\xe6", 1), "broken .* line"),
        (table("cp932") + b"\x81", "broken character in line .* Shift_JIS"),
        (b"<html><table></table></html>", "is a web page"), (b"%PDF-1.7", "is a PDF"),
        (b"", "empty"), (bytes(range(256)) * 50, "neither UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_table_gets_one_line(content: bytes, says: str, tmp_path: Path) -> None:
    """A broken byte is named by its line, another kind of file by its kind."""
    path = tmp_path / "calls.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=says):
        read_rows(path)


def test_day_numbers_of_a_workbook_from_1904_are_refused(tmp_path: Path) -> None:
    """They mean days four years later than elsewhere; dates that are formatted as such are read."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    header, *lines = cells()
    for line in [header, *lines]:
        book.active.append(line)
    for row in range(2, len(lines) + 2):
        book.active.cell(row, 3).value = datetime(2025, 1, 6)  # noqa: DTZ001 - as Excel keeps it
    book.save(tmp_path / "a.xlsx")
    assert read_rows(tmp_path / "a.xlsx") == 20

    book.active["C5"].value = 43921
    book.active["C5"].number_format = "General"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match="2020-03-31 or 2024-04-01 counted from 1904"):
        read_rows(tmp_path / "a.xlsx")


def test_words_of_config_reach_the_reader(tmp_path: Path) -> None:
    """CELLS, SPEAKERS and lists in LABELS, checked when the settings are read."""
    text = (ROOT / "config.py").read_text(encoding="utf-8")
    more = (
        'CELLS = {"missing": ["対象外"], "decimal": ",", "date_order": "dmy", '
        '"columns": {"回数": {"codes": {"なし": 0}}}}\n'
        'SPEAKERS = {"agent": ["田中"], "customer": ["佐藤"]}\n'
        'LABELS = {"unpaid": ["未払", "延滞"], "paid": "支払済"}\n'
    )
    (tmp_path / "config.py").write_text(text + more, encoding="utf-8")
    made = export_format(load(tmp_path))

    assert made.cells.is_missing("回数", "対象外")
    assert made.cells.code("回数", "ナシ") is None
    assert made.cells.code("回数", "なし") == 0
    assert (made.cells.decimal, made.cells.date_order) == (",", "dmy")
    assert made.unpaid == ("未払", "延滞")
    assert made.speakers.turns("田中：はい\n佐藤：ええ")[1][1] == "ええ"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('LABELS = {"unpaid": ["未払"], "paid": ["未払"]}', "none of them twice"),
        ('CELLS = {"decimals": ","}', "CELLS.decimals"),
        ('CELLS = {"date_order": "ydm"}', "date_order"),
        ("1 / 0", "division by zero"),
    ],
)
def test_a_wrong_setting_gets_one_line(line: str, says: str, tmp_path: Path) -> None:
    """config.py is a program, which may fail as any."""
    text = (ROOT / "config.py").read_text(encoding="utf-8")
    (tmp_path / "config.py").write_text(f"{text}{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=says):
        load(tmp_path)
