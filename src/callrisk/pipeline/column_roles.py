"""What the columns of a file are to the model: declared, known too late, or not declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from callrisk.domain.customer import CustomerField, FieldKind, FieldValue
from callrisk.domain.evaluation import Alarm
from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.cell_columns import CellColumn, CellKind, column_of
from callrisk.integrations.spreadsheet.customer_table import CustomerTable
from callrisk.pipeline.dataset import CustomerColumn, Flags, Floats, Ints

# So many values outside a list of choices are named.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class CallColumns:
    """What stands in the export beside its own columns, one value a call.

    `order` sorts the calls by customer, and those of one customer by their beginning.
    """

    customer: Ints
    order: Ints
    further: tuple[CellColumn, ...]
    values: Mapping[str, Sequence[FieldValue]]

    def varies(self, column: CellColumn) -> bool:
        """Whether any customer has two values of it."""
        of_customer, values = self._known(column)
        same = of_customer[1:] == of_customer[:-1]
        return bool((same & (values[1:] != values[:-1])).any())

    def of_customers(self, column: CellColumn, customers: int) -> Floats:
        """The latest known value of each customer."""
        latest = np.full(customers, np.nan)
        of_customer, values = self._known(column)
        # Of a number that stands twice among the positions the last assignment stays.
        latest[of_customer] = values
        return latest

    def _known(self, column: CellColumn) -> tuple[Ints, Floats]:
        values = column.values[self.order]
        known: Flags = ~np.isnan(values)
        return self.customer[self.order][known], values[known]


@dataclass(slots=True)
class SortedColumns:
    """The columns, each where it belongs, and what is to be said about them."""

    post_call: dict[str, Floats]
    left_out: set[str]
    columns: list[CustomerColumn]
    alarms: list[Alarm]
    warnings: list[str]


def sorted_columns(
    calls: CallColumns,
    table: CustomerTable,
    customer_ids: Sequence[str],
    declared: Sequence[CustomerField],
    columns: ExportFormat,
) -> SortedColumns:
    """Sort declared fields and further columns of export and table by when they are known."""
    found = SortedColumns({}, set(), [], [], [])
    for field in declared:
        if field.name in calls.values:
            _declared_in_export(found, calls, field, len(customer_ids), columns)
        elif field.column in table.header:
            records = [table.records.get(one) for one in customer_ids]
            values = [None if one is None else one.values.get(field.name) for one in records]
            column = column_of(field.column, values)
            _add(found, column, column.values, field, columns)
    for column in calls.further:
        _further_of_export(found, calls, column, len(customer_ids), columns)
    rows = {one: row for row, one in enumerate(table.records)}
    position = np.array([rows.get(one, -1) for one in customer_ids], dtype=np.int64)
    for column in table.further:
        of_records = np.append(column.values, np.nan)
        _add(found, column, of_records[position], None, columns)
    return found


def _declared_in_export(
    found: SortedColumns,
    calls: CallColumns,
    field: CustomerField,
    customers: int,
    columns: ExportFormat,
) -> None:
    column = column_of(field.column, calls.values[field.name])
    is_late = field.column in columns.post_call
    if is_late or (calls.varies(column) and not field.live):
        found.left_out.add(field.name)
        found.alarms.append(_declared_too_late(field, is_late))
        if column.kind is CellKind.NUMBER:
            found.post_call[field.column] = column.values
    _add(found, column, calls.of_customers(column, customers), field, columns)


def _further_of_export(
    found: SortedColumns,
    calls: CallColumns,
    column: CellColumn,
    customers: int,
    columns: ExportFormat,
) -> None:
    is_late = column.name in columns.post_call
    if is_late or calls.varies(column):
        if not is_late:
            found.alarms.append(_undeclared_per_call(column.name))
        elif column.odd:
            found.warnings.append(
                f'column "{column.name}": {column.odd} cells hold no number and count as missing'
            )
        if column.kind is CellKind.NUMBER:
            found.post_call[column.name] = column.values
    else:
        _add(found, column, calls.of_customers(column, customers), None, columns)


def _add(
    found: SortedColumns,
    column: CellColumn,
    values: Floats,
    field: CustomerField | None,
    columns: ExportFormat,
) -> None:
    if column.kind is CellKind.BLANK:
        return
    if field is not None and field.zero_is_missing:
        values = np.where(values == 0, np.nan, values)
    if field is not None and field.kind is FieldKind.CHOICE:
        found.warnings += _outside(field, column)
    found.columns.append(
        CustomerColumn(
            column.name, column.kind, values, column.texts, field, _own(column.name, columns)
        )
    )


def _own(name: str, columns: ExportFormat) -> Literal["", "date", "id"]:
    if name in (columns.customer_id, columns.contact_id):
        return "id"
    return "date" if name in (columns.started_at, columns.contract_date) else ""


def _outside(field: CustomerField, column: CellColumn) -> list[str]:
    if column.kind is CellKind.TEXT:
        written = column.texts
    else:
        known = np.unique(column.values[~np.isnan(column.values)])
        written = tuple(f"{value:g}" for value in known)
    outside = [one for one in written if one not in field.choices]
    if not outside:
        return []
    named = ", ".join(f'"{one}"' for one in outside[:_MOST_NAMED])
    more = f" and {len(outside) - _MOST_NAMED} more" if len(outside) > _MOST_NAMED else ""
    return [
        f'column "{field.column}": {named}{more} not among the choices of "{field.name}"; '
        "taken as missing"
    ]


def _declared_too_late(field: CustomerField, is_late: bool) -> Alarm:
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


def without(fields: Sequence[CustomerField], left_out: frozenset[str]) -> tuple[CustomerField, ...]:
    """The declared fields that may become features."""
    return tuple(field for field in fields if field.name not in left_out)
