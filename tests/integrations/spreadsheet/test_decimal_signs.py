"""Columns that nobody declared are read with the decimal sign of their file, or of config.py."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from callrisk.domain.language import packaged
from callrisk.integrations.spreadsheet.cell_columns import CellKind
from callrisk.integrations.spreadsheet.cell_rules import CellRules
from callrisk.integrations.spreadsheet.customer_table import (
    CustomerFormat,
    ExcludedColumns,
    read_customer_table,
)
from callrisk.pipeline.data_preparation import prepare
from callrisk.pipeline.file_formats import Formats, customer_format, export_format
from callrisk.pipeline.preparation.inspection import inspect
from callrisk.settings import load
from harness import ROOT
from harness.made_export import calls

WRITTEN = {"面積": "41,5", "距離": "11,345", "家賃": "1.234", "階": "7"}
VALUES = {"面積": 41.5, "距離": 11.345, "家賃": 1234.0, "階": 7.0}


def table_of(path: Path, delimiter: str) -> Path:
    """A customers table with decimal commas."""
    rows = [["番号", *WRITTEN], *([f"{1001 + at}", *WRITTEN.values()] for at in range(14))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize(("delimiter", "decimal"), [(";", ""), (",", ",")])
def test_a_decimal_comma_is_one_in_all_columns(
    delimiter: str, decimal: Literal["", ","], tmp_path: Path
) -> None:
    """As cells show it between semicolons, or as CELLS names it."""
    columns = CustomerFormat("番号", "", "", (), CellRules(decimal=decimal))
    table = read_customer_table(
        table_of(tmp_path / "a.csv", delimiter), columns, ExcludedColumns(names=("番号",))
    )

    assert {column.name: column.values[0] for column in table.further} == VALUES
    assert {column.kind for column in table.further} == {CellKind.NUMBER}


def test_a_look_at_a_file_reads_them_so(tmp_path: Path) -> None:
    """Not as words to choose from."""
    settings = load(ROOT)
    path = table_of(tmp_path / "a.csv", ";")
    found = inspect(path, export_format(settings), customer_format(settings)).columns

    assert {column.kind for column in found if column.name in WRITTEN} == {"number"}


@pytest.mark.parametrize(("delimiter", "decimal"), [(";", ""), (",", ",")])
def test_an_export_reads_them_so(delimiter: str, decimal: Literal["", ","], tmp_path: Path) -> None:
    """Beside the columns of calls."""
    settings = load(ROOT)
    rows = [row | WRITTEN for row in calls(10)]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    export = replace(
        export_format(settings), post_call=tuple(WRITTEN), cells=CellRules(decimal=decimal)
    )
    prepared = prepare(
        tmp_path / "a.csv",
        None,
        Formats(export, customer_format(settings)),
        packaged(),
        lambda _share: None,
    )

    assert {name: values[0] for name, values in prepared.post_call.items()} == VALUES
