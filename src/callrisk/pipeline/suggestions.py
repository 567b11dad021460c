"""What to paste into config.py so that the model may learn from a column nobody declared."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callrisk.domain.customer import CustomerField
from callrisk.integrations.spreadsheet.cell_columns import CellKind
from callrisk.pipeline.column_shapes import (
    looks_free,
    looks_like_date,
    looks_like_id,
    looks_personal,
    record_ranks,
)
from callrisk.pipeline.dataset import CustomerColumn, Floats

_MOST_CHOICES = 12
_NEARLY_ALL = 0.9
_KINDS = {CellKind.NUMBER: "number", CellKind.TEXT: "choice", CellKind.DATE: "date"}


@dataclass(frozen=True, slots=True)
class Suggested:
    """Entries of CUSTOMER_FIELDS to paste, and columns that are better left out, with the reason."""

    entries: tuple[str, ...]
    better_out: tuple[tuple[str, str], ...]

    def warnings(self) -> tuple[str, ...]:
        """A line for each column."""
        paste = "is not declared and not learnt from; to use it, paste into CUSTOMER_FIELDS:"
        out = "is not declared; left out: looks like"
        return (
            *(f"a column {paste} {entry}" for entry in self.entries),
            *(f'column "{column}" {out} {looks}' for column, looks in self.better_out),
        )


def suggested(
    columns: Sequence[CustomerColumn],
    customer_ids: Sequence[str],
    declared: Sequence[CustomerField],
) -> Suggested:
    """What could be declared of the columns that nobody declared and that differ at all."""
    taken, records = {field.name for field in declared}, record_ranks(customer_ids)
    entries, better_out = [], []
    for column in columns:
        known = column.values[~np.isnan(column.values)]
        if column.field is not None or column.own or _is_constant(known):
            continue
        looks = _looks_like(column, records)
        if looks:
            better_out.append((column.column, looks))
        else:
            entries.append(f"{_entry(column, _name(column.column, taken))},")
    return Suggested(tuple(entries), tuple(better_out))


def _is_constant(known: Floats) -> bool:
    return not len(known) or bool(known.min() == known.max())


def _looks_like(column: CustomerColumn, records: Floats) -> str:
    """Why a column is better not learnt from; empty when there is no reason."""
    if looks_personal(column.column):
        return "a person's name, number or address"
    if looks_like_date(column.kind, column.values):
        return "a date written as a number"
    if looks_like_id(column.column, column.kind, column.values, records):
        return "an id"
    if column.kind is CellKind.TEXT and looks_free(column.texts, column.values, _MOST_CHOICES):
        known = int((~np.isnan(column.values)).sum())
        return "an id" if _is_code(column, known) else "free text"
    return ""


def _is_code(column: CustomerColumn, known: int) -> bool:
    is_unique = len(np.unique(column.values)) >= _NEARLY_ALL * known
    token = re.compile(r"[\w.:-]*\d[\w.:-]*")
    return is_unique and all(token.fullmatch(text) for text in column.texts)


def _name(column: str, taken: set[str]) -> str:
    """A name for the field: the column's own if it is in Latin letters, else field_1, field_2 …"""
    latin = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_") if column.isascii() else ""
    wanted = latin if re.match(r"[a-z]", latin) else "field"
    number, name = 1, wanted if wanted != "field" else "field_1"
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    taken.add(name)
    return name


def _entry(column: CustomerColumn, name: str) -> str:
    words = {
        "name": name,
        "column": column.column,
        "kind": _KINDS[column.kind],
        "label": column.column,
        "label_en": column.column,
    }
    pairs = [
        f"{json.dumps(key)}: {json.dumps(word, ensure_ascii=False)}" for key, word in words.items()
    ]
    if column.kind is CellKind.TEXT:
        present = np.unique(column.values[~np.isnan(column.values)]).astype(int)
        choices = [column.texts[one] for one in present]
        pairs.append(f'"choices": {json.dumps(choices, ensure_ascii=False)}')
    return f"{{{', '.join(pairs)}}}"
