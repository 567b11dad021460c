"""The measures of an ensemble that need no refit: AUC, Brier skill, calibration, baselines."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.evaluation import Calibration, Interval, ShareSkill
from callrisk.model.log_odds import log_odds
from callrisk.pipeline.dataset import Dataset, LabelledCustomers
from callrisk.pipeline.skill.baselines import baselines, post_call
from callrisk.pipeline.skill.call_shares import by_share
from callrisk.pipeline.skill.statistics import (
    affine_calibration,
    auc_in_folds,
    brier_skill,
    draws,
    groups_needed,
    resampled_interval,
)
from callrisk.pipeline.training.ensemble import Ensemble, calibrated_out_of_fold, fold_slopes

# An unpaid customer is predicted where paying is the less likely outcome.
_EVEN_ODDS = 0.5
# Bootstrap draws of the groups; a calibration slope is costlier, so fewer do.
_DRAWS, _SLOPE_DRAWS = 1_000, 200
# The calibration of a model that gives everyone the same chance.
_NOT_DEFINED = Interval(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Measured:
    """The part of an `Evaluation` that the out-of-fold margins give; fields are named as there."""

    rows: int
    calls: int
    duplicate_calls: int
    customers: int
    labelled_customers: int
    pending_customers: int
    groups: int
    unpaid_groups: int
    base_rate: float
    auc: Interval
    brier_skill: Interval
    calibration: Calibration
    calibration_slope: Interval
    calibration_intercept: Interval
    majority_accuracy: float
    accuracy: float
    baselines: dict[str, float]
    by_share: tuple[ShareSkill, ...]
    groups_needed: int | None
    post_call: dict[str, float]


def labelled_customers(dataset: Dataset, ensemble: Ensemble, seed: int) -> LabelledCustomers:
    """Return the labelled customers with out-of-fold probabilities and draws of their groups."""
    row = np.flatnonzero(dataset.latest & ~np.isnan(dataset.y))
    labelled = np.flatnonzero(~np.isnan(dataset.group_label))
    resampled = np.zeros((_DRAWS, len(dataset.group_label)), dtype=np.uint8)
    resampled[:, labelled] = draws(len(labelled), _DRAWS, np.random.default_rng(seed))
    fold = ensemble.fold[:, dataset.group[row]]
    return LabelledCustomers(
        y=dataset.y[row],
        group=dataset.group[row],
        row=row,
        probability=calibrated_out_of_fold(dataset, ensemble.held_out, ensemble.fold[0])[row],
        draws=resampled,
        fold=fold,
        slope=np.take_along_axis(fold_slopes(dataset, ensemble), fold, axis=1),
    )


def measured(dataset: Dataset, ensemble: Ensemble, customers: LabelledCustomers) -> Measured:
    """Return the measures of the ensemble over labelled customers."""
    y, p = customers.y, customers.probability
    prepared, labels = dataset.prepared, dataset.group_label
    ranking = customers.slope * ensemble.margins[:, customers.row]
    slope, intercept = (
        _calibration_intervals(customers)
        if _tells_apart(ranking, customers.fold)
        else (_NOT_DEFINED, _NOT_DEFINED)
    )
    in_folds = partial(auc_in_folds, fold=customers.fold)
    skill = resampled_interval(in_folds, y, ranking, customers.group, customers.draws)
    count = int(dataset.latest.sum())
    return Measured(
        rows=prepared.rows,
        calls=prepared.rows - prepared.duplicate_calls,
        duplicate_calls=prepared.duplicate_calls,
        customers=count,
        labelled_customers=len(y),
        pending_customers=count - len(y),
        groups=len(labels),
        unpaid_groups=int(np.nansum(labels)),
        base_rate=float(np.nanmean(labels)),
        auc=skill,
        brier_skill=resampled_interval(brier_skill, y, p, customers.group, customers.draws),
        calibration=Calibration(slope.value, intercept.value),
        calibration_slope=slope,
        calibration_intercept=intercept,
        majority_accuracy=max(float(y.mean()), 1 - float(y.mean())),
        accuracy=float(((p >= _EVEN_ODDS) == (y == 1)).mean()),
        baselines=baselines(dataset, customers),
        by_share=by_share(dataset, customers, ensemble),
        groups_needed=groups_needed(skill, int((~np.isnan(labels)).sum())),
        post_call=post_call(dataset, customers),
    )


def _tells_apart(ranking: Floats, fold: Ints) -> bool:
    """Return True if any member gives two customers of its fold different chances."""
    return any(
        bool(np.ptp(ranks[of == number]) > 0)
        for ranks, of in zip(ranking, fold, strict=True)
        for number in np.unique(of)
    )


def _calibration_intervals(customers: LabelledCustomers) -> tuple[Interval, Interval]:
    """Return slope and intercept of the out-of-fold log-odds, with intervals over groups."""
    p = customers.probability
    margin = log_odds(p)
    value = affine_calibration(customers.y, margin, np.ones(len(p)))
    drawn = [affine_calibration(customers.y, margin, weight) for weight in _slope_draws(customers)]
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    slope, intercept = (Interval(value[n], float(low[n]), float(high[n])) for n in range(2))
    return slope, intercept


def _slope_draws(customers: LabelledCustomers) -> Floats:
    return np.asarray(customers.draws[:_SLOPE_DRAWS][:, customers.group], dtype=np.float64)


def slope_lower_bound(ensemble: Ensemble, customers: LabelledCustomers) -> float:
    """Return the lower 95 % bound of the calibration slope of the held-out margins.

    0 for a model that gives everyone the same chance: its margins differ by fold alone.
    """
    if not _tells_apart(ensemble.margins[:, customers.row], customers.fold):
        return 0.0
    margin = ensemble.held_out[customers.row]
    weights = _slope_draws(customers)
    slopes = [affine_calibration(customers.y, margin, weight)[0] for weight in weights]
    return float(np.percentile(slopes, 2.5))
