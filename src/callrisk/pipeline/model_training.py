"""Phase 2: grouped cross-validation selects, fits and calibrates the members of the ensemble."""

from dataclasses import dataclass

import numpy as np

from callrisk.domain.customer import CustomerField
from callrisk.domain.evaluation import Calibration, Skill
from callrisk.domain.risk_category import Thresholds
from callrisk.model import RiskModel
from callrisk.model.log_odds import log_odds
from callrisk.model.points_scale import points_to_double_for
from callrisk.pipeline.dataset import Dataset, Progress
from callrisk.pipeline.plan import Plan, recipe_of
from callrisk.pipeline.skill.statistics import fit_calibration
from callrisk.pipeline.training.ensemble import Ensemble, Trained, fit_ensemble

# Members that are served: enough for an interval, few enough for a millisecond.
_SERVED_REPEATS = 2


@dataclass(frozen=True, slots=True)
class Served:
    """The properties of a served model that are not learnt."""

    version: str
    thresholds: Thresholds
    fields: tuple[CustomerField, ...]
    demo: bool
    language: str


def train(dataset: Dataset, plan: Plan, served: Served, progress: Progress) -> Trained:
    """Fit the ensemble and calibrate it on held-out rows; equal data and seed give equal models."""
    ensemble = fit_ensemble(dataset, recipe_of(dataset, plan), progress)
    base_rate = float(np.nanmean(dataset.group_label))
    calibration = _calibration(dataset, ensemble, base_rate)
    members = [m for folds in ensemble.members[:_SERVED_REPEATS] for m in folds]
    model = RiskModel(
        version=served.version,
        features=dataset.names,
        typical=_typical(dataset),
        fields=served.fields,
        members=tuple(members),
        calibration=calibration,
        base_rate=base_rate,
        thresholds=served.thresholds,
        skill=Skill.DEMONSTRATED,
        demo=served.demo,
        language=served.language,
        points_to_double=float(_points_to_double(dataset, ensemble, calibration, base_rate)),
    )
    return Trained(model, ensemble)


def _calibration(dataset: Dataset, ensemble: Ensemble, base_rate: float) -> Calibration:
    weights = dataset.calibration_weight
    rows = weights > 0
    margin, weight = ensemble.held_out[rows], weights[rows]
    return fit_calibration(dataset.y[rows], margin, weight, base_rate)


def _points_to_double(
    dataset: Dataset, ensemble: Ensemble, calibration: Calibration, base_rate: float
) -> int:
    """Return the scale on which at most 1 % of the held-out moments are capped."""
    margin = ensemble.held_out[dataset.learns]
    ratio = calibration.slope * margin + calibration.intercept - float(log_odds(base_rate))
    return points_to_double_for(ratio)


def _typical(dataset: Dataset) -> tuple[float | None, ...]:
    ends = dataset.x[dataset.latest]
    return tuple(
        None if np.isnan(column).all() else float(np.nanmedian(column)) for column in ends.T
    )
