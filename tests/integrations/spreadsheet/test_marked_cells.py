"""Cells that bear a mark instead of a value, or beside it."""

from pathlib import Path

import openpyxl
import pytest

from callrisk.integrations.spreadsheet.customer_table import ExcludedColumns, read_customer_table
from callrisk.integrations.spreadsheet.rows import BadCellError
from callrisk.pipeline.file_formats import customer_format
from callrisk.settings import load
from harness import ROOT
from harness.made_export import LABEL, RECORD, STARTED, calls, prepared_of


@pytest.mark.parametrize("mark", ["〃", " 〃 ", "同上", "々"])
@pytest.mark.parametrize("column", ["支払方法", "氏名", "電話番号", "契約金額"])
def test_a_ditto_mark_is_refused_in_any_column(mark: str, column: str, tmp_path: Path) -> None:
    """A table that was sorted no longer says which value is meant; 〃 is no choice and no name."""
    header = ["レコード番号", "氏名", "電話番号", "支払方法", "契約金額"]
    first, second = (dict.fromkeys(header, "1") | {"レコード番号": each} for each in ("1", "2"))
    book = openpyxl.Workbook()
    for line in (header, first.values(), (second | {column: mark}).values()):
        book.active.append([*line])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(BadCellError, match=f'row 3, column "{column}".*not a ditto mark'):
        read_customer_table(tmp_path / "a.xlsx", customer_format(load(ROOT)), ExcludedColumns())


def test_marks_of_text_are_no_part_of_it(tmp_path: Path) -> None:
    """Of labels and dates as of ids: Excel and CSV put them before what shall stay text."""
    plain = prepared_of(tmp_path, calls(10))
    for mark in ("'{}", '="{}"'):
        rows = calls(10)
        for row in rows:
            for name in (LABEL, RECORD, STARTED):
                row[name] = mark.format(row[name])
        marked = prepared_of(tmp_path, rows)

        assert marked.groups == plain.groups
        assert marked.calls == plain.calls
