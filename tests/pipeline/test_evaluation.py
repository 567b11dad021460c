"""The answer about a model: honest about time, shuffled labels, and itself when run again."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from callrisk.data_folder import customer_table
from callrisk.domain.evaluation import Skill
from callrisk.domain.features.contract import MANNER
from callrisk.domain.language import packaged
from callrisk.model import RiskModel
from callrisk.pipeline import evaluation, model_training
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.phases import RunRequest, run
from callrisk.pipeline.plan import Plan, recipe_of
from callrisk.pipeline.skill.forward_chaining import forward_chaining
from callrisk.pipeline.skill.statistics import draws
from callrisk.pipeline.training.folds import folds_of
from callrisk.pipeline.training.label_age import offsets
from callrisk.settings import load
from harness.member_bytes import member_bytes
from harness.small_world import World, few_customers, new_root

PLAN = Plan(trees=100, deepest=2, learning_rate=0.05, seed=42, quick=True)


@pytest.fixture(scope="module")
def dataset(world: World) -> Dataset:
    """The default sample as rows of features."""
    return world.dataset


def shuffled(dataset: Dataset, seed: int) -> Dataset:
    """The same customers with labels dealt anew."""
    labels = np.random.default_rng(seed).permutation(dataset.group_label)
    groups = tuple(
        replace(group, unpaid=bool(label))
        for group, label in zip(dataset.prepared.groups, labels, strict=True)
    )
    prepared = replace(dataset.prepared, groups=groups)
    return replace(dataset, prepared=prepared, y=labels[dataset.group])


@pytest.mark.slow
def test_shuffled_labels_are_unproven_and_nobody_is_high(world: World, dataset: Dataset) -> None:
    """The verdict does not fall for luck, and the model that would serve says nothing loud."""
    settings = world.settings
    served = model_training.Served(
        "v", settings.thresholds, settings.customer_fields, True, packaged().version
    )
    noisy = shuffled(dataset, seed=1)
    trained = model_training.train(noisy, PLAN, served, lambda _share: None)
    found = evaluation.verdict_only(noisy, trained, PLAN)
    scores = [line.score for line in found.model.assess_many(noisy.x).lines]

    assert found.verdict.verdict == found.model.skill == Skill.UNPROVEN
    assert found.verdict.reasons_unproven
    assert max(scores) < settings.thresholds.high_risk


@pytest.mark.slow
def test_the_same_data_give_the_same_run(tmp_path: Path) -> None:
    """Boosters, calibration and the table of scores, byte for byte."""
    settings = load(new_root(tmp_path / "small", trees=20))
    request = RunRequest(
        data=few_customers(settings.raw_dir), customers=customer_table(settings.raw_dir),
        output=tmp_path / "output",
        models=tmp_path / "models", quick=True, demo=True, now=datetime(2026, 1, 1, tzinfo=UTC),
        language=packaged(),
    )  # fmt: skip
    requests = (request, replace(request, now=datetime(2026, 1, 2, tzinfo=UTC)))
    runs = [run(settings, one, lambda _phase, _share: None) for one in requests]
    models = [RiskModel.load(one.model_folder) for one in runs]
    tables = [(one.folder / "risk_scores.csv").read_bytes() for one in runs]

    assert member_bytes(models[0].members) == member_bytes(models[1].members)
    assert models[0].calibration == models[1].calibration
    assert tables[0] == tables[1]


def test_a_run_tells_what_it_was_made_of(world: World) -> None:
    """Seed, hash of the data, versions; every preset with its cost, every block with its share."""
    found = world.run.evaluation

    assert found.origin.seed == world.settings.model_params.random_state
    assert len(found.origin.data_sha256) == 64
    assert {"python", "numpy"} <= set(found.origin.versions)
    assert all(one.serving_ms > 0 for one in found.presets)
    assert sum(one.chosen for one in found.presets) == pytest.approx(1)
    blocks = {one.block: one for one in found.blocks}
    assert set(blocks) == {"said", "said_detail", "history", "customer", "manner"}
    assert all(one.adds.low <= one.adds.value <= one.adds.high for one in found.blocks)
    assert blocks["manner"].admitted == 0
    assert found.said_adds is not None
    assert found.said_adds.low <= found.said_adds.value <= found.said_adds.high
    assert found.calibration_slope.low < found.calibration.slope < found.calibration_slope.high
    assert "three_features" in found.baselines
    assert [point.groups for point in found.learning_curve] == sorted(
        point.groups for point in found.learning_curve
    )


def test_shares_of_a_call_end_where_the_model_does(world: World) -> None:
    """From before the call to its end, each with the paired differences of the same customers."""
    found = world.run.evaluation
    shares = found.by_share

    assert [one.share for one in shares] == [0, 25, 50, 75, 100]
    assert (shares[0].gain, shares[-1].to_end) == (None, None)
    gains = [one.gain.value for one in shares if one.gain is not None]
    assert shares[0].auc.value + sum(gains) == pytest.approx(shares[-1].auc.value)
    assert shares[0].to_end is not None
    assert shares[0].to_end.value == pytest.approx(sum(gains))
    assert shares[-1].auc.value == pytest.approx(found.auc.value, abs=0.02)


def test_no_model_that_is_served_knows_manner(world: World) -> None:
    """Manner is measured by refits alone; the evaluation says if what is said has a weight."""
    model = RiskModel.load(world.run.model_folder)

    assert not {feature.name for feature in MANNER} & set(model.features)
    assert world.run.evaluation.hears == model.hears


def test_cohorts_are_told_by_learnt_groups_alone() -> None:
    """A month's offset follows its unpaid rate, smoothed; unlabelled groups change nothing."""
    month = np.repeat([0, 1], 100)
    label = np.where(np.arange(200) % 10 < np.where(month == 0, 4, 1), 1.0, 0.0)
    label[::7] = np.nan
    found = offsets(month, label)
    rate = 1 / (1 + np.exp(-found))

    assert 0.3 < rate[0] < 0.4
    assert 0.1 < rate[150] < 0.15
    assert len(set(found.tolist())) == 2


def test_months_are_answered_from_earlier_ones(dataset: Dataset) -> None:
    """Forward chaining leaves out the first months, and has nothing to say of a single month."""
    recipe = recipe_of(dataset, replace(PLAN, deepest=1))
    drawn = np.zeros((50, len(dataset.group_label)), dtype=np.uint8)
    drawn[:] = draws(len(dataset.group_label), 50, np.random.default_rng(1))
    found = forward_chaining(dataset, recipe, drawn)
    groups = tuple(replace(one, contract_month="2025-01") for one in dataset.prepared.groups)
    single = replace(dataset, prepared=replace(dataset.prepared, groups=groups))

    assert found is not None
    signed = sorted(
        {group.contract_month for group in dataset.prepared.groups if group.contract_month}
    )
    assert signed[0] not in {one.month for one in found.months}
    assert found.auc.low <= found.auc.value <= found.auc.high
    assert forward_chaining(single, recipe, drawn) is None


def test_two_lonely_labels_still_make_folds() -> None:
    """With two of a kind there are two folds, each with one of them."""
    label = np.array([1.0, 1.0, *np.zeros(20)])
    fold = folds_of(label, 3)

    assert fold.max() == 1
    assert fold[0] != fold[1]
