"""The command that shows how a file would be read: python src/main.py --inspect FILE."""

import json
import unicodedata
from pathlib import Path

from callrisk.integrations.spreadsheet.table_files import sheets_of
from callrisk.pipeline.file_formats import customer_format, export_format
from callrisk.pipeline.preparation.inspection import InspectedColumn, Inspection, inspect
from callrisk.settings import Settings

_WIDEST = 28
_MOST_COLUMNS = 400


def inspect_file(path: Path, settings: Settings) -> None:
    """Print sheets, header, columns with kinds, what is refused, and entries for config.py."""
    export, customer = export_format(settings), customer_format(settings)
    inspection = inspect(path, export, customer)
    sheets = [sheet.name for sheet in sheets_of(path, export.named) if sheet.name is not None]
    if sheets:
        print(f"シート / sheets: {', '.join(sheets)}")
    print(f"{inspection.place}: 見出し {inspection.header_row} 行目 / header in row "
          f"{inspection.header_row}, {inspection.rows:,} rows")  # fmt: skip
    for note in inspection.notes:
        print(f"note: {note}")
    _print_columns(inspection)
    refused = [column for column in inspection.columns if column.refused]
    for column in refused:
        cells = f"{column.refused:,} cells, the first in {column.first_refused}"
        print(f'refused / 読めません: column "{column.name}": {cells}')
    for complaint in inspection.unclear:
        print(f"refused / 読めません: {complaint}")
    _print_blocks(inspection)


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
    if inspection.export_columns["label"][0]:
        _print_export(inspection)
    else:
        print("# no label column: a customers table / 未払の列がないため顧客表として読みます")
    print("CUSTOMER_FIELDS += [")
    for entry in inspection.entries[:_MOST_COLUMNS]:
        print(f"    {entry}")
    more = len(inspection.entries) - _MOST_COLUMNS
    if more > 0:
        print(f"    # {more:,} more")
    print("]")


def _print_export(inspection: Inspection) -> None:
    print("EXPORT_COLUMNS = {")
    for name, (column, is_guessed) in inspection.export_columns.items():
        remark = ""
        if is_guessed:
            remark = "  # guessed 推定" if column else "  # not found 見つかりません"
        print(f'    "{name}": {json.dumps(column, ensure_ascii=False)},{remark}')
    print("}")
