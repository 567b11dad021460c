"""Tables without labels scored by an existing version: the same scores, marked, or no result."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from callrisk.artifacts import load_version
from callrisk.data_folder import customer_table
from callrisk.domain.customer import Customer
from callrisk.domain.features import columns as columns_of
from callrisk.domain.language import packaged
from callrisk.domain.wording import field_lines
from callrisk.integrations.spreadsheet.customer_table import read_customers
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.model import RiskModel
from callrisk.model.members import Matrix
from callrisk.pipeline.batch import batch_scoring
from callrisk.pipeline.batch.batch_scoring import (
    BatchRequest,
    BatchResult,
    BatchScoring,
)
from callrisk.pipeline.batch.training_reference import SCORE, TrainingReference
from callrisk.pipeline.export import COLUMNS
from callrisk.pipeline.file_formats import Formats, customer_format, export_format
from callrisk.reporting.portfolio.scorecard_table import features_of_model
from harness.small_world import World, few_customers

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
Row = dict[str, str]


@pytest.fixture(scope="module")
def model(world: World) -> RiskModel:
    """The model of the small world."""
    return load_version(world.settings.models_dir, world.run.model_folder.name)


@pytest.fixture(scope="module")
def table(world: World) -> Path:
    """Its customers table."""
    found = customer_table(world.settings.raw_dir)
    assert found is not None
    return found


def score(
    world: World, model: RiskModel, data: Path, output: Path,
    reference: TrainingReference | None = None, customers: Path | None = None,
) -> BatchResult:  # fmt: skip
    """Score a table."""
    settings = world.settings
    formats = Formats(export_format(settings), customer_format(settings))
    request = BatchRequest(data, customers, output, NOW, packaged())
    scoring = BatchScoring(model, features_of_model(model), reference)
    return scoring.run(request, formats, lambda _share: None)


def rows_of(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, rows: Sequence[Row]) -> Path:
    """A CSV file of these rows."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def features_of(model: RiskModel, customers: Sequence[Customer]) -> Matrix:
    """Feature rows of customers before a call, by the code that live calls use."""
    columns = columns_of.customer_columns(customers, model.fields, [NOW] * len(customers))
    blank, none = np.full(len(customers), np.nan), np.zeros(len(customers))
    columns |= {
        name: none if name.startswith("said_") else blank
        for name in model.features
        if name not in columns
    }
    return columns_of.matrix(columns, model.features)


def test_customers_get_the_served_score_with_its_reasons(
    world: World, model: RiskModel, table: Path, tmp_path: Path
) -> None:
    """In the order of the file, in the columns of a run, in CSV and workbook alike."""
    result = score(world, model, table, tmp_path)
    rows = rows_of(result.folder / "risk_scores.csv")
    customers = list(read_customers(table, customer_format(world.settings)).values())
    x = features_of(model, customers)
    served = model.assess_many(x)

    assert [*rows[0]] == [*COLUMNS, "outside_training"]
    assert [row["customer_id"] for row in rows] == [one.customer_id for one in customers]
    assert [int(row["risk_score"]) for row in rows] == [line.score for line in served.lines]
    assert np.allclose([float(row["probability"]) for row in rows], served.probability, atol=6e-5)
    features = features_of_model(model)
    for row, line, values in zip(rows, served.lines, x.tolist(), strict=True):
        reasons = field_lines(features, line.by_feature, values, model.typical)[:5]
        cells = [(row[f"reason_{n}"], row[f"reason_{n}_points"]) for n in range(1, 6)]
        assert [cell for cell in cells if cell[0]] == [(r.reason, str(r.points)) for r in reasons]
        parts = ["start_points", "other_points", "cap_points"]
        points = [int(row[name]) for name in parts] + [int(p) for _, p in cells if p]
        assert sum(points) == int(row["risk_score"])
    sheet = load_workbook(result.folder / "risk_scores.xlsx", read_only=True).worksheets[0]
    assert sum(1 for _ in sheet.rows) == len(rows) + 1 == result.rows + 1
    assert "does not say which values" in result.notes[-1]


def test_calls_are_scored_at_the_end_of_the_latest(
    world: World, model: RiskModel, tmp_path: Path
) -> None:
    """One row a customer, with the call; the label column is not needed."""
    raw = tmp_path / "raw"
    export = few_customers(raw)
    rows = [
        {name: cell for name, cell in row.items() if name != "未払FLAG"} for row in rows_of(export)
    ]
    calls = written(tmp_path / "通話.csv", rows)
    result = score(world, model, calls, tmp_path / "out", customers=customer_table(raw))

    scored = rows_of(result.folder / "risk_scores.csv")
    assert {row["customer_id"] for row in scored} == {row["レコード番号"] for row in rows}
    assert len(scored) == result.rows == len({row["customer_id"] for row in scored})
    assert {row["call_id"] for row in scored} <= {row["コンタクト_id"] for row in rows}
    assert all(row["call_began_at"] and not row["label"] for row in scored)
    assert len({row["risk_score"] for row in scored}) > 5


def reference_of(model: RiskModel, x: Matrix) -> TrainingReference:
    """A reference of customers with these features, as a version keeps it."""
    scores = np.array([line.score for line in model.assess_many(x).lines])
    made = TrainingReference.of(
        features_of_model(model), x, scores, np.arange(len(x)), has_calls=True
    )
    return TrainingReference.from_json(made.to_json())


def test_no_name_number_or_word_is_in_the_results(
    world: World, model: RiskModel, tmp_path: Path
) -> None:
    """Of a call that is scored at its end: in the CSV, the workbook and the summary."""
    export = few_customers(tmp_path / "raw")
    told = {"名前": "鯨井ミモザ", "電話": "08031415926", "言葉": "金木犀の垣根を見ました"}
    rows = rows_of(export)
    column = next(name for name, cell in rows[0].items() if "(CUSTOMER)" in cell)
    for row in rows:
        row[column] += f"\n(CUSTOMER) {told['言葉']}。{told['名前']}です。{told['電話']}です。"
    calls = written(tmp_path / "通話.csv", [row | told for row in rows])
    customers = customer_table(tmp_path / "raw")
    result = score(world, model, calls, tmp_path / "out", customers=customers)
    files = [path for path in result.folder.rglob("*") if path.is_file()]
    workbook = load_workbook(result.folder / "risk_scores.xlsx", read_only=True)
    cells = "".join(
        str(cell)
        for sheet in workbook.worksheets
        for line in sheet.iter_rows(values_only=True)
        for cell in line
    )

    assert rows[0]["レコード番号"] in cells
    for words in told.values():
        assert words not in cells
        assert not [path for path in files if words.encode() in path.read_bytes()]


def test_what_the_model_never_saw_is_marked(
    world: World, model: RiskModel, table: Path, tmp_path: Path
) -> None:
    """An amount beyond all of the training, a choice that is new; and the shift is told."""
    customers = list(read_customers(table, customer_format(world.settings)).values())
    reference = reference_of(model, features_of(model, customers))
    rows = rows_of(table)
    amounts = [float(row["契約金額"]) for row in rows if row["契約金額"]]
    rows[0] |= {"契約金額": str(10 * max(amounts))}
    rows[1] |= {"支払方法": "暗号資産"}

    result = score(world, model, written(tmp_path / "a.csv", rows), tmp_path / "a", reference)
    marks = [row["outside_training"] for row in rows_of(result.folder / "risk_scores.csv")]
    assert ("契約金額" in marks[0], "支払方法：暗号資産" in marks[1]) == (True, True)
    assert (set(marks[2:]), result.outside) == ({""}, 2)
    assert {str(one.change) for one in result.changes} == {"none"}

    for row in rows:
        row["契約期間"] = "36"
    result = score(world, model, written(tmp_path / "b.csv", rows), tmp_path / "b", reference)
    told = json.loads((result.folder / "stability.json").read_text(encoding="utf-8"))
    shifted = [one["name"] for one in told["columns"] if one["change"] == "shifted"]
    assert shifted == ["contract_months"]
    # A table without calls says nothing of words, earlier calls and the score at their end.
    assert SCORE not in {one["name"] for one in told["columns"]}


@pytest.mark.parametrize(
    "bad",
    [("契約金額", "たくさん"), ("レコード番号", "")],
    ids=["amount", "no id"],
)
def test_a_bad_cell_leaves_nothing_behind(
    world: World, model: RiskModel, table: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, bad: tuple[str, str],
) -> None:  # fmt: skip
    """One error that names it, also where earlier rows were scored already."""
    monkeypatch.setattr("callrisk.pipeline.batch.customer_batches.ROWS_AT_ONCE", 50)
    rows = rows_of(table)
    column, cell = bad
    rows[298][column] = cell

    with pytest.raises(DataError, match=f'row 300, column "{column}"'):
        score(world, model, written(tmp_path / "bad.csv", rows), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_equal_cells_are_read_once_and_counted_each(
    world: World, model: RiskModel, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of words for missing the note says how many there are, of a code the refusal does."""
    monkeypatch.setattr("callrisk.pipeline.batch.customer_batches.ROWS_AT_ONCE", 50)
    rows = rows_of(table)
    for row in rows[:70]:
        row["契約期間"] = "不明"
    result = score(world, model, written(tmp_path / "words.csv", rows), tmp_path / "out")
    for row in rows[:70]:
        row["契約期間"] = "9999"

    assert any("70 missing words (不明 70)" in note for note in result.notes)
    with pytest.raises(DataError, match=r'"契約期間": 9999 stands in 70 cells'):
        score(world, model, written(tmp_path / "codes.csv", rows), tmp_path / "codes")


def test_a_table_without_any_column_of_the_model_is_refused(
    world: World, model: RiskModel, tmp_path: Path
) -> None:
    """The error names those that it learnt from."""
    bare = written(tmp_path / "bare.csv", [{"レコード番号": "1", "氏名": "仮名"}])

    with pytest.raises(DataError, match=r"no column that the model learnt from .*契約金額"):
        score(world, model, bare, tmp_path / "out")


def test_many_rows_are_written_as_csv_alone(
    world: World, model: RiskModel, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a note says so."""
    monkeypatch.setattr(batch_scoring, "MOST_ROWS_IN_A_WORKBOOK", 100)
    result = score(world, model, table, tmp_path)

    assert not (result.folder / "risk_scores.xlsx").exists()
    assert len(rows_of(result.folder / "risk_scores.csv")) == result.rows > 100
    assert "CSV alone" in result.notes[-1]
