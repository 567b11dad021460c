"""A model that gives everyone the same chance is shown as one, whatever its folds tempt to."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from callrisk.charts.outcomes import calibration_rows
from callrisk.domain.evaluation import Interval
from callrisk.model.fitting import BaseRateParams, Scheme, fit_member
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.plan import Plan, recipe_of
from callrisk.pipeline.skill.forward_chaining import forward_chaining
from callrisk.pipeline.skill.measures import (
    Measured,
    labelled_customers,
    measured,
    slope_lower_bound,
)
from callrisk.pipeline.skill.refits import held_out_margins, refit_sample
from callrisk.pipeline.skill.statistics import auc, auc_in_folds, draws
from callrisk.pipeline.training.ensemble import Ensemble, learning_rows
from callrisk.pipeline.training.folds import folds_of, splits
from callrisk.pipeline.training.label_age import offsets
from callrisk.pipeline.training.presets import Preset
from callrisk.pipeline.training.selection import Selected
from callrisk.reporting.calibration_error import calibration_error
from callrisk.reporting.facts import CONSTANT, facts_of
from callrisk.reporting.notes import notes_of
from harness.made_evaluation import FULL, results
from harness.made_export import calls, dataset_of, prepared_of

REPEATS = 4
PLAN = Plan(trees=20, deepest=1, learning_rate=0.1, seed=42, quick=True)
HALF = Interval(0.5, 0.5, 0.5)
NOT_DEFINED = Interval(float("nan"), float("nan"), float("nan"))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """An export whose folds hold unequal shares of unpaid customers."""
    return dataset_of(prepared_of(tmp_path_factory.mktemp("raw"), calls(183, seed=4)))


@pytest.fixture(scope="module")
def ensemble(dataset: Dataset) -> Ensemble:
    """Members that each know the unpaid share of their own training customers, and no more."""
    label = dataset.group_label
    fold = np.stack([folds_of(label, seed) for seed in range(REPEATS)])
    members = []
    for of_repeat in fold:
        rows = (
            learning_rows(
                dataset,
                learn,
                offsets(np.zeros_like(of_repeat), np.where(of_repeat == number, np.nan, label)),
            )
            for number, (learn, _) in enumerate(splits(dataset, of_repeat))
        )
        scheme = Scheme.of(dataset.features, (), 0)
        members.append(tuple(fit_member(row, BaseRateParams(), scheme) for row in rows))
    made = Ensemble(tuple(members), (), fold, np.zeros((REPEATS, len(dataset.y))))
    return replace(made, margins=made.margins_of(dataset.x, dataset.group))


@pytest.fixture(scope="module")
def measures(dataset: Dataset, ensemble: Ensemble) -> Measured:
    """What the evaluation says of it."""
    return measured(dataset, ensemble, labelled_customers(dataset, ensemble, 1))


def test_constants_by_fold_rank_nobody(measures: Measured) -> None:
    """The main figure and those by share are 0.500; no number of customers would narrow them."""
    assert measures.auc == HALF
    assert measures.groups_needed is None
    assert {share.auc for share in measures.by_share} == {HALF}


def test_pairs_across_folds_would_tempt(dataset: Dataset, ensemble: Ensemble) -> None:
    """Pooled, the same constants look worse than chance: each fold expects what it lacks."""
    customers = labelled_customers(dataset, ensemble, 1)
    one = np.ones((1, len(customers.y)))

    assert auc(customers.y, ensemble.held_out[customers.row], one)[0] < 0.48


def test_the_calibration_of_a_constant_is_not_defined(
    dataset: Dataset, ensemble: Ensemble, measures: Measured
) -> None:
    """Neither slope nor intercept; and the model that serves keeps no slope at all."""
    customers = labelled_customers(dataset, ensemble, 1)
    slope, intercept = measures.calibration.slope, measures.calibration.intercept

    assert isnan(slope)
    assert isnan(intercept)
    assert isnan(measures.calibration_slope.low)
    assert slope_lower_bound(ensemble, customers) == 0


def test_refits_and_months_compare_customers_of_one_member(dataset: Dataset) -> None:
    """Out of fold the base rate is 0.500; and one that is refitted in its place has no curve."""
    recipe = recipe_of(dataset, PLAN)
    base_rate: Preset = recipe.tried[0]
    chosen = Selected(base_rate, (), (), recipe.tried, np.zeros((1, 2)))
    sample = refit_sample(dataset, chosen, recipe)
    same = replace(sample, params=BaseRateParams(), columns=())
    fold = folds_of(dataset.group_label, 5)

    assert same.auc(held_out_margins(same, fold), fold) == 0.5
    assert not sample.as_chosen


def test_months_without_a_signal_are_even(dataset: Dataset) -> None:
    """Each month is told by one model, so a constant one puts nobody of it in order."""
    blind = replace(dataset, x=np.zeros_like(dataset.x))
    drawn = np.stack([*draws(len(dataset.group_label), 40, np.random.default_rng(1))])
    forward = forward_chaining(blind, recipe_of(dataset, PLAN), drawn)

    assert forward is not None
    assert forward.auc == HALF
    assert {month.auc for month in forward.months} == {0.5}


def test_pairs_of_a_fold_are_those_of_each_fold_alone() -> None:
    """Worked out fold by fold, weighted by pairs, with ties counted half."""
    rng = np.random.default_rng(3)
    y, fold = (rng.random(200) < 0.3).astype(float), rng.integers(0, 5, 200)
    score = np.round(y + rng.normal(0, 1.5, 200) + 3 * fold, 1)
    weight = rng.integers(0, 3, (4, 200)).astype(float)
    ordered, pairs = np.zeros(4), np.zeros(4)
    for number in range(5):
        of = fold == number
        count = (weight[:, of] * y[of]).sum(axis=1) * (weight[:, of] * (1 - y[of])).sum(axis=1)
        ordered += np.nan_to_num(auc(y[of], score[of], weight[:, of])) * count
        pairs += count

    assert np.allclose(ordered / pairs, auc(y, score, weight, fold))
    both = auc_in_folds(y, np.stack([score, -score]), weight, np.stack([fold, fold]))
    assert np.allclose(0.5, both)


def test_equal_probabilities_make_one_bin() -> None:
    """The order of the file parts nobody: the error of a constant is that of its mean."""
    unpaid = np.append(np.ones(60), np.zeros(260))
    constant = np.full(320, 60 / 320) + 1e-13 * np.arange(320)
    (row,) = calibration_rows(constant, unpaid)
    error = calibration_error(constant, unpaid)

    assert row["customers"] == 320
    assert error is not None
    assert error.value == pytest.approx(0, abs=1e-6)


def test_a_constant_is_said_to_be_one() -> None:
    """In the place of slope, intercept and learning curve, in facts and notes."""
    constant = replace(
        FULL, auc=HALF, calibration_slope=NOT_DEFINED, calibration_intercept=NOT_DEFINED,
        groups_needed=None, learning_curve=(),
        presets=tuple(replace(one, chosen=float(one.name == "base_rate")) for one in FULL.presets),
    )  # fmt: skip
    run = replace(results(), evaluation=constant)
    facts = {fact.name.ja: fact.value for fact in facts_of(run)}
    notes = notes_of(constant, None)

    assert facts["校正 [95 % 区間]"] == CONSTANT
    assert "定義されません" in notes["calibration"][0].ja
    assert "全員に同じ確率" in notes["learning"][0].ja
