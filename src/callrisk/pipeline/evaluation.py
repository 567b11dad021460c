"""Phase 4: skill over the base rate, measured on customers that the model never saw."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.domain.evaluation import (
    Alarm,
    BlockReport,
    Evaluation,
    Forward,
    Interval,
    LearningPoint,
    Origin,
    OutcomeBand,
    PresetReport,
    Skill,
    Tuning,
    reasons_unproven,
)
from callrisk.domain.risk_category import RiskCategory
from callrisk.model import RiskModel, Scores
from callrisk.pipeline.dataset import CustomerContributions, Dataset, LabelledCustomers, Progress
from callrisk.pipeline.plan import Plan, recipe_of
from callrisk.pipeline.skill.alarms import alarms_of
from callrisk.pipeline.skill.blocks import block_skills
from callrisk.pipeline.skill.fold_leaks import across_alarm, shared_across
from callrisk.pipeline.skill.forward_chaining import forward_chaining
from callrisk.pipeline.skill.measures import (
    Measured,
    labelled_customers,
    measured,
    slope_lower_bound,
)
from callrisk.pipeline.skill.refits import (
    NOT_SHUFFLED,
    PermutationTest,
    RefitSample,
    learning_curve,
    permutation_test,
    refit_sample,
)
from callrisk.pipeline.skill.selection_reports import (
    admission_rates,
    most_frequent_selection,
    preset_reports,
)
from callrisk.pipeline.skill.statistics import calibration_at_base_rate
from callrisk.pipeline.training.ensemble import Ensemble, Recipe, Trained
from callrisk.pipeline.training.tuning import best_of_noise

_PERMUTATIONS, _PERMUTATIONS_QUICK = 199, 59


@dataclass(frozen=True, slots=True)
class SkillVerdict:
    """The part of an `Evaluation` that decides: alarms, verdict, reasons; fields as there."""

    alarms: tuple[Alarm, ...]
    verdict: Skill
    reasons_unproven: tuple[str, ...]
    reasons_unproven_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefitResults:
    """The part of an `Evaluation` that takes refits; fields are named as there."""

    permutation_p: float
    permutations: int
    block_skill: dict[str, float]
    blocks: tuple[BlockReport, ...]
    said_adds: Interval | None
    presets: tuple[PresetReport, ...]
    tuning: Tuning | None
    forward: Forward | None
    learning_curve: tuple[LearningPoint, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedModel:
    """The evaluation, the model as it may be served, and its out-of-fold scores of customers."""

    evaluation: Evaluation
    model: RiskModel
    scores: Scores


@dataclass(frozen=True, slots=True)
class QuickEvaluation:
    """The verdict on a model with the measures under it, and the model as it may be served."""

    measured: Measured
    verdict: SkillVerdict
    model: RiskModel


@dataclass(frozen=True, slots=True)
class _MeasuredEnsemble:
    """An ensemble with its measures over labelled customers; what the verdict is given on."""

    dataset: Dataset
    trained: Trained
    plan: Plan
    customers: LabelledCustomers
    measures: Measured

    @property
    def ensemble(self) -> Ensemble:
        return self.trained.ensemble

    @property
    def recipe(self) -> Recipe:
        return recipe_of(self.dataset, self.plan)

    def refit_sample(self) -> RefitSample:
        return refit_sample(
            self.dataset, most_frequent_selection(self.ensemble.all_choices()), self.recipe
        )


def evaluate(
    dataset: Dataset, trained: Trained, contributions: CustomerContributions, plan: Plan,
    origin: Origin, progress: Progress,
) -> EvaluatedModel:  # fmt: skip
    """Measure skill, calibration and alarms, give the verdict, and score by the served model."""
    subject = _measured(dataset, trained, plan)
    sample = subject.refit_sample()
    permuted = _permuted(sample, plan, lambda share: progress(0.5 * share))
    refits = _refitted(subject, sample, permuted, progress)
    verdict = _verdict(subject, permuted)
    model = _as_served(subject, verdict)
    scores = model.assess_contributions(
        contributions.x, contributions.of_members, contributions.unsaid
    )
    evaluation = Evaluation(
        **_fields(subject.measures),
        **_fields(refits),
        **_fields(verdict),
        hears=model.hears,
        bands=_bands(dataset.y[contributions.rows], scores, model),
        origin=origin,
    )
    progress(1.0)
    return EvaluatedModel(evaluation, model, scores)


def _fields(part: Measured | RefitResults | SkillVerdict) -> dict[str, Any]:
    return {field.name: getattr(part, field.name) for field in fields(part)}


def verdict_only(dataset: Dataset, trained: Trained, plan: Plan) -> QuickEvaluation:
    """Return the verdict of `evaluate` without its reports, at the lowest cost.

    Labels are shuffled only where the Brier skill allows a verdict at all: p cannot rescue it.
    """
    subject, permuted = _measured(dataset, trained, plan), NOT_SHUFFLED
    if subject.measures.brier_skill.low > 0:
        permuted = _permuted(subject.refit_sample(), plan, lambda _share: None)
    verdict = _verdict(subject, permuted)
    return QuickEvaluation(subject.measures, verdict, _as_served(subject, verdict))


def _measured(dataset: Dataset, trained: Trained, plan: Plan) -> _MeasuredEnsemble:
    customers = labelled_customers(dataset, trained.ensemble, plan.seed)
    measures = measured(dataset, trained.ensemble, customers)
    return _MeasuredEnsemble(dataset, trained, plan, customers, measures)


def _permuted(sample: RefitSample, plan: Plan, progress: Progress) -> PermutationTest:
    count = _PERMUTATIONS_QUICK if plan.quick else _PERMUTATIONS
    return permutation_test(sample, count, progress)


def _refitted(
    subject: _MeasuredEnsemble, sample: RefitSample, permuted: PermutationTest, progress: Progress
) -> RefitResults:
    choices, draws = subject.ensemble.all_choices(), subject.customers.draws
    blocks = block_skills(sample, admission_rates(choices), draws)
    presets = preset_reports(choices, sample.rows(), sample.columns, sample.dataset.features)
    progress(0.65)
    forward = forward_chaining(subject.dataset, subject.recipe, draws)
    progress(0.85)
    return RefitResults(
        permutation_p=permuted.p,
        permutations=permuted.count,
        block_skill={report.block: report.alone for report in blocks.reports},
        blocks=blocks.reports,
        said_adds=blocks.said_adds,
        presets=tuple(presets),
        tuning=_tuning(subject.measures, subject.plan.trials),
        forward=forward,
        # A model that gives everyone the same chance learns nothing from more customers.
        learning_curve=tuple(learning_curve(sample) if sample.as_chosen else ()),
    )


def _tuning(measures: Measured, trials: int) -> Tuning | None:
    paid = measures.groups - measures.unpaid_groups
    return Tuning(trials, best_of_noise(trials, measures.unpaid_groups, paid)) if trials else None


def _verdict(subject: _MeasuredEnsemble, permuted: PermutationTest) -> SkillVerdict:
    alarms = _alarms(subject, permuted)
    reasons = reasons_unproven(subject.measures.brier_skill, permuted.p, alarms)
    return SkillVerdict(
        alarms=alarms,
        verdict=Skill.UNPROVEN if reasons else Skill.DEMONSTRATED,
        reasons_unproven=tuple(ja for ja, _ in reasons),
        reasons_unproven_en=tuple(en for _, en in reasons),
    )


def _alarms(subject: _MeasuredEnsemble, permuted: PermutationTest) -> tuple[Alarm, ...]:
    """Return all alarms, first that of a person or call on both sides of a fold."""
    dataset, folds = subject.dataset, subject.ensemble.fold
    across = [across_alarm(shared_across(dataset.prepared, fold)) for fold in folds]
    leaks = [alarm for alarm in across if alarm is not None]
    return (*leaks[:1], *alarms_of(dataset, subject.measures, permuted.aucs))


def _as_served(subject: _MeasuredEnsemble, verdict: SkillVerdict) -> RiskModel:
    """Return the model, its slope shrunk to the lower bound where its skill is unproven."""
    model, ensemble, dataset = subject.trained.model, subject.ensemble, subject.dataset
    if verdict.verdict is Skill.DEMONSTRATED:
        return model
    lowest = slope_lower_bound(ensemble, subject.customers)
    slope = min(model.calibration.slope, max(0.0, lowest))
    weights = dataset.calibration_weight
    rows = weights > 0
    margin, weight = ensemble.held_out[rows], weights[rows]
    shrunk = calibration_at_base_rate(slope, margin, weight, model.base_rate)
    return replace(model, skill=Skill.UNPROVEN, calibration=shrunk)


def _bands(y: Floats, scores: Scores, model: RiskModel) -> tuple[OutcomeBand, ...]:
    """Return the labelled customers of each category, and the number that did not pay."""
    categories = [RiskCategory.of(line.score, model.thresholds) for line in scores.lines]
    counted = []
    for category in RiskCategory:
        of_band = np.array([each is category for each in categories]) & ~np.isnan(y)
        counted.append(OutcomeBand(str(category), int(of_band.sum()), int(y[of_band].sum())))
    return tuple(counted)
