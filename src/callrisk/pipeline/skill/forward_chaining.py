"""Forward chaining: each contract month answered by what was known of the months before it.

It is the nearest thing to the model's future. Chosen and fitted anew for every month, on earlier
months only; AUC compares customers of one month with each other, so that label age earns nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.evaluation import Forward, ForwardMonth, Interval
from callrisk.model.fitting import Scheme, fit_member
from callrisk.model.members import member_margins
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.skill.statistics import Draws, auc
from callrisk.pipeline.training.ensemble import Recipe, learning, pool_of, signs_of
from callrisk.pipeline.training.label_age import cohorts_of, offsets
from callrisk.pipeline.training.parallel import parallel_map
from callrisk.pipeline.training.selection import choose

# Earlier months must hold so many groups of each label to learn from.
_FEWEST_TO_LEARN = 10
_SEED = 77_000


@dataclass(frozen=True, slots=True)
class _Answered:
    """Customers of one month, and the probability that each was given beforehand."""

    month: str
    row: Ints
    probability: Floats
    base_rate: float


def forward_chaining(dataset: Dataset, recipe: Recipe, drawn: Draws) -> Forward | None:
    """Skill month after month; None where no month can be answered from earlier ones."""
    names = np.array([group.contract_month or "" for group in dataset.prepared.groups])
    months = [month for month in np.unique(names) if month and _can_learn(dataset, names, month)]

    def answered(month: str) -> _Answered:
        return _answer(dataset, recipe, names, month)

    found = [one for one in parallel_map(answered, months) if _both_labels(dataset.y[one.row])]
    if not found:
        return None
    return Forward(
        auc=_within_months(dataset, found, drawn),
        brier_skill=_pooled(dataset, found, drawn),
        months=tuple(_month(dataset, one) for one in found),
    )


def _can_learn(dataset: Dataset, names: np.ndarray, month: str) -> bool:
    label = dataset.group_label
    earlier = label[(names != "") & (names < month) & ~np.isnan(label)]
    return min(int(earlier.sum()), int((1 - earlier).sum())) >= _FEWEST_TO_LEARN


def _both_labels(y: Floats) -> bool:
    return bool(len(y)) and 0 < y.mean() < 1


def _answer(dataset: Dataset, recipe: Recipe, names: np.ndarray, month: str) -> _Answered:
    label, number = dataset.group_label, cohorts_of(dataset)
    known = np.where((names != "") & (names < month), label, np.nan)
    choice = choose(pool_of(dataset, known, number, recipe.seed), recipe.tried, recipe.seed + _SEED)
    learn = dataset.learns & ~np.isnan(known[dataset.group])
    rows = learning(dataset, learn, offsets(number, known))
    scheme = Scheme(choice.columns, signs_of(dataset), recipe.seed + _SEED)
    member = fit_member(rows, choice.preset.params, scheme)
    row = np.flatnonzero(dataset.latest & (names == month)[dataset.group] & ~np.isnan(dataset.y))
    probability = expit(member_margins(member, dataset.x[row]))
    return _Answered(month, row, np.asarray(probability), float(np.nanmean(known)))


def _month(dataset: Dataset, one: _Answered) -> ForwardMonth:
    y = dataset.y[one.row]
    value = float(auc(y, one.probability, np.ones((1, len(y))))[0])
    return ForwardMonth(one.month, len(y), int(y.sum()), value)


def _within_months(dataset: Dataset, found: Sequence[_Answered], drawn: Draws) -> Interval:
    """AUC over pairs of one month, each month weighing as many pairs as it has."""
    ordered, pairs = np.zeros(len(drawn) + 1), np.zeros(len(drawn) + 1)
    for one in found:
        y, weight = dataset.y[one.row], _weights(dataset, one, drawn)
        of_month = (weight * y).sum(axis=1) * (weight * (1 - y)).sum(axis=1)
        ordered += np.nan_to_num(auc(y, one.probability, weight)) * of_month
        pairs += of_month
    return _interval(np.divide(ordered, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))


def _pooled(dataset: Dataset, found: Sequence[_Answered], drawn: Draws) -> Interval:
    """Brier skill over what was known beforehand: the base rate of the earlier months."""
    error, reference = np.zeros(len(drawn) + 1), np.zeros(len(drawn) + 1)
    for one in found:
        y, weight = dataset.y[one.row], _weights(dataset, one, drawn)
        error += (weight * (one.probability - y) ** 2).sum(axis=1)
        reference += (weight * (one.base_rate - y) ** 2).sum(axis=1)
    return _interval(
        1 - np.divide(error, reference, out=np.full(len(error), np.nan), where=reference > 0)
    )


def _weights(dataset: Dataset, one: _Answered, drawn: Draws) -> Floats:
    """Everyone once, then the draws: shape (1 + draws, customers)."""
    resampled = drawn[:, dataset.group[one.row]].astype(np.float64)
    return np.vstack([np.ones((1, len(one.row))), resampled])


def _interval(values: Floats) -> Interval:
    low, high = np.nanpercentile(values[1:], [2.5, 97.5])
    return Interval(float(values[0]), float(low), float(high))
