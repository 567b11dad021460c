"""Kintone's own CSV export as a customers table: fields by their names, tables as further rows."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from callrisk.integrations.spreadsheet.customer_table import (
    CustomerFormat,
    CustomerTable,
    ExcludedColumns,
    read_customer_table,
)
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.file_formats import customer_format
from callrisk.settings import load
from harness import ROOT

FORMAT: CustomerFormat = customer_format(load(ROOT))
HEADER = ("レコードの開始行", "レコード番号", "氏名", "契約金額", "地域", "明細日", "金額")
# The first record has a table of three rows, the second an empty one, the third one row.
REPEATED = (
    ("*", "1", "仮名 太郎", "67800", "関東", "2026-01-05", "500"),
    ("", "1", "仮名 太郎", "67800", "関東", "2026-02-05", "500"),
    ("", "1", "仮名 太郎", "67800", "関東", "2026-03-05", "300"),
    ("*", "2", "見本 花子", "1200", "関西", "", ""),
    ("*", "3", "例 次郎", "1200", "関西", "2026-01-07", "900"),
)
BLANK = tuple(row if row[0] else ("", "", "", "", "", *row[5:]) for row in REPEATED)


def read(
    folder: Path, header: Sequence[str], rows: Sequence[Sequence[str]],
    columns: CustomerFormat = FORMAT,
) -> CustomerTable:  # fmt: skip
    """A file as Kintone writes it, read as the customers table."""
    path = folder / "顧客 (2026-11-20).csv"
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return read_customer_table(path, columns, ExcludedColumns())


@pytest.mark.parametrize("rows", [REPEATED, BLANK], ids=["repeated", "blank"])
def test_a_record_with_a_table_is_one_customer(
    rows: Sequence[Sequence[str]], tmp_path: Path
) -> None:
    """Whatever stands in its other rows; the columns of the table are no fields of the customer."""
    table = read(tmp_path, HEADER, rows)

    assert {one: found.values["contract_amount"] for one, found in table.records.items()} == {
        "1": 67800, "2": 1200, "3": 1200,
    }  # fmt: skip
    assert [column.name for column in table.further] == ["地域"]
    assert table.notes == (
        "left out 2 further rows of tables in records, and their columns 明細日, 金額",
    )
    assert table.left_out.warnings() == []


def test_a_total_below_is_no_row_of_a_table(tmp_path: Path) -> None:
    """It stands under fields of the customer, which stay."""
    total = ("", "合計", "", "70200", "", "", "1700")
    table = read(tmp_path, HEADER, [*BLANK, total])

    assert list(table.records) == ["1", "2", "3"]
    assert [column.name for column in table.further] == ["地域"]


def test_a_bad_cell_is_named_by_its_row_in_the_file(tmp_path: Path) -> None:
    """The rows that are passed over count."""
    rows = [list(row) for row in REPEATED]
    rows[4][3] = "たくさん"
    with pytest.raises(DataError, match=r'row 6, column "契約金額".*たくさん'):
        read(tmp_path, HEADER, rows)


def test_a_heading_of_a_table_is_no_twin_of_a_field(tmp_path: Path) -> None:
    """Kintone names columns by fields, and a table may have the name of a field; others may not."""
    header = (*HEADER[:-1], "契約金額")
    table = read(tmp_path, header, REPEATED)
    assert table.records["1"].values["contract_amount"] == 67800

    twins = (*HEADER[:4], "契約金額", *HEADER[5:])
    with pytest.raises(DataError, match=r"契約金額.*stands twice, in columns D and E.*使わない方"):
        read(tmp_path, twins, REPEATED)
    others = (*HEADER[:4], "氏名欄", *HEADER[5:])
    assert read(tmp_path, others, REPEATED).records.keys() == table.records.keys()


def test_a_declared_field_in_a_table_is_refused(tmp_path: Path) -> None:
    """It has several values a record, and none of them is the customer's."""
    declared = replace(FORMAT.fields[0], column="金額")
    columns = replace(FORMAT, fields=(declared,))
    with pytest.raises(
        DataError, match=r'"金額" stands in a table of Kintone.*テーブルの中'
    ) as raised:
        read(tmp_path, HEADER, REPEATED, columns)
    assert "\n" not in str(raised.value)


def test_a_mark_that_nothing_bears_leaves_the_table_as_it_is(tmp_path: Path) -> None:
    """Somebody has cleared the column: every row is a record."""
    rows = [("", *row[1:]) for row in (REPEATED[0], *REPEATED[3:])]

    assert list(read(tmp_path, HEADER, rows).records) == ["1", "2", "3"]
