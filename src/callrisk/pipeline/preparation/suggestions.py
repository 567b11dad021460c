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
    is_protected,
    looks_like_code,
    looks_like_date,
    looks_like_id,
    looks_personal,
    record_ranks,
)
from callrisk.pipeline.preparation.further_columns import ColumnKind, ColumnUse, FurtherColumn

# More columns than this get one note together, which names a few.
_MOST_SINGLE, _MOST_NAMED = 10, 5
_PROTECTED = (
    "a protected characteristic (保護すべき属性) is not learnt from; declare it only if its use is "
    "lawful and fair:"
)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Entries of CUSTOMER_FIELDS to paste, and columns better left out, with the reason."""

    entries: tuple[str, ...]
    better_out: tuple[tuple[str, str], ...]
    # Entries of protected characteristics.
    protected: tuple[str, ...] = ()

    def warnings(self) -> tuple[str, ...]:
        """Return one line for each column, or for each kind of them where there are many."""
        paste = "is not declared and not learnt from; to use it, paste into CUSTOMER_FIELDS:"
        out = "is not declared; left out: looks like"
        looks_like: dict[str, list[str]] = {}
        for column, looks in self.better_out:
            looks_like.setdefault(looks, []).append(column)
        return (
            *_few_or_told("are not declared and not learnt from", self._columns(self.entries),
                          [f"a column {paste} {entry}" for entry in self.entries]),
            *_few_or_told("are protected characteristics and not learnt from",
                          self._columns(self.protected),
                          [f"{_PROTECTED} {entry}" for entry in self.protected]),
            *(note for looks, columns in looks_like.items()
              for note in _few_or_told(f"are left out: they look like {looks}", columns,
                                       [f'column "{column}" {out} {looks}' for column in columns])),
        )  # fmt: skip

    @staticmethod
    def _columns(entries: Sequence[str]) -> list[str]:
        return [str(json.loads(entry.rstrip(","))["column"]) for entry in entries]


def _few_or_told(are: str, columns: Sequence[str], single: Sequence[str]) -> list[str]:
    """Return the single notes of a few columns, or one note of many."""
    if len(columns) <= _MOST_SINGLE:
        return list(single)
    named = ", ".join(columns[:_MOST_NAMED])
    return [
        f"{len(columns):,} columns {are} ({named} and {len(columns) - _MOST_NAMED:,} more); "
        "python src/main.py --inspect FILE shows each with its entry"
    ]


def suggest(
    columns: Sequence[FurtherColumn],
    found_columns: SourceColumns,
    declared: Sequence[CustomerField],
) -> Suggestions:
    """Return suggestions for the undeclared columns that vary."""
    taken, records = {field.name for field in declared}, record_ranks(found_columns.customer_ids)
    entries: list[str] = []
    protected: list[str] = []
    better_out: list[tuple[str, str]] = []
    for column in columns:
        values = found_columns.order.latest(column.values)
        if column.use is not ColumnUse.UNDECLARED or column.own or _is_constant(values):
            continue
        looks = _looks_like(column, values, records)
        if looks:
            better_out.append((column.name, looks))
        else:
            kind, name = column.kind, field_name(column.name, taken)
            listed = protected if is_protected(column.name) else entries
            listed.append(f"{entry_of(column.name, name, kind, column.texts)},")
    return Suggestions(tuple(entries), tuple(better_out), tuple(protected))


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


def field_name(column: str, taken: set[str]) -> str:
    """Return a field name: the column's own if it is in Latin letters, else field_1, field_2 …"""
    latin = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_") if column.isascii() else ""
    preferred = latin if re.match(r"[a-z]", latin) else "field"
    number, name = 1, preferred if preferred != "field" else "field_1"
    while name in taken:
        number += 1
        name = f"{preferred}_{number}"
    taken.add(name)
    return name


def entry_of(column: str, name: str, kind: ColumnKind, texts: Sequence[str]) -> str:
    """Return an entry of CUSTOMER_FIELDS as a line of Python."""
    entry: dict[str, str | Sequence[str]] = {
        "name": name,
        "column": column,
        "kind": str(kind),
        "label": column,
        "label_en": column,
    }
    if kind is ColumnKind.CHOICE:
        entry["choices"] = texts
    # JSON of strings and lists is Python, too.
    return json.dumps(entry, ensure_ascii=False)
