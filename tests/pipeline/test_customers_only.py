"""A table of customers without calls: one row a record, and what is declared is all there is."""

from pathlib import Path

import numpy as np
import pytest

from callrisk.bootstrap import pipeline_command
from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.integrations.spreadsheet.call_export import ExportFormat, FurtherColumns, records_of
from callrisk.integrations.spreadsheet.rows import DataError, open_table
from callrisk.pipeline.dataset import END
from callrisk.pipeline.export import past_calls
from callrisk.pipeline.preparation.feature_rows import share_rows
from callrisk.pipeline.skill.column_alarms import column_alarms
from callrisk.pipeline.skill.independent_customers import units_of
from callrisk.settings import load
from harness.made_export import (
    LABEL,
    PHONE,
    RECORD,
    SIGNED,
    Row,
    dataset_of,
    number,
    prepared_of,
    written,
)
from harness.small_world import new_root


def table(customers: int = 80) -> list[Row]:
    """Labels and two columns; no call anywhere."""
    return [
        {
            LABEL: "未払" if n % 4 == 0 else "支払済",
            RECORD: 5001 + n,
            SIGNED: f"2025-0{1 + n % 9}-15",
            "延滞": n % 5,
            "地域": "東西"[n % 2],
            "入居日": "2024-12-15",
        }
        for n in range(customers)
    ]


LATE = number("late", "延滞")
REGION = CustomerField("region", "地域", FieldKind.CHOICE, "地域", "Region", choices=("東", "西"))
MOVED = CustomerField("moved", "入居日", FieldKind.DATE, "入居日", "Moving in")


def test_each_record_is_one_row(tmp_path: Path) -> None:
    """No conversation and no history, and the day of the contract is the moment."""
    prepared = prepared_of(tmp_path, table(), [LATE, REGION, MOVED])
    dataset = dataset_of(prepared)

    assert dataset.names == ("late", "region=東", "region=西", "moved")
    assert dataset.latest.all()
    assert set(dataset.cut) == {END}
    assert len(dataset.y) == len(prepared.groups) == 80
    assert dataset.x[0].tolist() == [0.0, 1.0, 0.0, 31.0]
    assert {call.began_at for call in prepared.calls} == {None}
    assert {call.shown_id for call in prepared.calls} == {""}


def test_labels_may_be_figures(tmp_path: Path) -> None:
    """1, 1.0 and a full-width １ are one label, whichever of them config.py spells."""
    spelt = {"未払": ["1", "1.0", "１"], "支払済": ["0", "0.0"]}
    rows = [
        row | {LABEL: spelt[row[LABEL]][n % len(spelt[row[LABEL]])]}
        for n, row in enumerate(table())
    ]
    prepared = prepared_of(tmp_path, rows, [LATE], labels={"unpaid": "１", "paid": "0"})

    assert sum(group.unpaid is True for group in prepared.groups) == 20
    assert sum(group.unpaid is False for group in prepared.groups) == 60


def test_what_follows_stands(tmp_path: Path) -> None:
    """Weights, shares of a call that never was, alarms, and no calls to look back on."""
    prepared = prepared_of(tmp_path, table(), [LATE])
    dataset = dataset_of(prepared)
    x, _, _ = share_rows(prepared, dataset)

    assert dataset.weight.tolist() == [1.0] * 80
    assert np.array_equal(x, np.repeat(dataset.x, 5, axis=0))
    assert column_alarms(dataset, units_of(dataset)) == []
    assert past_calls(prepared.calls) == []


def test_a_phone_joins_records(tmp_path: Path) -> None:
    """As it does with calls."""
    rows = [row | {PHONE: f"090-0000-{n // 8:04d}"} for n, row in enumerate(table())]
    rows = [row | {LABEL: "支払済"} for row in rows]

    assert len(prepared_of(tmp_path, rows, [LATE]).groups) == 10


def test_a_record_that_stands_twice_is_named(tmp_path: Path) -> None:
    """Each record once, or nobody knows which line counts."""
    rows = table()
    with pytest.raises(DataError, match='row 82, column "レコード番号"'):
        prepared_of(tmp_path, [*rows, rows[0]], [LATE])


def test_nothing_declared_gets_suggestions(tmp_path: Path) -> None:
    """One error that says what could be declared."""
    with pytest.raises(DataError) as caught:
        prepared_of(tmp_path, table())

    message = str(caught.value)
    assert "none of its columns is declared" in message
    assert '"column": "延滞", "kind": "number"' in message
    assert '"choices": ["東", "西"]' in message
    assert "\n" not in message


def test_an_export_that_lost_a_column_is_no_table_of_customers(tmp_path: Path) -> None:
    """Some columns of a call say that calls were meant."""
    rows = [row | {"コンタクト_id": "c-1"} for row in table()]
    with pytest.raises(DataError, match="missing column 開始タイムスタンプjst, content_list"):
        prepared_of(tmp_path, rows, [LATE])


def test_rows_without_an_id_are_numbered_on_request(tmp_path: Path) -> None:
    """Otherwise one line says that this is possible."""
    rows = [{name: cell for name, cell in row.items() if name != RECORD} for row in table()]
    with pytest.raises(DataError, match=r'without the column レコード番号.*set it to ""'):
        prepared_of(tmp_path, rows, [LATE])
    names = {"label": LABEL, "started_at": "", "contact_id": "", "transcript": ""}
    plain = ExportFormat(
        customer_id="", contract_date=SIGNED, agent="", duration="", unpaid="未払", paid="支払済",
        **names,
    )  # fmt: skip
    opened = open_table(written(tmp_path / "alone.csv", rows), plain.named)
    records = list(records_of(opened, plain, FurtherColumns()))

    assert [record.customer_id for record in records][:3] == ["2", "3", "4"]
    assert len({record.customer_id for record in records}) == 80


def test_a_table_without_labels_says_what_it_lacks(tmp_path: Path) -> None:
    """Not five columns of calls."""
    rows = [{RECORD: 1, "氏名": "架空"}]
    with pytest.raises(DataError, match=r"neither calls nor labels.*未払FLAG"):
        prepared_of(tmp_path, rows)


def test_a_customers_table_alone_in_the_folder_is_learnt_from(tmp_path: Path) -> None:
    """No --data and no --customers: it is all there is."""
    command = pipeline_command
    settings = load(new_root(tmp_path / "home"))
    settings.raw_dir.mkdir(parents=True)
    listed = settings.raw_dir / "顧客一覧.csv"
    listed.write_text("", encoding="utf-8")
    request = command._run_request(command._parser().parse_args([]), settings)

    assert (request.data, request.customers) == (listed, None)


def test_another_portfolio_has_folders_of_its_own(tmp_path: Path) -> None:
    """Named after its config file; config.py itself keeps the plain ones."""
    home = new_root(tmp_path / "home")
    other = home / "rental.py"
    other.write_text((home / "config.py").read_text(encoding="utf-8"), encoding="utf-8")
    rental, plain = load(home, other), load(home, home / "config.py")

    assert rental.raw_dir == plain.raw_dir / "rental"
    assert (rental.models_dir, rental.output_dir) == (
        home / "models" / "rental",
        home / "output" / "rental",
    )
    assert plain.models_dir == load(home).models_dir == home / "models"


def test_the_command_takes_a_customers_table_alone(tmp_path: Path) -> None:
    """With no call export in data/raw, --customers names what to learn from; else it is joined."""
    command = pipeline_command
    settings = load(new_root(tmp_path / "home"))
    listed = tmp_path / "顧客.csv"
    options = command._parser().parse_args(["--customers", str(listed)])
    alone = command._run_request(options, settings)
    settings.raw_dir.mkdir(parents=True)
    export = settings.raw_dir / "通話.csv"
    export.write_text("", encoding="utf-8")
    joined = command._run_request(options, settings)

    assert (alone.data, alone.customers) == (listed, None)
    assert (joined.data, joined.customers) == (export, listed)
