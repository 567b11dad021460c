"""Parts as Parquet: a row for each row of the export, its moments as lists; no word of a call."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from callrisk.artifacts.files import write_file
from callrisk.domain.call import TRANSCRIPT_FIELDS
from callrisk.domain.customer import CustomerField, FieldKind, FieldValue
from callrisk.integrations.spreadsheet.call_export import ExportedCall
from callrisk.integrations.spreadsheet.cell_columns import EncodedCells
from callrisk.pipeline.call_moments import MomentTable
from callrisk.pipeline.readings.part import Part, TranscriptFacts

_BEGIN, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_CALL_TYPES = {
    "row": pa.int64(), "customer_id": pa.string(), "call_id": pa.string(), "unpaid": pa.bool_(),
    "contract_date": pa.date32(), "agent": pa.string(), "duration_s": pa.float64(),
    "phone": pa.string(), "due_date": pa.date32(), "paid_date": pa.date32(),
}  # fmt: skip
_FACT_TYPES = {
    "length": pa.int64(), "is_cut": pa.bool_(), "is_strange": pa.bool_(), "text_key": pa.binary(),
}  # fmt: skip
_VALUE_TYPES = {
    FieldKind.NUMBER: pa.float64(), FieldKind.CHOICE: pa.string(), FieldKind.DATE: pa.date32(),
}  # fmt: skip
# The texts of cells, by column, in the head of the file.
_TEXTS = b"texts"


def write_part(path: Path, part: Part, fields: Sequence[CustomerField]) -> None:
    """Write a part, whole or not at all; `fields` are the declared fields among its values."""
    content = io.BytesIO()
    pq.write_table(_table_of(part, fields), content, compression="zstd")
    write_file(path, content.getvalue())


def is_part(path: Path) -> bool:
    """Return True if a whole part is there; False also for a file that was damaged."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return True


def read_part(path: Path, fields: Sequence[CustomerField]) -> Part:
    """Return a part that was written."""
    table = pq.read_table(path, partitioning=None)
    texts = json.loads((table.schema.metadata or {})[_TEXTS])
    facts = zip(*(table[name].to_pylist() for name in _FACT_TYPES), strict=True)
    return Part(
        _calls(table, fields),
        [TranscriptFacts(*of_row) for of_row in facts],
        _moments(table, "moment"),
        _moments(table, "share"),
        tuple(
            EncodedCells(
                table[f"cell_kind_{n}"].to_numpy(), table[f"cell_{n}"].to_numpy(), tuple(of_column)
            )
            for n, of_column in enumerate(texts)
        ),
    )


def _table_of(part: Part, fields: Sequence[CustomerField]) -> pa.Table:
    columns: dict[str, pa.Array] = {
        name: pa.array([getattr(call, name) for call in part.calls], kind)
        for name, kind in _CALL_TYPES.items()
    }
    columns["began_us"] = pa.array([_microseconds(call.began_at) for call in part.calls])
    for n, field in enumerate(fields):
        values = [call.values[field.name] for call in part.calls]
        columns[f"value_{n}"] = pa.array(values, _VALUE_TYPES[field.kind])
    for n, cells in enumerate(part.cells):
        columns |= {f"cell_kind_{n}": pa.array(cells.kinds), f"cell_{n}": pa.array(cells.values)}
    for name, kind in _FACT_TYPES.items():
        columns[name] = pa.array([getattr(facts, name) for facts in part.transcripts], kind)
    columns |= _lists(part.moments, "moment") | _lists(part.shares, "share")
    texts = json.dumps([cells.texts for cells in part.cells])
    return pa.table(columns).replace_schema_metadata({_TEXTS: texts})


def _calls(table: pa.Table, fields: Sequence[CustomerField]) -> list[ExportedCall]:
    columns: dict[str, list[Any]] = {name: table[name].to_pylist() for name in _CALL_TYPES}
    began = [_moment(microseconds) for microseconds in table["began_us"].to_pylist()]
    of_fields = [table[f"value_{n}"].to_pylist() for n in range(len(fields))]
    names = [field.name for field in fields]
    values: Sequence[Mapping[str, FieldValue]] = (
        [dict(zip(names, row, strict=True)) for row in zip(*of_fields, strict=True)]
        if names
        else [{}] * len(began)
    )
    return [
        ExportedCall(
            **dict(zip(_CALL_TYPES, row, strict=True)),
            began_at=moment,
            transcript="",
            values=own,
        )
        for row, moment, own in zip(zip(*columns.values(), strict=True), began, values, strict=True)
    ]


def _lists(table: MomentTable, of: str) -> dict[str, pa.Array]:
    offsets = pa.array(table.begin.astype(np.int32))
    columns = {f"{of}_at": table.at} | {f"{of}_{name}": table.totals[name] for name in table.totals}
    return {
        name: pa.ListArray.from_arrays(offsets, pa.array(values))
        for name, values in columns.items()
    }


def _moments(table: pa.Table, of: str) -> MomentTable:
    at = table[f"{of}_at"].combine_chunks()
    return MomentTable(
        at.offsets.to_numpy().astype(np.int64),
        at.values.to_numpy(),
        {
            name: table[f"{of}_{name}"].combine_chunks().values.to_numpy()
            for name in TRANSCRIPT_FIELDS
        },
    )


def _microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _BEGIN) // _MICROSECOND


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _BEGIN + microseconds * _MICROSECOND
