"""Baselines: the AUC of simple predictors, and of numbers that exist only after a call."""

from collections.abc import Sequence

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.model.fitting import LogisticParams, Scheme, fit_member
from callrisk.model.learning import Learning
from callrisk.model.log_odds import log_odds
from callrisk.model.members import member_margins
from callrisk.pipeline.dataset import Dataset, LabelledCustomers
from callrisk.pipeline.skill.statistics import auc
from callrisk.pipeline.training.folds import fold_count

_THREE = 3
_UNPENALISED = 10.0


def baselines(dataset: Dataset, customers: LabelledCustomers) -> dict[str, float]:
    """Return the AUC of simple predictors: constant, contract month, length, three features."""
    calls = dataset.prepared.calls
    group = dataset.prepared.groups
    of_call = dataset.call[customers.row]
    length = np.array([float(calls[call].totals.turns) for call in of_call])
    month = [group[number].contract_month for number in customers.group]
    by_length, fold = _auc(customers.y, length), customers.fold[0]
    return {
        "base_rate": 0.5,
        "contract_month": _auc(customers.y, _rate_elsewhere(month, customers), fold),
        "call_length": max(by_length, 1 - by_length),
        "three_features": _auc(customers.y, _three_features(dataset, customers), fold),
    }


def _auc(y: Floats, score: Floats, fold: Ints | None = None) -> float:
    return float(auc(y, score, np.ones((1, len(y))), fold)[0])


def _rate_elsewhere(month: Sequence[str | None], customers: LabelledCustomers) -> Floats:
    """Return for each customer the unpaid share of the same contract month in the other folds."""
    months = np.unique([name or "" for name in month], return_inverse=True)[1]
    fold, rates = customers.fold[0], np.full(len(months), float(customers.y.mean()))
    if months.max() == 0:
        return rates
    for number in range(fold_count(fold)):
        held = fold == number
        base = float(customers.y[~held].mean())
        size = np.bincount(months[~held], minlength=int(months.max()) + 1)
        unpaid = np.bincount(months[~held], customers.y[~held], minlength=len(size))
        # One more customer at the base rate keeps a lonely month from saying 0 or 1.
        rates[held] = ((unpaid + base) / (size + 1))[months[held]]
    return rates


def _three_features(dataset: Dataset, customers: LabelledCustomers) -> Floats:
    """Return out-of-fold margins of a logistic regression on the three best-ranking features."""
    x, fold = dataset.x[customers.row], customers.fold[0]
    margins = np.zeros(len(fold))
    for number in range(fold_count(fold)):
        held = fold == number
        columns = _best_three(x[~held], customers.y[~held])
        offset = np.full(int((~held).sum()), float(log_odds(customers.y[~held].mean())))
        rows = Learning(x[~held], customers.y[~held], np.ones(len(offset)), offset)
        scheme = Scheme(columns, (0,) * x.shape[1], 0)
        member = fit_member(rows, LogisticParams(_UNPENALISED), scheme)
        margins[held] = member_margins(member, x[held])
    return margins


def _best_three(x: Floats, y: Floats) -> tuple[int, ...]:
    strength = [abs(_auc(y[known], column[known]) - 0.5) if _both(y[known]) else 0.0
                for column in x.T for known in [~np.isnan(column)]]  # fmt: skip
    return tuple(sorted(map(int, np.argsort(-np.array(strength), kind="stable")[:_THREE])))


def _both(y: Floats) -> bool:
    return bool(len(y)) and bool(0 < y.mean() < 1)


def post_call(dataset: Dataset, customers: LabelledCustomers) -> dict[str, float]:
    """Return the AUC, in the better direction, of each number that exists only after a call."""
    aucs = {}
    for name, values in dataset.prepared.post_call.items():
        column = values[dataset.call[customers.row]]
        known = ~np.isnan(column)
        if _both(customers.y[known]):
            value = _auc(customers.y[known], column[known])
            aucs[name] = max(value, 1 - value)
    return aucs
