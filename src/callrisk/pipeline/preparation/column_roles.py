"""The role of each column for the model: declared, known too late, or not declared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.domain.customer import Customer, CustomerField, FieldKind, FieldValue
from callrisk.domain.evaluation import Alarm
from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.cell_columns import CellColumn, CellKind, column_of
from callrisk.integrations.spreadsheet.customer_table import CustomerTable
from callrisk.pipeline.preparation.call_order import CallOrder
from callrisk.pipeline.preparation.further_columns import ColumnKind, ColumnUse, FurtherColumn

# So many values outside a list of choices are named.
_MOST_NAMED = 5
# More columns than this get one alarm together.
_MOST_ALARMS = 10
# A list of choices that a person can overlook.
MOST_CHOICES = 12
LONGEST_CHOICE = 40
# Longer lists, the 47 prefectures among them, whose values come again and again.
_LONGEST_LIST, _OFTEN = 60, 5


@dataclass(frozen=True, slots=True)
class SourceColumns:
    """The columns of the files beside the export's own.

    `further` and `values` (declared fields in the export) have one entry a call, the columns of the
    table one a record.
    """

    order: CallOrder
    customer_ids: Sequence[str]
    further: tuple[CellColumn, ...]
    values: Mapping[str, Sequence[FieldValue]]
    table: CustomerTable

    def declared(self, field: CustomerField) -> CellColumn | None:
        """Return the column of a declared field, a value a call; None if no file has it."""
        if field.name in self.values:
            return column_of(field.column, self.values[field.name])
        if field.column not in self.table.header:
            return None
        no_record = Customer("")
        records = (self.table.records.get(customer, no_record) for customer in self.customer_ids)
        cells = column_of(field.column, [record.values.get(field.name) for record in records])
        return replace(cells, values=cells.values[self.order.customer])

    def undeclared(self) -> Iterator[CellColumn]:
        """Yield all other columns, a value a call."""
        yield from self.further
        rows = {customer_id: row for row, customer_id in enumerate(self.table.records)}
        of_customer = np.array(
            [rows.get(customer_id, -1) for customer_id in self.customer_ids], dtype=np.int64
        )
        row = of_customer[self.order.customer]
        for cells in self.table.further:
            values = np.append(cells.values, np.nan)[row]
            yield replace(cells, values=values, odd=0)


@dataclass(frozen=True, slots=True)
class ColumnRoles:
    """The columns with their roles, and the alarms and warnings about them."""

    columns: list[FurtherColumn] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def post_call(self) -> dict[str, Floats]:
        """Numbers that exist only after a call, by column; one entry a call."""
        late = (column for column in self.columns if column.use is ColumnUse.POST_CALL)
        return {column.name: column.values for column in late if column.kind is ColumnKind.NUMBER}

    @property
    def left_out(self) -> frozenset[str]:
        """Declared fields that are known too late."""
        late = (column for column in self.columns if column.use is ColumnUse.POST_CALL)
        return frozenset(column.field for column in late if column.field is not None)


def assign_roles(
    found_columns: SourceColumns, declared: Sequence[CustomerField], export: ExportFormat
) -> ColumnRoles:
    """Return declared fields and further columns with their roles, by the time they are known."""
    roles = ColumnRoles()
    for declared_field in declared:
        cells = found_columns.declared(declared_field)
        if cells is not None and cells.kind is not CellKind.BLANK:
            _sort_declared(roles, cells, declared_field, found_columns.order, export)
    changing = [
        cells.name
        for cells in found_columns.undeclared()
        if cells.kind is not CellKind.BLANK
        and _sort_undeclared(roles, cells, found_columns.order, export)
    ]
    if len(changing) > _MOST_ALARMS:
        named = "、".join(changing[:_MOST_NAMED])
        roles.alarms.append(_undeclared_per_call(f"{named} … ({len(changing):,})"))
    else:
        roles.alarms.extend(map(_undeclared_per_call, changing))
    return roles


def _sort_declared(
    roles: ColumnRoles, cells: CellColumn, field: CustomerField, order: CallOrder,
    export: ExportFormat,
) -> None:  # fmt: skip
    if field.kind is FieldKind.CHOICE:
        roles.warnings.extend(_outside(field, cells))
    if field.kind is FieldKind.NUMBER:
        unknown = np.array([field.is_unknown(value) for value in cells.values.tolist()], dtype=bool)
        cells = replace(cells, values=np.where(unknown, np.nan, cells.values))
    per_call, is_late = order.varies(cells.values), cells.name in export.post_call
    is_declared_late = field.known_before_call is False
    late = is_late or is_declared_late or (per_call and not field.live)
    if late:
        roles.alarms.append(_declared_too_late(field, is_late, is_declared_late))
    use = ColumnUse.POST_CALL if late else ColumnUse.FEATURE
    roles.columns.append(_column(cells, use, field.name, per_call, export))


def _sort_undeclared(
    roles: ColumnRoles, cells: CellColumn, order: CallOrder, export: ExportFormat
) -> bool:
    """Add an undeclared column; return True if it changes from call to call, unexpectedly."""
    per_call, is_late = order.varies(cells.values), cells.name in export.post_call
    if is_late and cells.odd:
        roles.warnings.append(
            f'column "{cells.name}": {cells.odd} cells hold no number and count as missing'
        )
    use = ColumnUse.POST_CALL if per_call or is_late else ColumnUse.UNDECLARED
    roles.columns.append(_column(cells, use, None, per_call, export))
    return per_call and not is_late


def _column(
    cells: CellColumn, use: ColumnUse, name: str | None, per_call: bool, export: ExportFormat
) -> FurtherColumn:
    return FurtherColumn(
        cells.name, name, kind_of(cells), use, cells.values, cells.texts, per_call,
        _own(cells.name, export),
    )  # fmt: skip


def kind_of(cells: CellColumn) -> ColumnKind:
    """Return what a column is to the model; texts are a choice where few of them come often."""
    if cells.kind is not CellKind.TEXT:
        return ColumnKind.DATE if cells.kind is CellKind.DATE else ColumnKind.NUMBER
    count, known = len(cells.texts), int((~np.isnan(cells.values)).sum())
    is_list = count <= MOST_CHOICES or (count <= _LONGEST_LIST and known >= _OFTEN * count)
    short = all(len(text) <= LONGEST_CHOICE for text in cells.texts)
    return ColumnKind.CHOICE if is_list and short else ColumnKind.TEXT


def _own(name: str, export: ExportFormat) -> Literal["", "date", "id"]:
    if name in (export.customer_id, export.contact_id):
        return "id"
    return "date" if name in (export.started_at, export.contract_date) else ""


def _outside(field: CustomerField, cells: CellColumn) -> list[str]:
    if cells.kind is CellKind.TEXT:
        written = cells.texts
    else:
        different = np.unique(cells.values[~np.isnan(cells.values)])
        written = tuple(f"{value:g}" for value in different)
    outside = [text for text in written if text not in field.choices]
    if not outside:
        return []
    named = ", ".join(f'"{text}"' for text in outside[:_MOST_NAMED])
    more = f" and {len(outside) - _MOST_NAMED} more" if len(outside) > _MOST_NAMED else ""
    return [
        f'column "{field.column}": {named}{more} not among the choices of "{field.name}"; '
        "taken as missing"
    ]


def _declared_too_late(field: CustomerField, is_late: bool, is_declared_late: bool) -> Alarm:
    if is_declared_late:
        return Alarm(
            "post_call_feature",
            field.name,
            f"「{field.column}」は通話の開始時点では分からない列として宣言されている"
            "（known_before_call: False）ため、学習には使いませんでした",
            f'"{field.column}" is declared as not known before the call (known_before_call: '
            "False); it was left out",
        )
    if is_late:
        return Alarm(
            "post_call_feature",
            field.name,
            f"「{field.column}」は通話の後にしか分からない列です（POST_CALL_COLUMNS）。"
            "学習には使いませんでした。CUSTOMER_FIELDS から外してください",
            f'"{field.column}" is known only after the call (POST_CALL_COLUMNS); it was left out. '
            "Take it out of CUSTOMER_FIELDS",
        )
    return Alarm(
        "post_call_feature",
        field.name,
        f"「{field.column}」は同じお客様でも通話ごとに値が異なるため、通話後の値とみなし、学習には"
        "使いませんでした。通話の開始時点で分かる値なら、CUSTOMER_FIELDS に live: True を付けて"
        "ください",
        f'"{field.column}" differs between the calls of one customer, so it counts as known after '
        "the call and was left out. If it is known when a call begins, declare it with live: True",
    )


def _undeclared_per_call(name: str) -> Alarm:
    return Alarm(
        "undeclared_per_call",
        name,
        f"「{name}」は宣言されておらず、通話ごとに値が異なります。通話後の値とみなし、学習には"
        "使いませんでした",
        f'"{name}" is not declared and differs between the calls of one customer; it was treated '
        "as known only after the call and left out",
    )


def usable_fields(
    fields: Sequence[CustomerField], left_out: frozenset[str]
) -> tuple[CustomerField, ...]:
    """Return the declared fields that may become features."""
    return tuple(field for field in fields if field.name not in left_out)
