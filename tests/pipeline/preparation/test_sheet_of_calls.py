"""The sheet of calls is read in a workbook whose other sheets have as many known columns."""

from pathlib import Path

import openpyxl

from callrisk.domain.language import packaged
from callrisk.pipeline.data_preparation import prepare
from callrisk.pipeline.file_formats import Formats, customer_format, export_format
from callrisk.pipeline.preparation.inspection import inspect
from callrisk.settings import load
from harness import ROOT
from harness.made_export import LABEL, PHONE, RECORD, SIGNED, calls


def test_the_sheet_of_calls_is_read(tmp_path: Path) -> None:
    """Its columns are required; an equally long list of contracts stands before it."""
    settings = load(ROOT)
    export, customer = export_format(settings), customer_format(settings)
    book, rows = openpyxl.Workbook(), calls(10)
    book.active.append([LABEL, RECORD, SIGNED, PHONE, customer.name, export.agent])
    book.active.append(["未払", 1001, "2025-04-01", "03", "甲", "乙"])
    sheet = book.create_sheet("通話")
    for cells in (list(rows[0]), *(list(row.values()) for row in rows)):
        sheet.append(cells)
    path = tmp_path / "calls.xlsx"
    book.save(path)

    prepared = prepare(path, None, Formats(export, customer), packaged(), lambda _share: None)
    assert prepared.rows == len(rows)
    assert inspect(path, export, customer).rows == len(rows)
