"""Hostile workbooks are refused by a look at their archive, in bounded memory and time."""

import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from callrisk.integrations.spreadsheet.rows import DataError, open_table


def archive(path: Path, sheet: list[bytes], times: int = 1) -> Path:
    """A workbook whose sheet is these pieces, the second one so many times."""
    book = openpyxl.Workbook()
    book.active["A1"] = "未払FLAG"
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not name.endswith("sheet1.xml"):
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            file.write(b"<worksheet><sheetData>" + sheet[0])
            for _ in range(times):
                file.write(sheet[1])
            file.write(sheet[2] + b"</sheetData></worksheet>")
    return path


def refused(path: Path) -> str:
    """The one line for a file; it took less than 64 MB and a minute of work."""
    tracemalloc.start()
    began = time.thread_time()
    with pytest.raises(DataError) as caught:
        open_table(path, ("未払FLAG",))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 64 * 2**20
    assert time.thread_time() - began < 60
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_a_small_file_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    """One cell of half a gigabyte in half a megabyte."""
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    path = archive(tmp_path / "a.xlsx", [cell, b"a" * 2**20, b"</t></is></c></row>"], times=500)

    assert path.stat().st_size < 2**20
    assert "unpacks to gigabytes" in refused(path)


@pytest.mark.parametrize("cell", [b'<c r="XFD1048576"><v>1</v></c>', b'<c s="1" r="XFD1048576"/>'])
def test_a_cell_at_the_far_end(cell: bytes, tmp_path: Path) -> None:
    """For which a reader would hold all cells before it."""
    row = b'<row r="1048576">' + cell + b"</row>"

    assert "1,048,576 rows and 16,384 columns" in refused(
        archive(tmp_path / "a.xlsx", [row, b"", b""])
    )


def test_repeated_cells_of_open_document(tmp_path: Path) -> None:
    """A row of a thousand cells, a million times; blank repeats are what every such file has."""
    path = tmp_path / "a.ods"
    row = (
        '<table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell office:value-type="float" table:number-columns-repeated="1000"/>'
    )
    with zipfile.ZipFile(path, "w") as new:
        new.writestr("content.xml", row)

    assert "repeated cells" in refused(path)


def test_formulas_without_results(tmp_path: Path) -> None:
    """A program wrote them and nobody opened the file; they would count as blank."""
    book = openpyxl.Workbook()
    book.active.append(["未払FLAG", "金額"])
    book.active.append(["支払済", "=1+1"])
    book.save(tmp_path / "a.xlsx")

    assert "cell B2 holds a formula without its result" in refused(tmp_path / "a.xlsx")


def test_errors_of_formulas_are_noted(tmp_path: Path) -> None:
    """They count as missing, which nobody would see."""
    book = openpyxl.Workbook()
    book.active.append(["未払FLAG", "金額"])
    book.active.append(["支払済", "#DIV/0!"])
    book.active["B2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    notes = open_table(tmp_path / "a.xlsx", ("未払FLAG",)).notes

    assert "1 cells hold errors of formulas (the first: B2)" in notes[0]


# A tracer of lines beside that of memory would take most of the time.
@pytest.mark.no_cover
def test_too_many_columns_get_a_bounded_line(tmp_path: Path) -> None:
    """50,000 headings, three times what a sheet of Excel has, are counted, not listed."""
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{n}" for n in range(50_000)) + "\n1\n", encoding="utf-8")

    assert len(refused(path)) < 300


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut short", b"\xd0\xcf\x11\xe0" + b"\x00" * 600])
def test_damaged_workbooks(content: bytes, tmp_path: Path) -> None:
    """Cut short, or locked by a password."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    assert "cannot be read as a workbook" in refused(path)
