"""A scorecard on the command line: the file alone gives the served score, or it is told why not."""

import csv
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from openpyxl import load_workbook

from callrisk.artifacts import save_version
from callrisk.model import RiskModel
from callrisk.model.fitting import Scheme, TreeParams, fit_member, without_offset
from harness.small_versions import NEW, OLD, make_champion, small_model, some_rows
from harness.small_world import new_root

Command = Callable[..., tuple[int, str, str]]


def deepened(model: RiskModel, depth: int) -> RiskModel:
    """The small model with a booster of this depth."""
    x = some_rows()
    y = ((x[:, 1] > 0) & (x[:, 2] > 0)).astype(np.float64)
    scheme = Scheme((0, 1, 2), (1, 0, 0), 0, (True, False, False), (0,))
    member = fit_member(
        without_offset(y, x, np.ones(len(x))), TreeParams(20, depth, 0.3, 0.01, 0.1), scheme
    )
    return replace(model, members=(member,))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with an additive version, which serves, and one that is not."""
    root = new_root(tmp_path / "設置 場所")
    for version, depth in ((OLD, 1), (NEW, 2)):
        model = deepened(small_model(version), depth)
        save_version(root / "models", model, some_rows(), {"evaluation.json": "{}"})
    make_champion(root / "models", OLD)
    return root


@pytest.fixture
def command(main_py: ModuleType, home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command in this process: its exit status, what it says, and what it complains of."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status: int = main_py.main(list(arguments), home)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def points_of(rows: list[dict[str, str]], value: float) -> float:
    """The points of a value by the rows of its feature."""
    if math.isnan(value):
        (missing,) = [row for row in rows if row["kind"] == "missing"]
        return float(missing["points"])
    (row,) = [
        row
        for row in rows
        if row["kind"] == "range"
        and float(row["from"] or "-inf") <= value < float(row["below"] or "inf")
    ]
    away = value - float(row["counted_from"])
    return float(row["points"]) + float(row["points_per_unit"]) * away


def scores_by_table(rows: list[dict[str, str]], names: list[str], x: np.ndarray) -> list[int]:
    """The scores of feature rows as the workbook says they are added, without our code."""
    start, highest = (float(row["points"]) for row in rows[:2])
    of_feature = defaultdict(list)
    for row in rows[2:]:
        of_feature[row["feature"]].append(row)
    is_said = [of_feature[name][0]["part"] == "said" for name in names]
    scores = []
    for values in x.tolist():
        points = [points_of(of_feature[name], v) for name, v in zip(names, values, strict=True)]
        of_part = list(zip(is_said, values, points, strict=True))
        nobody = all(math.isnan(value) for said, value, _ in of_part if not said)
        known = 0.0 if nobody else sum(each for said, _, each in of_part if not said)
        spoken = sum(each for said, _, each in of_part if said)
        whole = math.floor(start + known + 0.5) + math.floor(spoken + 0.5)
        scores.append(min(max(whole, 0), int(highest)))
    return scores


def test_the_file_gives_the_served_score(command: Command, home: Path, tmp_path: Path) -> None:
    """Read without our code, for thousands of rows; the workbook holds the same table."""
    target = tmp_path / "点数表.csv"
    status, said, _ = command("--export-scorecard", "--output", str(target))
    assert (status, str(target) in said) == (0, True)
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    x = np.random.default_rng(9).normal(size=(3_000, 3)) * 2
    x[:, 1:][np.random.default_rng(8).random((3_000, 2)) < 0.3] = np.nan

    model = deepened(small_model(OLD), 1)
    served = [line.score for line in model.assess_many(x).lines]
    assert scores_by_table(rows, list(model.features), x) == served
    assert len(set(served)) > 5
    sheet = load_workbook(target.with_suffix(".xlsx"), read_only=True)["点数表"]
    assert sum(1 for _ in sheet.rows) == len(rows) + 1


def test_a_model_that_is_not_additive_says_why(command: Command, tmp_path: Path) -> None:
    """One line with the setting that makes one; no file is written."""
    target = tmp_path / "card.csv"
    status, _, complaint = command("--export-scorecard", "--model", NEW, "--output", str(target))

    assert (status, complaint.count("\n")) == (1, 1)
    assert '"max_depth": 1 in MODEL_PARAMS' in complaint
    assert list(tmp_path.glob("card*")) == []


def test_without_a_version_the_command_says_how_to_train(command: Command, tmp_path: Path) -> None:
    """Also where a version is named that there is not."""
    nowhere = command("--export-scorecard", "--models", str(tmp_path / "none"))
    unknown = command("--export-scorecard", "--model", "20200101-000000-a")

    assert (nowhere[0], "no model version yet" in nowhere[2]) == (1, True)
    assert (unknown[0], "no such model version" in unknown[2]) == (1, True)
