"""The training plan: the options of a run become the configurations and repeats to try."""

import logging
from dataclasses import dataclass

import numpy as np

from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.training.ensemble import Recipe
from callrisk.pipeline.training.presets import presets
from callrisk.pipeline.training.tuning import FEW_GROUPS, best_of_noise, search_of

logger = logging.getLogger(__name__)

# Cross-validation is repeated while data are few; with many one round is steady enough.
_REPEATS = ((1_000, 10), (2_000, 5), (10_000, 3))
_REPEATS_QUICK, _REPEATS_TUNED = 2, 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The options of a training.

    `trees` are meant for a few hundred customers; `trials` is the length of a search in every fold.
    """

    trees: int
    deepest: int
    learning_rate: float
    seed: int
    quick: bool
    trials: int = 0


def recipe_of(dataset: Dataset, plan: Plan) -> Recipe:
    """Return the presets to try and the number of repeats for the size of the dataset."""
    groups = int((~np.isnan(dataset.group_label)).sum())
    return Recipe(
        tried=presets(groups, plan.trees, plan.learning_rate, plan.deepest),
        repeats=_repeats(groups, plan),
        seed=plan.seed,
        search=search_of(plan.trials, plan.seed, plan.trees) if plan.trials else None,
    )


def warn_of_few_customers(dataset: Dataset, trials: int) -> None:
    """Log before a search the AUC that as many random scorers would reach with so few customers."""
    label = dataset.group_label
    unpaid, paid = int((label == 1).sum()), int((label == 0).sum())
    if trials and unpaid + paid < FEW_GROUPS:
        logger.warning(
            "only %d independent customers: the best of %d guesses would reach AUC %.3f by luck "
            "alone; trust the out-of-fold figures, not the search",
            unpaid + paid,
            trials,
            best_of_noise(trials, unpaid, paid),
        )


def _repeats(groups: int, plan: Plan) -> int:
    wanted = next((repeats for most, repeats in _REPEATS if groups < most), 1)
    if plan.quick:
        wanted = min(wanted, _REPEATS_QUICK)
    return min(wanted, _REPEATS_TUNED) if plan.trials else wanted
