"""The skill after shares of a call: how much is known when, and what the rest of the call adds."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.domain.evaluation import ShareSkill
from callrisk.pipeline.dataset import Dataset, LabelledCustomers
from callrisk.pipeline.preparation.feature_rows import share_rows
from callrisk.pipeline.skill.statistics import auc_in_folds, difference_of, interval_of, resampled
from callrisk.pipeline.training.ensemble import Ensemble


def by_share(
    dataset: Dataset, customers: LabelledCustomers, ensemble: Ensemble
) -> tuple[ShareSkill, ...]:
    """Return the skill after each share of the customers' latest calls; empty without calls."""
    if all(call.totals.turns == 0 for call in dataset.prepared.calls):
        return ()
    x, row, share = share_rows(dataset.prepared, dataset)
    labelled = ~np.isnan(dataset.y[row])
    margins = ensemble.margins_of(x[labelled], dataset.group[row[labelled]])
    shares = np.unique(share).tolist()
    return share_skills(
        {percent: margins[:, share[labelled] == percent] for percent in shares}, customers
    )


def share_skills(
    margins: Mapping[int, Floats], customers: LabelledCustomers
) -> tuple[ShareSkill, ...]:
    """Return the skill of the margins after each share, with paired differences between them.

    `margins` have shape (repeats, customers); every draw resamples the same groups for all shares.
    """
    in_folds = partial(auc_in_folds, fold=customers.fold)
    skills = [
        resampled(in_folds, customers.y, customers.slope * margin, customers.group, customers.draws)
        for margin in margins.values()
    ]
    end = len(skills) - 1
    return tuple(
        ShareSkill(
            share=share,
            auc=interval_of(skill),
            gain=difference_of(skill, skills[number - 1]) if number else None,
            to_end=difference_of(skills[end], skill) if number < end else None,
        )
        for number, (share, skill) in enumerate(zip(margins, skills, strict=True))
    )
