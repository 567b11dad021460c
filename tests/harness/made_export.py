"""Small exports and customers tables that a test can make, row by row, with its own columns."""

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.language import packaged
from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.pipeline.data_preparation import prepare
from callrisk.pipeline.dataset import Dataset, Prepared
from callrisk.pipeline.file_formats import Formats
from callrisk.pipeline.preparation.feature_rows import build_dataset
from callrisk.settings import load
from harness import ROOT

LABEL, RECORD, STARTED, CONTACT, SAID = (
    "未払FLAG", "レコード番号", "開始タイムスタンプjst", "コンタクト_id", "content_list",
)  # fmt: skip
SIGNED, PHONE = "成約日date", "電話番号"
FIRST_DAY = datetime(2025, 1, 6, 10)  # noqa: DTZ001 - as an export writes it
Row = dict[str, Any]


def calls(customers: int, seed: int = 0, per_customer: int = 2) -> list[Row]:
    """Calls of customers whose contracts come one after the other over half a year."""
    rng = np.random.default_rng(seed)
    signed = np.sort(rng.integers(0, 180, customers))
    rows = []
    for customer in range(customers):
        label = "未払" if rng.random() < 0.25 else "支払済"
        contract = FIRST_DAY + timedelta(days=int(signed[customer]))
        for number in range(per_customer):
            words = "払えるか不安です" if rng.random() < 0.3 else "はいそうですね"
            turns = int(rng.integers(6, 16))
            rows.append(
                {
                    LABEL: label,
                    # Not in the order of the contracts.
                    RECORD: 1001 + (customer * 37) % customers,
                    SIGNED: f"{contract:%Y-%m-%d}",
                    STARTED: f"{contract - timedelta(days=per_customer - number):%Y-%m-%d %H:%M}",
                    CONTACT: f"c-{customer}-{number}",
                    SAID: f"(AGENT)ご確認します\n(CUSTOMER){words}\n" * turns,
                }
            )
    return rows


def written(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """The rows as a CSV file; a column that a row lacks is blank there."""
    header = dict.fromkeys(name for row in rows for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(header))
        writer.writeheader()
        writer.writerows(rows)
    return path


def number(name: str, column: str, **more: Any) -> CustomerField:
    """A declared number."""
    return CustomerField(name, column, FieldKind.NUMBER, column, name, **more)


def prepared_of(
    folder: Path,
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[CustomerField] = (),
    table: Sequence[Mapping[str, Any]] = (),
    labels: Mapping[str, str] | None = None,
    **columns: Any,
) -> Prepared:
    """What preparation makes of these rows; `columns` are further parts of the export's format."""
    settings = load(ROOT)
    names = dict(settings.customer_columns)
    return prepare(
        written(folder / "calls.csv", rows),
        written(folder / "customers.csv", table) if table else None,
        Formats(
            ExportFormat(
                **dict(settings.export_columns), **(labels or dict(settings.labels)), **columns
            ),
            CustomerFormat(**names, fields=tuple(fields)),
        ),
        packaged(),
        lambda _share: None,
    )


def dataset_of(prepared: Prepared) -> Dataset:
    """Its feature rows."""
    return build_dataset(prepared, prepared.declared)


def codes(prepared: Prepared) -> list[tuple[str, str | None]]:
    """The alarms of preparation."""
    return [(alarm.code, alarm.feature) for alarm in prepared.alarms]
