"""A look at a file before it is used: its columns with kinds and forms, and what is refused."""

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from callrisk.domain.tables.inspected_table import (
    InspectedColumn,
    Inspection,
    RoleColumn,
    SuggestedEntry,
)
from callrisk.domain.wording import Text
from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.cell_columns import CellColumn, CellColumns, CellKind
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.integrations.spreadsheet.headers.headings import column_letter
from callrisk.integrations.spreadsheet.label_words import LabelWords
from callrisk.integrations.spreadsheet.rows import BadCellError, OpenedTable, Row, open_table
from callrisk.integrations.spreadsheet.table_files import sheets_of
from callrisk.pipeline.preparation.column_roles import kind_of
from callrisk.pipeline.preparation.column_shapes import (
    is_protected,
    looks_like_code,
    looks_like_date,
    looks_like_id,
    looks_personal,
)
from callrisk.pipeline.preparation.further_columns import ColumnKind
from callrisk.pipeline.preparation.suggestions import entry_of, field_name
from callrisk.pipeline.preparation.table_profile import drift_of, label_age_of, twins_of

# Words in headings by which a column of the export is guessed where config.py names another.
_GUESSES = {
    "label": r"未払|滞納|延滞(?!回数)|支払状況|入金状況|default|unpaid",
    "customer_id": (
        r"レコード番号|(?:顧客|会員|契約者?|お客様)\s*(?:番号|ID|コード|No)|customer.?id"
    ),
    "started_at": r"開始|通話日時|着信日時|受電日時|start",
    "contact_id": r"コンタクト|通話\s*(?:ID|番号)|contact|call.?id",
    "transcript": r"content|transcript|文字起こし|通話内容|会話|発話|書き起こし",
    "contract_date": r"成約日|契約日|contract.?date",
    "agent": r"エージェント|オペレータ|担当者|agent$",
    "duration": r"total_conversation_duration|通話時間|通話秒|duration",
}

_PROTECTED = "a protected characteristic; only if lawful and fair 保護属性"
# Parts whose values are of one call or person alone.
_NOT_COMPARED = ("customer_id", "contact_id", "transcript", "name", "phone")

# How the cells of a column with a role are read.
_READERS: Mapping[str, Callable[[CellReader, Row, str], object]] = {
    **dict.fromkeys(("customer_id", "contact_id"), CellReader.identifier),
    **dict.fromkeys(("contract_date", "due_date", "paid_date"), CellReader.day),
    **dict.fromkeys(("agent", "name", "phone"), CellReader.text),
    "started_at": CellReader.started,
    "duration": CellReader.seconds,
}


def inspect(
    path: Path, export: ExportFormat, customer: CustomerFormat, earlier: Path | None = None
) -> Inspection:
    """Return how a file would be read, beside an earlier one; DataError if it cannot be read."""
    named = (*export.named, *customer.named)
    table, found = _columns_of(path, named, export)
    parts = _export_columns(list(table.positions), export)
    guessed = {one.part: one.column for one in parts}
    again = open_table(path, named, export.required)
    reader = CellReader(export.cell_rules, again.decimals, again.counts_from_1904, again.headings)
    scan = _Scan(reader, export, customer, found, guessed)
    for row in again.rows(export.customer_id):
        scan.take(row)
    columns = tuple(scan.column(name, table.positions[name]) for name in table.positions)
    suggested = tuple(_suggested(found, scan, customer))
    # What names nobody's kind: ids, free text, and what is known to stand for a person.
    odd = [one.column for one in suggested if not one.line]
    odd += [column for column, role in scan.roles.items() if role in _NOT_COMPARED]
    before = None if earlier is None else _columns_of(earlier, named, export)[1]
    return Inspection(
        place=str(table.where),
        sheets=tuple(
            sheet.name for sheet in sheets_of(path, export.named) if sheet.name is not None
        ),
        header_row=table.header_row,
        rows=len(scan.labels),
        columns=columns,
        notes=tuple(again.notes),
        unclear=tuple(scan.unclear()),
        export_columns=parts,
        suggested=suggested,
        twins=twins_of(found, guessed["contact_id"], guessed["customer_id"]),
        label_age=label_age_of(
            np.array(scan.labels, dtype=np.float64), found,
            (guessed["contract_date"], guessed["started_at"]),
        ),
        drift=None if before is None or earlier is None
        else drift_of((earlier.name, before), found, odd),
    )  # fmt: skip


def _columns_of(
    path: Path, named: Sequence[str], export: ExportFormat
) -> tuple[OpenedTable, dict[str, CellColumn]]:
    """Return a file, and its columns by name."""
    table = open_table(path, named, export.required)
    cells = CellColumns(list(table.positions), export.cells, table.decimals)
    for row in table.rows(export.customer_id):
        cells.take(row.raw(list(table.positions.values())))
    return table, {column.name: column for column in cells.columns()}


def _export_columns(header: Sequence[str], export: ExportFormat) -> tuple[RoleColumn, ...]:
    """Return the column of each part of the export, guessed by its heading where need be."""
    columns: list[RoleColumn] = []
    for name, pattern in _GUESSES.items():
        own, taken = getattr(export, name), {one.column for one in columns}
        fitting = [
            column
            for column in header
            if column not in taken and re.search(pattern, column, re.IGNORECASE)
        ]
        if own in header:
            columns.append(RoleColumn(name, own, is_guessed=False))
        else:
            columns.append(RoleColumn(name, fitting[0] if fitting else "", is_guessed=True))
    return tuple(columns)


class _Scan:
    """A second reading: every cell as what its column is, with the refused ones counted."""

    def __init__(
        self,
        reader: CellReader,
        export: ExportFormat,
        customer: CustomerFormat,
        found: Mapping[str, CellColumn],
        guessed: Mapping[str, str],
    ) -> None:
        self._reader = reader
        self._found = found
        self._fields = {field.column: field for field in customer.fields}
        self.roles = _roles(export, customer, guessed) | {
            field.column: f"CUSTOMER_FIELDS: {field.name}" for field in customer.fields
        }
        self._labels = LabelWords(export.unpaid, export.paid, reader)
        self._refused: dict[str, list[Text]] = {}
        # Of each row: 1 unpaid, 0 paid, NaN while pending or refused.
        self.labels = array("d")

    def take(self, row: Row) -> None:
        """Read all cells of a row."""
        self.labels.append(np.nan)
        for name in self._found:
            try:
                self._read(row, name)
            except BadCellError as error:
                told = Text(error.in_japanese(), f"row {row.where.row}: {error.complaint}")
                self._refused.setdefault(name, []).append(told)

    def _read(self, row: Row, name: str) -> None:
        role, reader = self.roles.get(name, ""), self._reader
        if name in self._fields:
            reader.field_value(row, self._fields[name])
        elif role == "label":
            label = self._labels.label(row, name)
            self.labels[-1] = np.nan if label is None else float(label)
        elif role in _READERS:
            _READERS[role](reader, row, name)
        elif not role:
            self._read_by_kind(row, name)

    def _read_by_kind(self, row: Row, name: str) -> None:
        kind = self._found[name].kind
        if kind is CellKind.NUMBER:
            self._reader.number(row, name)
        elif kind is CellKind.DATE:
            self._reader.day(row, name)
        else:
            self._reader.word(row, name)

    def column(self, name: str, position: int) -> InspectedColumn:
        """Return what was found of a column."""
        cells, refused = self._found[name], self._refused.get(name, [])
        field = self._fields.get(name)
        kind = kind_of(cells) if field is None else field.kind
        told = self._reader.counts[name].told(name) or ""
        return InspectedColumn(
            name=name,
            letter=column_letter(position),
            role=self.roles.get(name, ""),
            kind="blank" if cells.kind is CellKind.BLANK else str(kind),
            filled=int((~np.isnan(cells.values)).sum()),
            read=told.partition("cells read ")[2],
            refused=len(refused),
            first_refused=refused[0] if refused else None,
        )

    def unclear(self) -> list[str]:
        """Return what makes columns unclear as a whole."""
        return self._reader.unclear(self._fields.values())


def _roles(
    export: ExportFormat, customer: CustomerFormat, guessed: Mapping[str, str]
) -> dict[str, str]:
    roles = dict.fromkeys(export.ignored, "IGNORED_COLUMNS")
    roles |= dict.fromkeys(export.post_call, "POST_CALL_COLUMNS")
    roles |= {customer.name: "name", customer.phone: "phone"}
    roles |= {column: name for name, column in guessed.items()}
    return roles | {export.due_date: "due_date", export.paid_date: "paid_date"}


def _suggested(
    found: Mapping[str, CellColumn], scan: _Scan, customer: CustomerFormat
) -> Iterator[SuggestedEntry]:
    """Yield an entry, or the reason against one, for each column without a role."""
    taken = {field.name for field in customer.fields}
    for name, cells in found.items():
        if name in scan.roles or cells.kind is CellKind.BLANK or np.ptp(_known(cells)) == 0:
            continue
        reason = _reason_against(name, cells)
        if reason:
            yield SuggestedEntry(name, "", reason)
            continue
        kind, own = kind_of(cells), field_name(name, taken)
        caution = _PROTECTED if is_protected(name) else ""
        yield SuggestedEntry(name, f"{entry_of(name, own, kind, cells.texts)},", caution)


def _known(cells: CellColumn) -> np.ndarray:
    return cells.values[~np.isnan(cells.values)]


def _reason_against(name: str, cells: CellColumn) -> str:
    kind = kind_of(cells)
    records = np.arange(len(cells.values), dtype=np.float64)
    if looks_personal(name):
        return "names a person 個人情報"
    if looks_like_date(kind, cells.values):
        return 'a date as a number; with "kind": "date" it is read 日付の数値'
    if looks_like_id(name, kind, cells.values, records):
        return "an id 番号"
    if kind is not ColumnKind.TEXT:
        return ""
    return "an id 番号" if looks_like_code(cells.texts, cells.values) else "free text 自由記述"
