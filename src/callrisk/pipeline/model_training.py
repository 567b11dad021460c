"""Phase 2: grouped cross-validation fits the ensemble and calibrates it on held-out rows."""

from dataclasses import dataclass, replace

import numpy as np
import xgboost as xgb

from callrisk.domain.assessment import Thresholds
from callrisk.domain.customer import CustomerField
from callrisk.domain.evaluation import Calibration, Skill
from callrisk.model import BoosterParams, Learning, RiskModel, fit_member, margins
from callrisk.pipeline.dataset import Dataset, Progress
from callrisk.pipeline.folds import Ensemble, Trained, fold_count, folds_of, splits
from callrisk.pipeline.skill import calibrated

# Cross-validation is repeated while data are few; with many one round is steady enough.
_REPEATS, _REPEATS_QUICK, _MANY_GROUPS = 10, 2, 5_000
# Members that are served: enough for an interval, few enough for a millisecond.
_SERVED_REPEATS = 2


@dataclass(frozen=True, slots=True)
class Served:
    """What a model carries besides what it learns."""

    version: str
    thresholds: Thresholds
    fields: tuple[CustomerField, ...]
    demo: bool


def train(
    dataset: Dataset, params: BoosterParams, served: Served, quick: bool, progress: Progress
) -> Trained:
    """Fit the ensemble and calibrate it on held-out rows; equal data and seed give equal models."""
    ensemble = fit_ensemble(
        dataset, params, _repeats(len(dataset.prepared.groups), quick), progress
    )
    labels = dataset.group_label
    base_rate = float(np.nanmean(labels))
    members = [m for folds in ensemble.members[:_SERVED_REPEATS] for m in folds]
    model = RiskModel(
        version=served.version,
        features=dataset.names,
        typical=_typical(dataset),
        fields=served.fields,
        members=tuple(members),
        calibration=_calibration(dataset, ensemble, base_rate),
        base_rate=base_rate,
        thresholds=served.thresholds,
        skill=Skill.DEMONSTRATED,
        demo=served.demo,
    )
    return Trained(model, ensemble)


def fit_ensemble(
    dataset: Dataset, params: BoosterParams, repeats: int, progress: Progress
) -> Ensemble:
    """Fit one member a fold and repeat."""
    folds = np.stack(
        [folds_of(dataset.group_label, params.random_state + r) for r in range(repeats)]
    )
    signs = [feature.sign for feature in dataset.features]
    sums = np.zeros(len(dataset.y))
    members: list[tuple[xgb.Booster, ...]] = []
    for repeat, fold in enumerate(folds):
        of_repeat: list[xgb.Booster] = []
        for number, (learn, held) in enumerate(splits(dataset, fold)):
            seeded = replace(params, random_state=params.random_state + 1000 * repeat + number)
            rows = Learning(dataset.x[learn], dataset.y[learn], dataset.weight[learn])
            of_repeat.append(fit_member(rows, seeded, signs))
            sums[held] += margins(of_repeat[-1], dataset.x[held])
            progress((repeat + (number + 1) / fold_count(fold)) / repeats)
        members.append(tuple(of_repeat))
    held_out = np.where(np.isnan(dataset.y), np.nan, sums / repeats)
    return Ensemble(tuple(members), folds, held_out)


def _calibration(dataset: Dataset, ensemble: Ensemble, base_rate: float) -> Calibration:
    learns = dataset.learns
    margin, weight = ensemble.held_out[learns], dataset.weight[learns]
    return calibrated(dataset.y[learns], margin, weight, base_rate)


def _typical(dataset: Dataset) -> tuple[float | None, ...]:
    ends = dataset.x[dataset.latest]
    return tuple(
        None if np.isnan(column).all() else float(np.nanmedian(column)) for column in ends.T
    )


def _repeats(groups: int, quick: bool) -> int:
    if groups >= _MANY_GROUPS:
        return 1
    return _REPEATS_QUICK if quick else _REPEATS
