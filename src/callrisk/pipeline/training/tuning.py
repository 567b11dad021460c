"""A parameter search by Optuna inside the folds, and the best result of luck alone."""

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from callrisk.domain.arrays import Floats
from callrisk.domain.wording import Text
from callrisk.model.fitting import TreeParams
from callrisk.pipeline.training.presets import Preset
from callrisk.pipeline.training.selection import CandidateModels, PresetSearch

if TYPE_CHECKING:
    import optuna

# Below so many groups a search finds luck rather than parameters.
FEW_GROUPS = 2_000
_LABEL = Text("探索で見つけた設定", "Found by search")


def search_of(trials: int, seed: int, trees: int) -> PresetSearch:
    """Return a search of so many trials; the same seed and folds find the same parameters."""
    import optuna  # noqa: PLC0415 - takes a second, and only who asks for a search needs it

    def search(candidates: CandidateModels, columns: tuple[int, ...]) -> tuple[Preset, Floats]:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        tried: dict[int, tuple[Preset, Floats]] = {}

        def loss(trial: "optuna.Trial") -> float:
            preset = Preset("tuned", _LABEL, _params(trial, trees), "tuned")
            losses = candidates.losses([preset], columns)[0]
            tried[trial.number] = (preset, losses)
            return float(losses.mean())

        study.optimize(loss, n_trials=trials)
        return tried[study.best_trial.number]

    return search


def _params(trial: "optuna.Trial", trees: int) -> TreeParams:
    return TreeParams(
        n_estimators=trial.suggest_int("n_estimators", max(10, trees // 4), trees * 6, log=True),
        max_depth=trial.suggest_int("max_depth", 1, 6),
        learning_rate=trial.suggest_float("learning_rate", 0.01, 0.2, log=True),
        min_child_weight=trial.suggest_float("min_child_weight", 1.0, 30.0, log=True),
        reg_lambda=trial.suggest_float("reg_lambda", 1.0, 100.0, log=True),
        subsample=trial.suggest_float("subsample", 0.4, 1.0),
        colsample_bytree=trial.suggest_float("colsample_bytree", 0.3, 1.0),
    )


def best_of_noise(trials: int, unpaid: int, paid: int) -> float:
    """Return the expected AUC of the best of so many scorers that know nothing.

    The AUC of noise is near normal with variance (n + 1) / (12 n1 n0) (Mann and Whitney 1947), and
    the largest of N normal numbers lies near the quantile (N - 0.375) / (N + 0.25) (Blom 1958).
    """
    deviation = math.sqrt((unpaid + paid + 1) / (12 * unpaid * paid))
    if trials < 2:  # noqa: PLR2004 - of one scorer the expectation is a coin
        return 0.5
    return 0.5 + deviation * NormalDist().inv_cdf((trials - 0.375) / (trials + 0.25))
