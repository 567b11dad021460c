"""How thoroughly to train: what a user asked for becomes what is tried, and how often."""

from dataclasses import dataclass

import numpy as np

from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.ensemble import Recipe
from callrisk.pipeline.presets import presets
from callrisk.pipeline.tuning import search_of

# Cross-validation is repeated while data are few; with many one round is steady enough.
_REPEATS = ((1_000, 10), (2_000, 5), (10_000, 3))
_REPEATS_QUICK, _REPEATS_TUNED = 2, 2


@dataclass(frozen=True, slots=True)
class Plan:
    """`trees` are meant for a few hundred customers; `trials` of a search in every fold."""

    trees: int
    deepest: int
    learning_rate: float
    seed: int
    quick: bool
    trials: int = 0


def recipe_of(dataset: Dataset, plan: Plan) -> Recipe:
    """What is tried and how often, for as many groups as there are."""
    groups = int((~np.isnan(dataset.group_label)).sum())
    return Recipe(
        tried=presets(groups, plan.trees, plan.learning_rate, plan.deepest),
        repeats=_repeats(groups, plan),
        seed=plan.seed,
        search=search_of(plan.trials, plan.seed, plan.trees) if plan.trials else None,
    )


def _repeats(groups: int, plan: Plan) -> int:
    wanted = next((repeats for most, repeats in _REPEATS if groups < most), 1)
    if plan.quick:
        wanted = min(wanted, _REPEATS_QUICK)
    return min(wanted, _REPEATS_TUNED) if plan.trials else wanted
