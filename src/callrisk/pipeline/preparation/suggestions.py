"""Suggested entries for CUSTOMER_FIELDS of config.py, for columns that nobody declared."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.domain.customer import CustomerField
from callrisk.pipeline.preparation.column_roles import SourceColumns
from callrisk.pipeline.preparation.column_shapes import (
    looks_like_code,
    looks_like_date,
    looks_like_id,
    looks_personal,
    record_ranks,
)
from callrisk.pipeline.preparation.further_columns import ColumnKind, ColumnUse, FurtherColumn


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Entries of CUSTOMER_FIELDS to paste, and columns better left out, with the reason."""

    entries: tuple[str, ...]
    better_out: tuple[tuple[str, str], ...]

    def warnings(self) -> tuple[str, ...]:
        """Return one line for each column."""
        paste = "is not declared and not learnt from; to use it, paste into CUSTOMER_FIELDS:"
        out = "is not declared; left out: looks like"
        return (
            *(f"a column {paste} {entry}" for entry in self.entries),
            *(f'column "{column}" {out} {looks}' for column, looks in self.better_out),
        )


def suggest(
    columns: Sequence[FurtherColumn],
    found_columns: SourceColumns,
    declared: Sequence[CustomerField],
) -> Suggestions:
    """Return suggestions for the undeclared columns that vary."""
    taken, records = {field.name for field in declared}, record_ranks(found_columns.customer_ids)
    entries, better_out = [], []
    for column in columns:
        values = found_columns.order.latest(column.values)
        if column.use is not ColumnUse.UNDECLARED or column.own or _is_constant(values):
            continue
        looks = _looks_like(column, values, records)
        if looks:
            better_out.append((column.name, looks))
        else:
            entries.append(f"{_entry(column, _name(column.name, taken))},")
    return Suggestions(tuple(entries), tuple(better_out))


def _is_constant(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return not len(known) or bool(known.min() == known.max())


def _looks_like(column: FurtherColumn, values: Floats, records: Floats) -> str:
    """Return the reason why a column is better not learnt from; empty without one."""
    if looks_personal(column.name):
        return "a person's name, number or address"
    if looks_like_date(column.kind, values):
        return "a date written as a number"
    if looks_like_id(column.name, column.kind, values, records):
        return "an id"
    if column.kind is not ColumnKind.TEXT:
        return ""
    return "an id" if looks_like_code(column.texts, values) else "free text"


def _name(column: str, taken: set[str]) -> str:
    """Return a field name: the column's own if it is in Latin letters, else field_1, field_2 …"""
    latin = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_") if column.isascii() else ""
    preferred = latin if re.match(r"[a-z]", latin) else "field"
    number, name = 1, preferred if preferred != "field" else "field_1"
    while name in taken:
        number += 1
        name = f"{preferred}_{number}"
    taken.add(name)
    return name


def _entry(column: FurtherColumn, name: str) -> str:
    entry: dict[str, str | tuple[str, ...]] = {
        "name": name,
        "column": column.name,
        "kind": str(column.kind),
        "label": column.name,
        "label_en": column.name,
    }
    if column.kind is ColumnKind.CHOICE:
        entry["choices"] = column.texts
    # JSON of strings and lists is Python, too.
    return json.dumps(entry, ensure_ascii=False)
