"""Phase 3: scores with reasons for every customer, out of fold where the model learnt from them."""

from dataclasses import dataclass

import numpy as np

from callrisk.model import RiskModel, Scores
from callrisk.model.members import member_contributions
from callrisk.pipeline.dataset import Dataset, Floats, Ints, Progress
from callrisk.pipeline.training.ensemble import Ensemble


@dataclass(frozen=True, slots=True)
class CustomerContributions:
    """SHAP values at the end of each customer's latest call; `rows` are rows of the dataset.

    `of_members` has shape (repeats, customers, features + 1): one member a repeat that never saw
    the customer's group, so a score made from them is out of fold.
    """

    rows: Ints
    of_members: Floats


def score(dataset: Dataset, ensemble: Ensemble, progress: Progress) -> CustomerContributions:
    """Explain every customer by members that never saw them."""
    rows = np.flatnonzero(dataset.latest)
    x, group = dataset.x[rows], dataset.group[rows]
    repeats = len(ensemble.members)
    of_members = np.zeros((repeats, len(rows), x.shape[1] + 1))
    for repeat, members in enumerate(ensemble.members):
        # No member saw a pending group, so its first may answer.
        fold = np.maximum(ensemble.fold[repeat][group], 0)
        for number, member in enumerate(members):
            held = fold == number
            of_members[repeat, held] = member_contributions([member], x[held])[0]
        progress((repeat + 1) / repeats)
    return CustomerContributions(rows, of_members)


def scores_of(contributions: CustomerContributions, model: RiskModel) -> Scores:
    """Return the scores under the calibration of the served model."""
    return model.assess_contributions(contributions.of_members)
