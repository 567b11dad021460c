"""The command that shows how a file would be read: python src/main.py --inspect FILE."""

import json
import unicodedata
from pathlib import Path

from callrisk.domain.tables.inspected_table import NO_LABEL, InspectedColumn, Inspection
from callrisk.pipeline.file_formats import customer_format, export_format
from callrisk.pipeline.preparation.inspection import inspect
from callrisk.reporting.plain_json import to_plain
from callrisk.settings import Settings

_WIDEST = 28
_MOST_COLUMNS = 400


def inspect_file(path: Path, settings: Settings, earlier: Path | None, form: str) -> None:
    """Print sheets, header, columns with kinds, what is refused, and entries for config.py.

    With the form "json" it is one line, for programs.
    """
    export, customer = export_format(settings), customer_format(settings)
    inspection = inspect(path, export, customer, earlier)
    if form == "json":
        print(json.dumps({"inspection": to_plain(inspection)}, ensure_ascii=False))
    else:
        _print(inspection)


def _print(inspection: Inspection) -> None:
    if inspection.sheets:
        print(f"シート / sheets: {', '.join(inspection.sheets)}")
    print(f"{inspection.place}: 見出し {inspection.header_row} 行目 / header in row "
          f"{inspection.header_row}, {inspection.rows:,} rows")  # fmt: skip
    for note in inspection.notes:
        print(f"note: {note}")
    _print_columns(inspection)
    for column in inspection.columns:
        if (first := column.first_refused) is not None:
            cells = f"{column.refused:,} cells, the first in {first.en} ／ {first.ja}"
            print(f'refused / 読めません: column "{column.name}": {cells}')
    for complaint in inspection.unclear:
        print(f"refused / 読めません: {complaint}")
    _print_profile(inspection)
    _print_blocks(inspection)


def _print_profile(inspection: Inspection) -> None:
    twins, age, drift = inspection.twins, inspection.label_age, inspection.drift
    print(f"\n重複 / twice: {twins.rows:,} rows, {twins.contacts:,} call ids, of which "
          f"{twins.shared_contacts:,} are of several customers")  # fmt: skip
    if age is not None:
        days = "unknown" if age.median_days is None else f"{age.median_days:,} days"
        print(f"結果 / labels: {age.labelled:,} ({age.unpaid:,} unpaid), {age.pending:,} pending, "
              f"median age {days}")  # fmt: skip
    if drift is not None:
        print(f"前回との違い / since {drift.earlier} ({drift.earlier_rows:,} rows), PSI:")
        for column in drift.columns[:_MOST_COLUMNS]:
            print(f"  {_padded(column.column)}{column.psi:8.3f}  {column.change}")


def _print_columns(inspection: Inspection) -> None:
    print("\n列 / columns (letter, name, kind, filled, role, how cells are read):")
    for column in inspection.columns[:_MOST_COLUMNS]:
        print(f"  {_line(column)}".rstrip())
    more = len(inspection.columns) - _MOST_COLUMNS
    if more > 0:
        print(f"  … {more:,} more")


def _line(column: InspectedColumn) -> str:
    parts = (
        f"{column.letter:<4}{_padded(column.name)}{column.kind:<8}{column.filled:>9,}",
        _padded(column.role or "-"),
        column.read,
        f"{column.refused:,} refused" if column.refused else "",
    )
    return "  ".join(filter(None, parts))


def _padded(text: str) -> str:
    """Return a text cut or filled to one width on the screen, where kana take two places."""
    shown, width = "", 0
    for character in text:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width + wide > _WIDEST:
            break
        shown, width = shown + character, width + wide
    return shown + " " * (_WIDEST - width + 1)


def _print_blocks(inspection: Inspection) -> None:
    print("\n# config.py")
    if inspection.is_export:
        _print_export(inspection)
    else:
        print(NO_LABEL)
    print("CUSTOMER_FIELDS += [")
    for entry in inspection.entries[:_MOST_COLUMNS]:
        print(f"    {entry}")
    more = len(inspection.entries) - _MOST_COLUMNS
    if more > 0:
        print(f"    # {more:,} more")
    print("]")


def _print_export(inspection: Inspection) -> None:
    print("EXPORT_COLUMNS = {")
    for one in inspection.export_columns:
        print(one.line())
    print("}")
