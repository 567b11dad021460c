"""The files of a sample: workbook or CSV, customers, recorded calls and, on request, the truth."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Literal

from openpyxl import Workbook

from callrisk.sample.export.export_rows import CALL_COLUMNS, CUSTOMER_COLUMNS, Cell
from callrisk.sample.generator import Sample, SampleError
from callrisk.sample.recorded_events import RecordedCall

Row = tuple[Cell, ...]
Format = Literal["xlsx", "csv"]

EXPORT_NAME = "通話データと未払いフラグ_DEMO"
CUSTOMERS_NAME = "顧客_DEMO.csv"
RECORDED_FOLDER = "recorded_calls"
_EXPORT_SHEET = "通話データと未払いFLAG"
_NOTE_SHEET = "DEMO"
_NOTE = (
    "このブックはすべて自動で生成した見本です（DEMO）。実在の人物・会社・通話とは関係ありません。",
    "Everything in this workbook was generated (DEMO). No person, company or call in it is real.",
)
# Excel's last row; one is the header.
_MOST_ROWS = 1_048_575


def write(
    sample: Sample,
    out: Path,
    format: Format = "xlsx",
    watched: Callable[[Iterator[Row]], Iterable[Row]] = iter,
) -> None:
    """Write all files of `sample` under `out`; the rows of the export pass through `watched`."""
    if format == "xlsx" and sample.request.calls > _MOST_ROWS:
        raise SampleError(f"an Excel sheet holds {_MOST_ROWS} rows; use --format csv")
    out.mkdir(parents=True, exist_ok=True)
    rows = watched(sample.rows())
    if format == "xlsx":
        _write_workbook(out / f"{EXPORT_NAME}.xlsx", rows)
    else:
        _write_csv(out / f"{EXPORT_NAME}.csv", CALL_COLUMNS, rows)
    _write_csv(out / CUSTOMERS_NAME, CUSTOMER_COLUMNS, sample.customers())
    _write_recorded_calls(out / RECORDED_FOLDER, sample.recorded_calls)


def write_truth(sample: Sample, file: Path) -> None:
    """Write the true risks of a sample, for tests and benchmarks only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sample.truth(), ensure_ascii=False, indent=1), encoding="utf-8")


def _write_workbook(file: Path, rows: Iterable[Row]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_EXPORT_SHEET)
    sheet.append(CALL_COLUMNS)
    for row in rows:
        sheet.append(row)
    note = book.create_sheet(_NOTE_SHEET)
    for line in _NOTE:
        note.append((line,))
    # Whole, as the library cannot end a file that finds no room, and says so beside the error.
    content = BytesIO()
    book.save(content)
    try:
        file.write_bytes(content.getvalue())
    except OSError:
        # Half a table would be read as the export.
        with suppress(OSError):
            file.unlink(missing_ok=True)
        raise


def _write_csv(file: Path, columns: Row, rows: Iterable[Row]) -> None:
    # The byte order mark tells Excel that this is UTF-8.
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)


def _write_recorded_calls(folder: Path, calls: Iterable[RecordedCall]) -> None:
    folder.mkdir(exist_ok=True)
    # Recordings of an earlier sample would speak of customers that this one does not have.
    for old in folder.glob("[0-9][0-9]*_*.jsonl"):
        old.unlink()
    for number, call in enumerate(calls, start=1):
        file = folder / f"{number:02d}_{call.customer_id}.jsonl"
        file.write_text("".join(f"{line}\n" for line in _lines(call)), encoding="utf-8")


def _lines(call: RecordedCall) -> Iterator[str]:
    meta = {
        "demo": True,
        "customer_id": call.customer_id,
        "agent_id": call.agent_id,
        "contact_id": call.contact_id,
        "title": call.title,
        "duration_ms": call.duration_ms,
    }
    yield json.dumps({"meta": meta}, ensure_ascii=False)
    for arrival_ms, event in call.events:
        yield json.dumps({"arrival_ms": arrival_ms, "event": event}, ensure_ascii=False)
