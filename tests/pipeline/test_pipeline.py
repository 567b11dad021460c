"""The five phases on a small sample: honest groups, agreeing results, a version that serves."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from callrisk.artifacts import ArtifactError, champion, load_version
from callrisk.domain.call import TRANSCRIPT_FIELDS, CallTotals
from callrisk.domain.evaluation import Skill
from callrisk.domain.features.contract import MANNER
from callrisk.domain.language import packaged
from callrisk.domain.risk_category import RiskCategory
from callrisk.model.fitting import (
    BaseRateParams,
    LogisticParams,
    Params,
    Scheme,
    TreeParams,
    fit_member,
    without_offset,
)
from callrisk.model.learning import Learning
from callrisk.model.members import member_contributions, member_margins
from callrisk.pipeline.dataset import END, START, Dataset, Prepared, PreparedCall
from callrisk.pipeline.preparation.components import Links, components
from callrisk.pipeline.preparation.snapshots import MOST_MOMENTS
from callrisk.pipeline.training.folds import folds_of, splits
from harness.member_bytes import member_bytes
from harness.small_world import World


@pytest.fixture(scope="module")
def dataset(world: World) -> Dataset:
    """The feature rows of the small sample."""
    return world.dataset


@pytest.fixture(scope="module")
def prepared(dataset: Dataset) -> Prepared:
    """The small sample after reading."""
    return dataset.prepared


def test_customers_connect_through_shared_calls() -> None:
    """Chains of shared calls make one component, in whatever order they come."""
    calls = [("a", "1"), ("b", "2"), ("c", "2"), ("c", "1"), ("d", "3")]
    labels = {customer: {True: 1} for customer, _ in calls}
    root = components(Path("calls.csv"), labels, Links(calls, [], [])).root

    assert root["a"] == root["b"] == root["c"] != root["d"]


def test_no_group_stands_on_both_sides_of_a_fold(dataset: Dataset) -> None:
    """Neither a group, a customer nor a call is learnt from and held out at once."""
    calls = dataset.prepared.calls
    for learn, held in splits(dataset, folds_of(dataset.group_label, 7)):
        assert not set(dataset.group[learn]) & set(dataset.group[held])
        ids = [{calls[n].call_id for n in dataset.call[side]} for side in (learn, held)]
        assert not ids[0] & ids[1]


def test_every_group_weighs_one(dataset: Dataset) -> None:
    """However many calls and snapshots a customer has; a twin's call is learnt from once."""
    weight = np.bincount(dataset.group, dataset.weight, minlength=len(dataset.prepared.groups))

    assert np.allclose(1.0, weight)


def test_history_does_not_look_ahead(dataset: Dataset) -> None:
    """The first call of a customer has no earlier calls, the last one has all others."""
    column = dataset.x[:, dataset.names.index("earlier_calls")]
    of_customer: dict[str, list[tuple[datetime, float]]] = {}
    for row in np.flatnonzero(dataset.cut == 0):
        call = dataset.prepared.calls[dataset.call[row]]
        of_customer.setdefault(call.customer_id, []).append((call.began_at, column[row]))
    for counted in of_customer.values():
        expected = [sum(other < began for other, _ in counted) for began, _ in counted]
        assert expected == [count for _, count in counted]


def with_snapshots(
    prepared: Prepared,
) -> Iterator[tuple[PreparedCall, list[tuple[int, CallTotals]]]]:
    """The calls, each with its cuts and the totals there."""
    moments = prepared.moments
    rows = zip(*(moments.totals[name].tolist() for name in TRANSCRIPT_FIELDS), strict=True)
    found = zip(moments.at.tolist(), (CallTotals(*row) for row in rows), strict=True)
    for call, count in zip(prepared.calls, np.diff(moments.begin).tolist(), strict=True):
        yield call, list(islice(found, count))


def test_a_snapshot_is_the_call_cut_there(dataset: Dataset) -> None:
    """The start knows nothing; each knows at least as many turns as every cut before it."""
    for call, snapshots in with_snapshots(dataset.prepared):
        turns = [totals.turns for cut, totals in snapshots if cut != END]
        assert turns == sorted(turns) == [cut for cut, _ in snapshots if cut != END]
        assert turns[0] == START
        assert call.totals.turns >= turns[-1]
        assert call.totals == snapshots[-1][1]


def test_every_row_between_start_and_end_comes_with_a_statement(dataset: Dataset) -> None:
    """Rows of nothing new would only weigh a call that goes on for long."""
    spoken = [
        snapshots for call, snapshots in with_snapshots(dataset.prepared) if call.totals.turns
    ]
    moments = {len(snapshots) - 2 for snapshots in spoken}
    for snapshots in spoken:
        said = [totals.said_statements for cut, totals in snapshots if cut != END]
        assert all(earlier < later for earlier, later in pairwise(said))

    assert max(moments) == MOST_MOMENTS
    assert min(moments) == 0


def test_manner_is_in_no_model(world: World, dataset: Dataset) -> None:
    """How people talk is measured, and neither learnt from nor served."""
    manner = {feature.name for feature in MANNER}
    model = load_version(world.settings.models_dir, world.run.model_folder.name)

    assert manner >= {feature.name for feature in dataset.manner} > set()
    assert not manner & set(dataset.names)
    assert not manner & set(model.features)
    assert dataset.manner_x.shape == (len(dataset.x), len(dataset.manner))


def test_few_moments_of_the_model_lie_beyond_its_scale(world: World, dataset: Dataset) -> None:
    """The scale of the version keeps the cap for the extremes."""
    model = load_version(world.settings.models_dir, world.run.model_folder.name)
    assert model.hears
    assert model.points_to_double in range(8, 21)
    served = replace(model, skill=Skill.DEMONSTRATED).assess_many(dataset.x[dataset.learns])

    assert sum(line.cap != 0 for line in served.lines) < 0.05 * len(served.lines)


def taught(dataset: Dataset) -> tuple[Learning, Scheme]:
    """All rows to learn from, and every feature with its sign."""
    learns = dataset.learns
    rows = without_offset(dataset.y[learns], dataset.x[learns], dataset.weight[learns])
    return rows, Scheme.of(dataset.features, range(len(dataset.features)), 1)


def test_the_same_data_and_seed_give_the_same_booster(dataset: Dataset) -> None:
    """Byte for byte, and another seed gives another one."""
    rows, scheme = taught(dataset)
    params = TreeParams(20, 2, 0.1)
    first, again = (member_bytes([fit_member(rows, params, scheme)]) for _ in range(2))

    assert first == again
    assert first != member_bytes([fit_member(rows, params, replace(scheme, seed=2))])


@pytest.mark.parametrize("params", [TreeParams(60, 3, 0.1), LogisticParams(0.1), BaseRateParams()])
def test_contributions_sum_to_the_margin(dataset: Dataset, params: Params) -> None:
    """Whatever kind of member: its reasons add up, to what single precision leaves."""
    rows, scheme = taught(dataset)
    some = replace(scheme, columns=scheme.columns[3:9])
    member = fit_member(rows, params, some)
    [found] = member_contributions([member], dataset.x)

    assert np.allclose(found.sum(axis=1), member_margins(member, dataset.x), atol=1e-4)
    assert not found[:, :3].any()


def scores(world: World) -> list[dict[str, str]]:
    """risk_scores.csv of the run."""
    with (world.run.folder / "risk_scores.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_customer_has_one_score_whose_lines_add_up(world: World) -> None:
    """Start, reasons, other and cap are the score, for each customer of the export."""
    rows = scores(world)

    assert 339 == len(rows) == len({row["customer_id"] for row in rows})
    cuts = world.settings.thresholds
    for row in rows:
        reasons = [int(row[f"reason_{n}_points"] or 0) for n in range(1, 6)]
        ends = [int(row[name]) for name in ("start_points", "other_points", "cap_points")]
        assert int(row["risk_score"]) == sum(reasons) + sum(ends)
        assert row["risk_category"] == RiskCategory.of(int(row["risk_score"]), cuts)
        assert row["out_of_fold"] == "yes"


def test_scores_spread_and_rank_with_the_truth(world: World) -> None:
    """Low, medium and high all occur, and what is truly riskier tends to score higher."""
    truth = json.loads((world.settings.root / "truth.json").read_text(encoding="utf-8"))
    rows = scores(world)
    true = np.array([truth["customers"][row["customer_id"]]["log_odds"] for row in rows])
    told = np.array([float(row["probability"]) for row in rows])
    rank = np.corrcoef(np.argsort(np.argsort(true)), np.argsort(np.argsort(told)))[0, 1]

    assert {"high", "medium", "low"} == {row["risk_category"] for row in rows}
    assert rank > 0.4


def test_evaluation_holds_what_is_promised(world: World) -> None:
    """The fields that others read, with figures that can be."""
    found = json.loads((world.run.folder / "evaluation.json").read_text(encoding="utf-8"))
    promised = (
        "rows calls duplicate_calls customers groups base_rate auc brier_skill calibration "
        "permutation_p majority_accuracy accuracy verdict alarms baselines block_skill "
        "reasons_unproven"
    )

    assert set(promised.split()) <= set(found)
    assert 1058 == found["rows"] == found["calls"] + found["duplicate_calls"]
    assert found["auc"]["low"] <= found["auc"]["value"] <= found["auc"]["high"]
    # The default sample carries enough for a verdict.
    assert (found["verdict"], found["reasons_unproven"]) == ("demonstrated", [])
    assert sum(band["customers"] for band in found["bands"]) == 339


def test_a_run_leaves_a_version_that_serves(world: World) -> None:
    """The champion is the model of the run, and it loads."""
    current = champion(world.settings.models_dir)

    assert current is not None
    assert world.run.model_folder.name == current.version
    assert load_version(world.settings.models_dir, current.version).demo


def test_a_version_names_the_language_that_its_turns_were_read_in(world: World) -> None:
    """The server compares it with its own; a version of before names none."""
    folder = world.run.model_folder
    assert load_version(folder.parent, folder.name).language == packaged().version
    described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert described["language"] == packaged().version


@pytest.mark.parametrize("name", ["member_00.ubj", "model.json", "evaluation.json"])
def test_a_tampered_version_is_refused(world: World, tmp_path: Path, name: str) -> None:
    """One changed byte anywhere, or a file too many, and the version does not load."""
    version = world.run.model_folder.name
    folder = tmp_path / version
    folder.mkdir()
    for path in world.run.model_folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    load_version(tmp_path, version)
    changed = bytearray((folder / name).read_bytes())
    changed[len(changed) // 2] ^= 1
    (folder / name).write_bytes(changed)

    with pytest.raises(ArtifactError, match="was changed after training"):
        load_version(tmp_path, version)


def test_earlier_calls_are_left_for_the_live_server(world: World) -> None:
    """One row a call and customer, as of its beginning, in UTC."""
    path = world.settings.processed_dir / "earlier_calls.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 1058
    began = datetime.fromisoformat(rows[0]["began_at"])
    assert timedelta(0) == began.utcoffset()
    assert began < datetime.now(UTC)
