"""Phase 4: what the model knows beyond the base rate, measured on customers it never saw."""

from dataclasses import dataclass, replace

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.assessment import RiskCategory
from callrisk.domain.evaluation import (
    Alarm,
    Calibration,
    Evaluation,
    Interval,
    Origin,
    OutcomeBand,
    Skill,
    Tuning,
    reasons_unproven,
)
from callrisk.domain.log_odds import log_odds
from callrisk.model import RiskModel, Scores
from callrisk.pipeline.dataset import Dataset, LabelledCustomers, Progress
from callrisk.pipeline.plan import Plan, recipe_of
from callrisk.pipeline.skill.alarms import alarms_of
from callrisk.pipeline.skill.baselines import baselines, by_progress, by_share, post_call
from callrisk.pipeline.skill.fold_leaks import across_alarm, shared_across
from callrisk.pipeline.skill.forward_chaining import forward_chaining
from callrisk.pipeline.skill.refits import (
    RefitSample,
    block_reports,
    few_groups,
    learning_curve,
    permutations,
)
from callrisk.pipeline.skill.selection_reports import admission, preset_reports, usual
from callrisk.pipeline.skill.statistics import (
    affine_calibration,
    at_base_rate,
    auc,
    brier_skill,
    draws,
    groups_needed,
    resampled_interval,
)
from callrisk.pipeline.training.ensemble import Ensemble, Trained, calibrated_out_of_fold, signs_of
from callrisk.pipeline.training.tuning import best_of_noise

# An unpaid customer is predicted where paying is the less likely outcome.
_EVEN_ODDS = 0.5
_DRAWS, _SLOPE_DRAWS = 1_000, 200
_PERMUTATIONS, _PERMUTATIONS_QUICK = 199, 59


@dataclass(frozen=True, slots=True)
class EvaluatedModel:
    """The evaluation and the model as it may be served: shrunk when its skill is unproven."""

    evaluation: Evaluation
    model: RiskModel


def evaluate(
    dataset: Dataset, trained: Trained, plan: Plan, origin: Origin, progress: Progress
) -> EvaluatedModel:
    """Measure skill, calibration and alarms, and give the verdict."""
    ensemble, recipe = trained.ensemble, recipe_of(dataset, plan)
    customers = labelled_customers(dataset, ensemble, plan.seed)
    found = replace(measured(dataset, ensemble, customers), origin=origin)
    few = few_groups(dataset, usual(ensemble.all_choices()), recipe)
    found, permuted = _shuffled(found, few, plan, lambda share: progress(0.5 * share))
    found = _with_choices(found, ensemble, few, customers)
    progress(0.65)
    forward = forward_chaining(dataset, recipe, customers.draws)
    progress(0.85)
    evaluation = replace(
        found,
        tuning=_tuning(found, plan.trials),
        forward=forward,
        learning_curve=tuple(learning_curve(few)),
        alarms=_alarms(dataset, ensemble, found, permuted),
    )
    progress(1.0)
    return judged(dataset, ensemble, customers, evaluation, trained.model)


def verdict_only(dataset: Dataset, trained: Trained, plan: Plan) -> EvaluatedModel:
    """The verdict of `evaluate` without the pictures, as cheaply as it can be had.

    Labels are shuffled only where the Brier skill allows a verdict at all: p cannot rescue it.
    """
    customers = labelled_customers(dataset, trained.ensemble, plan.seed)
    found = measured(dataset, trained.ensemble, customers)
    permuted = np.full(1, _EVEN_ODDS)
    if found.brier_skill.low > 0:
        few = few_groups(dataset, usual(trained.ensemble.all_choices()), recipe_of(dataset, plan))
        found, permuted = _shuffled(found, few, plan, lambda _share: None)
    found = replace(found, alarms=_alarms(dataset, trained.ensemble, found, permuted))
    return judged(dataset, trained.ensemble, customers, found, trained.model)


def _alarms(
    dataset: Dataset, ensemble: Ensemble, found: Evaluation, permuted: Floats
) -> tuple[Alarm, ...]:
    """Everything that stands out, and whether a person or call stands on both sides of a fold."""
    across = [across_alarm(shared_across(dataset.prepared, fold)) for fold in ensemble.fold]
    torn = [alarm for alarm in across if alarm is not None]
    return (*torn[:1], *alarms_of(dataset, found, permuted))


def _shuffled(
    found: Evaluation, few: RefitSample, plan: Plan, progress: Progress
) -> tuple[Evaluation, Floats]:
    """With the share of label shufflings that do as well, and the AUC of each."""
    count = _PERMUTATIONS_QUICK if plan.quick else _PERMUTATIONS
    observed, permuted = permutations(few, count, progress)
    p = (1 + int((permuted >= observed).sum())) / (1 + count)
    return replace(found, permutation_p=p, permutations=count), permuted


def _with_choices(
    found: Evaluation, ensemble: Ensemble, few: RefitSample, customers: LabelledCustomers
) -> Evaluation:
    """With what blocks add and what presets cost."""
    choices, rows = ensemble.all_choices(), few.rows()
    blocks = block_reports(few, admission(choices), customers.draws)
    return replace(
        found,
        block_skill={one.block: one.alone for one in blocks},
        blocks=tuple(blocks),
        presets=tuple(preset_reports(choices, rows, few.columns, signs_of(few.dataset))),
    )


def _tuning(found: Evaluation, trials: int) -> Tuning | None:
    paid = found.groups - found.unpaid_groups
    return Tuning(trials, best_of_noise(trials, found.unpaid_groups, paid)) if trials else None


def labelled_customers(dataset: Dataset, ensemble: Ensemble, seed: int) -> LabelledCustomers:
    """Out-of-fold probabilities of labelled customers, and draws of their groups."""
    row = np.flatnonzero(dataset.latest & ~np.isnan(dataset.y))
    labelled = np.flatnonzero(~np.isnan(dataset.group_label))
    resampled = np.zeros((_DRAWS, len(dataset.group_label)), dtype=np.uint8)
    resampled[:, labelled] = draws(len(labelled), _DRAWS, np.random.default_rng(seed))
    return LabelledCustomers(
        y=dataset.y[row],
        group=dataset.group[row],
        row=row,
        probability=calibrated_out_of_fold(dataset, ensemble.held_out, ensemble.fold[0])[row],
        draws=resampled,
    )


def measured(dataset: Dataset, ensemble: Ensemble, customers: LabelledCustomers) -> Evaluation:
    """Everything that the members of the ensemble tell without being fitted again."""
    y, p = customers.y, customers.probability
    prepared, labels = dataset.prepared, dataset.group_label
    slope, intercept = calibration_intervals(customers)
    majority = max(float(y.mean()), 1 - float(y.mean()))
    skill = resampled_interval(auc, y, p, customers.group, customers.draws)
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
        auc=skill,
        brier_skill=resampled_interval(brier_skill, y, p, customers.group, customers.draws),
        calibration=Calibration(slope.value, intercept.value),
        calibration_slope=slope,
        calibration_intercept=intercept,
        permutation_p=1.0,
        permutations=0,
        majority_accuracy=majority,
        accuracy=float(((p >= _EVEN_ODDS) == (y == 1)).mean()),
        baselines=baselines(dataset, customers, ensemble),
        block_skill={},
        blocks=(),
        presets=(),
        tuning=None,
        by_progress=by_progress(dataset, ensemble),
        by_share=by_share(dataset, ensemble),
        forward=None,
        learning_curve=(),
        groups_needed=groups_needed(skill, int((~np.isnan(labels)).sum())),
        post_call=post_call(dataset, customers),
        bands=(),
        alarms=(),
        verdict=Skill.UNPROVEN,
        reasons_unproven=(),
        reasons_unproven_en=(),
        origin=Origin(0, "", {}),
    )


def calibration_intervals(customers: LabelledCustomers) -> tuple[Interval, Interval]:
    """Slope and intercept of the out-of-fold log-odds, with intervals over groups."""
    p = customers.probability
    margin = log_odds(p)
    value = affine_calibration(customers.y, margin, np.ones(len(p)))
    drawn = [affine_calibration(customers.y, margin, weight) for weight in _slope_draws(customers)]
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    slope, intercept = (Interval(value[n], float(low[n]), float(high[n])) for n in range(2))
    return slope, intercept


def _slope_draws(customers: LabelledCustomers) -> Floats:
    return np.asarray(customers.draws[:_SLOPE_DRAWS][:, customers.group], dtype=np.float64)


def judged(
    dataset: Dataset, ensemble: Ensemble, customers: LabelledCustomers, evaluation: Evaluation,
    model: RiskModel,
) -> EvaluatedModel:  # fmt: skip
    """The verdict, and the model as it may be served."""
    reasons = reasons_unproven(evaluation.brier_skill, evaluation.permutation_p, evaluation.alarms)
    if not reasons:
        return EvaluatedModel(replace(evaluation, verdict=Skill.DEMONSTRATED), model)
    slope = min(model.calibration.slope, max(0.0, _slope_low(ensemble, customers)))
    learns = dataset.learns
    margin, weight = ensemble.held_out[learns], dataset.weight[learns]
    shrunk = at_base_rate(slope, margin, weight, model.base_rate)
    return EvaluatedModel(
        replace(
            evaluation,
            reasons_unproven=tuple(ja for ja, _ in reasons),
            reasons_unproven_en=tuple(en for _, en in reasons),
        ),
        replace(model, skill=Skill.UNPROVEN, calibration=shrunk),
    )


def _slope_low(ensemble: Ensemble, customers: LabelledCustomers) -> float:
    margin = ensemble.held_out[customers.row]
    weights = _slope_draws(customers)
    slopes = [affine_calibration(customers.y, margin, weight)[0] for weight in weights]
    return float(np.percentile(slopes, 2.5))


def bands(
    scores: Scores, dataset: Dataset, rows: Ints, model: RiskModel
) -> tuple[OutcomeBand, ...]:
    """How many labelled customers fell into each category, and how many did not pay."""
    categories = [RiskCategory.of(line.score, model.thresholds) for line in scores.lines]
    y = dataset.y[rows]
    counted = []
    for category in RiskCategory:
        of_band = np.array([one is category for one in categories]) & ~np.isnan(y)
        counted.append(OutcomeBand(str(category), int(of_band.sum()), int(y[of_band].sum())))
    return tuple(counted)
