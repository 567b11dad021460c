"""What anyone could guess without a model, and how early the model knows what it knows."""

from collections.abc import Sequence

import numpy as np

from callrisk.pipeline.dataset import CUT_TURNS, END, Dataset, Floats, LabelledCustomers
from callrisk.pipeline.folds import Ensemble
from callrisk.pipeline.skill import auc


def baselines(dataset: Dataset, customers: LabelledCustomers) -> dict[str, float]:
    """AUC of what anyone could guess from: nothing, the contract month, the length of the call."""
    calls = dataset.prepared.calls
    group = dataset.prepared.groups
    of_call = dataset.call[customers.row]
    length = np.array([float(calls[call].totals.turns) for call in of_call])
    month = [group[number].contract_month for number in customers.group]
    one = np.ones((1, len(customers.y)))
    by_length = float(auc(customers.y, length, one)[0])
    return {
        "base_rate": 0.5,
        "contract_month": float(auc(customers.y, _rate_of_others(month, customers), one)[0]),
        "call_length": max(by_length, 1 - by_length),
    }


def _rate_of_others(month: Sequence[str | None], customers: LabelledCustomers) -> Floats:
    """The unpaid share of the other groups of the same month, so that nobody predicts himself."""
    base = float(customers.y.mean())
    rates = np.full(len(customers.y), base)
    months = np.array([one or "" for one in month])
    for one in set(months):
        members = np.flatnonzero(months == one)
        for number in members:
            others = members[customers.group[members] != customers.group[number]]
            # One more customer at the base rate keeps a lonely month from saying 0 or 1.
            rates[number] = (customers.y[others].sum() + base) / (len(others) + 1)
    return rates


def by_progress(dataset: Dataset, ensemble: Ensemble) -> dict[str, float]:
    """AUC over customers by how many turns of their latest call had been heard."""
    latest_call = np.isin(dataset.call, dataset.call[dataset.latest])
    labelled = latest_call & ~np.isnan(dataset.y)
    skills = {}
    for cut in (*CUT_TURNS, END):
        rows = labelled & (dataset.cut == cut)
        value = auc(dataset.y[rows], ensemble.held_out[rows], np.ones((1, int(rows.sum()))))
        skills["end" if cut == END else str(cut)] = float(value[0])
    return {name: value for name, value in skills.items() if not np.isnan(value)}
