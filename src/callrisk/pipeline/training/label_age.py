"""The age of labels: young contracts have had less time to go unpaid.

Until payment dates exist, the unpaid rate of a contract month stands beside the features as an
offset while a member learns, so that no feature needs to tell the month; while serving, and while
skill is measured, nobody knows it and it earns nothing.
"""

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.model.log_odds import log_odds
from callrisk.pipeline.dataset import Dataset

# A month counts as if so many more groups at the common rate had signed in it.
_SMOOTHING = 20.0
_RAREST = 1e-3


def cohorts_of(dataset: Dataset) -> Ints:
    """Return a number for the cohort of each group: its contract month where labels have an age.

    Labels by an outcome window are all equally old: then everyone is of one cohort.
    """
    if dataset.prepared.outcome == "window":
        return np.zeros(len(dataset.prepared.groups), dtype=np.int64)
    return months_of(dataset)


def months_of(dataset: Dataset) -> Ints:
    """Return a number for the contract month of each group; groups without one share a number."""
    months = [group.contract_month or "" for group in dataset.prepared.groups]
    return np.unique(months, return_inverse=True)[1].astype(np.int64)


def offsets(month: Ints, label: Floats) -> Floats:
    """Return the smoothed log-odds of each group's month.

    `label` is NaN for groups not learnt from.
    """
    known = ~np.isnan(label)
    base = float(label[known].mean())
    signed = np.bincount(month[known], minlength=int(month.max()) + 1)
    unpaid = np.bincount(month[known], label[known], minlength=len(signed))
    rate = (unpaid + _SMOOTHING * base) / (signed + _SMOOTHING)
    kept = np.clip(rate, _RAREST, 1 - _RAREST)
    return np.asarray(log_odds(kept)[month])
