"""Phase 4: what the model knows beyond the base rate, measured on customers it never saw."""

from dataclasses import dataclass, replace

import numpy as np

from callrisk.domain.assessment import RiskCategory
from callrisk.domain.evaluation import Band, Calibration, Evaluation, Skill, reasons_unproven
from callrisk.model import BoosterParams, RiskModel, Scores
from callrisk.pipeline.alarms import alarms_of
from callrisk.pipeline.baselines import baselines, by_progress
from callrisk.pipeline.dataset import Dataset, Ints, LabelledCustomers, Progress
from callrisk.pipeline.folds import Ensemble, Trained, calibrated_out_of_fold
from callrisk.pipeline.refits import block_skill, few_groups, permutations
from callrisk.pipeline.skill import (
    affine_calibration,
    at_base_rate,
    auc,
    brier_skill,
    draws,
    resampled_interval,
)

# An unpaid customer is predicted where paying is the less likely outcome.
_EVEN_ODDS = 0.5
_DRAWS, _SLOPE_DRAWS = 1_000, 200
_PERMUTATIONS, _PERMUTATIONS_QUICK = 199, 59


@dataclass(frozen=True, slots=True)
class Judged:
    """The evaluation and the model as it may be served: shrunk when its skill is unproven."""

    evaluation: Evaluation
    model: RiskModel


def evaluate(
    dataset: Dataset, trained: Trained, params: BoosterParams, quick: bool, progress: Progress
) -> Judged:
    """Measure skill, calibration and alarms, and give the verdict."""
    rng, ensemble = np.random.default_rng(params.random_state), trained.ensemble
    customers = _customers(dataset, ensemble, rng)
    few = few_groups(dataset, rng)
    count = _PERMUTATIONS_QUICK if quick else _PERMUTATIONS
    observed, permuted = permutations(few, params, count, rng, progress)
    evaluation = _evaluation(dataset, ensemble, customers)
    evaluation = replace(
        evaluation,
        permutation_p=(1 + int((permuted >= observed).sum())) / (1 + count),
        permutations=count,
        block_skill=block_skill(few, params),
        alarms=tuple(alarms_of(dataset, evaluation, customers, permuted)),
    )
    return _judged(dataset, ensemble, customers, evaluation, trained.model)


def _customers(dataset: Dataset, ensemble: Ensemble, rng: np.random.Generator) -> LabelledCustomers:
    row = np.flatnonzero(dataset.latest & ~np.isnan(dataset.y))
    labelled = np.flatnonzero(~np.isnan(dataset.group_label))
    resampled = np.zeros((_DRAWS, len(dataset.group_label)), dtype=np.uint8)
    resampled[:, labelled] = draws(len(labelled), _DRAWS, rng)
    return LabelledCustomers(
        y=dataset.y[row],
        group=dataset.group[row],
        row=row,
        probability=calibrated_out_of_fold(dataset, ensemble.held_out, ensemble.fold[0])[row],
        draws=resampled,
    )


def _evaluation(dataset: Dataset, ensemble: Ensemble, customers: LabelledCustomers) -> Evaluation:
    y, p = customers.y, customers.probability
    prepared, labels = dataset.prepared, dataset.group_label
    slope, intercept = affine_calibration(y, np.log(p / (1 - p)), np.ones(len(y)))
    majority = max(float(y.mean()), 1 - float(y.mean()))
    return Evaluation(
        rows=prepared.rows,
        calls=prepared.rows - prepared.duplicate_calls,
        duplicate_calls=prepared.duplicate_calls,
        customers=int(dataset.latest.sum()),
        labelled_customers=len(y),
        pending_customers=int(dataset.latest.sum()) - len(y),
        groups=len(labels),
        unpaid_groups=int(np.nansum(labels)),
        base_rate=float(np.nanmean(labels)),
        auc=resampled_interval(auc, y, p, customers.group, customers.draws),
        brier_skill=resampled_interval(brier_skill, y, p, customers.group, customers.draws),
        calibration=Calibration(slope, intercept),
        permutation_p=1.0,
        permutations=0,
        majority_accuracy=majority,
        accuracy=float(((p >= _EVEN_ODDS) == (y == 1)).mean()),
        baselines=baselines(dataset, customers),
        block_skill={},
        by_progress=by_progress(dataset, ensemble),
        bands=(),
        alarms=(),
        verdict=Skill.UNPROVEN,
        reasons_unproven=(),
        reasons_unproven_en=(),
    )


def _judged(
    dataset: Dataset, ensemble: Ensemble, customers: LabelledCustomers, evaluation: Evaluation,
    model: RiskModel,
) -> Judged:  # fmt: skip
    reasons = reasons_unproven(evaluation.brier_skill, evaluation.permutation_p, evaluation.alarms)
    if not reasons:
        return Judged(replace(evaluation, verdict=Skill.DEMONSTRATED), model)
    slope = min(model.calibration.slope, max(0.0, _slope_low(ensemble, customers)))
    learns = dataset.learns
    margin, weight = ensemble.held_out[learns], dataset.weight[learns]
    shrunk = at_base_rate(slope, margin, weight, model.base_rate)
    return Judged(
        replace(
            evaluation,
            reasons_unproven=tuple(ja for ja, _ in reasons),
            reasons_unproven_en=tuple(en for _, en in reasons),
        ),
        replace(model, skill=Skill.UNPROVEN, calibration=shrunk),
    )


def _slope_low(ensemble: Ensemble, customers: LabelledCustomers) -> float:
    margin, drawn = ensemble.held_out[customers.row], customers.draws[:_SLOPE_DRAWS]
    weights = drawn[:, customers.group].astype(np.float64)
    slopes = [affine_calibration(customers.y, margin, weight)[0] for weight in weights]
    return float(np.percentile(slopes, 2.5))


def bands(scores: Scores, dataset: Dataset, rows: Ints, model: RiskModel) -> tuple[Band, ...]:
    """How many labelled customers fell into each category, and how many did not pay."""
    categories = [RiskCategory.of(line.score, model.thresholds) for line in scores.lines]
    y = dataset.y[rows]
    counted = []
    for category in RiskCategory:
        of_band = np.array([one is category for one in categories]) & ~np.isnan(y)
        counted.append(Band(str(category), int(of_band.sum()), int(y[of_band].sum())))
    return tuple(counted)
