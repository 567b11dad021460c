"""The files of an installation that have something of a customer, and those files without it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callrisk.background.replacing import replace_when_free
from callrisk.data_folder import is_pulled_table, tables_in, tables_to_score
from callrisk.domain.customer import canonical_id
from callrisk.integrations.spreadsheet.rows import DataError, open_table
from callrisk.pipeline.file_formats import readings_of
from callrisk.reporting.without_customer import csv_without, customers_without, workbook_without
from callrisk.settings import Settings

_RESULTS = "risk_scores.csv"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file, and what it is without the customer."""

    path: Path
    content: bytes


def without(settings: Settings, customer_id: str) -> Iterator[Rewritten]:
    """Yield the files that the product makes and that have the customer, without it."""
    earlier = settings.processed_dir / "earlier_calls.csv"
    yield from _table(earlier, "customer_id", customer_id)
    column = settings.customer_columns.customer_id
    for path in tables_in(settings.raw_dir):
        if is_pulled_table(path):
            yield from _table(path, column, customer_id)
    for run in _runs(settings):
        yield from _table(run / _RESULTS, "customer_id", customer_id)
        for name, change in (
            ("risk_scores.xlsx", workbook_without), ("customers.npz", customers_without),
        ):  # fmt: skip
            content = change(run / name, customer_id) if (run / name).is_file() else None
            if content is not None:
                yield Rewritten(run / name, content)


def beyond(settings: Settings, customer_id: str) -> Iterator[Path]:
    """Yield the files with the customer that people put there, or that cannot be cut."""
    names = (settings.customer_columns.customer_id, settings.export_columns.customer_id)
    for path in tables_to_score(settings.raw_dir):
        if not is_pulled_table(path) and _has(path, names, customer_id):
            yield path
    for run in _runs(settings):
        report = run / "report.html"
        if report.is_file() and f">{customer_id}<" in report.read_text(encoding="utf-8"):
            yield report


def write(file: Rewritten) -> None:
    """Put a file in its place, whole or not at all."""
    draft = file.path.with_name(f".{file.path.name}.part")
    draft.write_bytes(file.content)
    replace_when_free(draft, file.path)


def discard_readings(settings: Settings) -> None:
    """Delete what is kept of call exports, any of which may have the customer."""
    shutil.rmtree(readings_of(settings), ignore_errors=True)


def rows_of(settings: Settings, customer_id: str) -> dict[str, list[dict[str, str]]]:
    """Return what the tables of this installation say of a customer, by file."""
    found = {}
    names = (settings.customer_columns.customer_id, settings.export_columns.customer_id)
    for path in tables_to_score(settings.raw_dir):
        if rows := list(_rows(path, names, customer_id)):
            found[path.relative_to(settings.root).as_posix()] = rows
    return found


def _runs(settings: Settings) -> list[Path]:
    output = settings.output_dir
    return sorted(path.parent for path in output.glob(f"*/{_RESULTS}")) if output.is_dir() else []


def _table(path: Path, column: str, customer_id: str) -> Iterator[Rewritten]:
    if not path.is_file():
        return
    text = csv_without(path.read_bytes().decode("utf-8"), column, customer_id)
    if text is not None:
        yield Rewritten(path, text.encode("utf-8"))


def _has(path: Path, names: tuple[str, ...], customer_id: str) -> bool:
    return any(True for _ in _rows(path, names, customer_id))


def _rows(path: Path, names: tuple[str, ...], customer_id: str) -> Iterator[dict[str, str]]:
    try:
        table = open_table(path, names)
        known = [name for name in names if name in table.positions]
        for row in table.rows():
            if any(_text(row.value(name)) == customer_id for name in known):
                cells = ((name, _text(row.value(name))) for name in table.positions)
                yield {name: text for name, text in cells if text}
    except DataError:
        return


def _text(cell: object) -> str:
    """Return a cell as text; a workbook holds an id of digits as a number."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else canonical_id(str(cell))
