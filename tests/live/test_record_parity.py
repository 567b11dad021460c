"""Declared fields of the record mean the same offline and live: dates, lists, values per call."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from callrisk.domain.call import CallTotals
from callrisk.domain.customer import Customer, CustomerField, FieldKind
from callrisk.domain.language import packaged
from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, read_customers
from callrisk.live.served_model import ServedModel
from callrisk.pipeline.data_preparation import prepare
from callrisk.pipeline.file_formats import Formats
from callrisk.pipeline.preparation.feature_rows import build_dataset, records_of_calls
from callrisk.wire.customer import CustomerCard

FIELDS = (
    CustomerField("moved", "入居日", FieldKind.DATE, "入居日", "Moving in"),
    CustomerField("late", "延滞", FieldKind.NUMBER, "延滞", "Late", zero_is_missing=True),
    CustomerField("pays", "支払", FieldKind.CHOICE, "支払", "Pays by", choices=("口座", "1")),
    CustomerField("balance", "残高", FieldKind.NUMBER, "残高", "Balance", live=True),
)
FORMAT = ExportFormat(
    "flag", "id", "start", "contact", "text", "signed", "agent", "s", "未払", "支払済"
)
CUSTOMERS = CustomerFormat("id", "name", "phone", FIELDS)


def files(folder: Path) -> tuple[Path, Path]:
    """Calls just before and after midnight in Japan, and a table with gaps."""
    calls, table = folder / "calls.csv", folder / "customers.csv"
    lines = ["flag,id,start,contact,text,残高"]
    for n in range(40):
        lines += [
            f"{'未払' if n % 3 else '支払済'},{n},2025-03-{1 + n % 28:02d} {hour},c{n}-{hour},"
            f"(CUSTOMER)x,{n}"
            for hour in ("23:59:59", "00:00:00")
        ]
    calls.write_text("\n".join(lines), encoding="utf-8")
    rows = [
        f"{n},2025/3/{1 + n % 20},{n % 3},{['口座', '1', '手形', ''][n % 4]}" for n in range(30)
    ]
    table.write_text("\n".join(["id,入居日,延滞,支払", *rows]), encoding="utf-8")
    return calls, table


def test_every_declared_field_is_the_same_bits_live(tmp_path: Path) -> None:
    """The record as each call found it, and the moment at which that call began."""
    calls, table = files(tmp_path)
    prepared = prepare(calls, table, Formats(FORMAT, CUSTOMERS), packaged(), lambda _share: None)
    dataset = build_dataset(prepared, FIELDS)
    own = [name for name in dataset.names if name.partition("=")[0] in {f.name for f in FIELDS}]
    model: Any = SimpleNamespace(version="v", fields=FIELDS, features=tuple(own))
    records = records_of_calls(prepared)
    calls = [
        (CallTotals(), None, records[call], began)
        for call in dataset.call
        if (began := prepared.calls[call].began_at) is not None
    ]
    offline = dataset.x[:, [dataset.names.index(name) for name in own]]

    assert len(own) == 5
    np.testing.assert_array_equal(ServedModel(model).matrix(*zip(*calls, strict=True)), offline)
    assert not np.isnan(offline).all(axis=0).any()
    assert np.isnan(offline[:, own.index("moved")]).any()


def test_the_live_record_is_read_like_the_offline_one(tmp_path: Path) -> None:
    """One reader for both."""
    calls, table = files(tmp_path)
    prepared = prepare(calls, table, Formats(FORMAT, CUSTOMERS), packaged(), lambda _share: None)

    assert read_customers(table, CUSTOMERS) == prepared.records


def test_the_card_shows_a_date_as_people_write_it() -> None:
    """ISO for programs; a blank is unknown."""
    record = Customer(
        "1", values={"moved": date(2025, 3, 1)}, as_of=datetime(2025, 4, 1, tzinfo=UTC)
    )
    card = CustomerCard.of(record, FIELDS[:2], [], demo=False, signed=date(2025, 3, 20)).rendered()

    assert card is not None
    moved, late = card["fields"]
    assert (moved["value"], moved["text"], moved["text_en"]) == (
        "2025-03-01", "2025/03/01", "2025-03-01",
    )  # fmt: skip
    assert (late["value"], late["text"], late["text_en"]) == (None, "不明", "unknown")


def test_the_card_masks_the_telephone_number() -> None:
    """Of the record as of a call."""
    record = Customer("1", phone="050-0000-9876", as_of=datetime(2025, 4, 1, tzinfo=UTC))
    card = CustomerCard.of(record, (), [], demo=False, signed=None).rendered()

    assert card is not None
    assert card["phone"] == "•••-••••-9876"
