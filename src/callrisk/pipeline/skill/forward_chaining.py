"""Forward chaining: each contract month is scored by a model of the months before it.

It is the nearest thing to the model's future. Selected and fitted anew for every month, on earlier
months only; AUC compares customers of one month with each other, so that label age earns nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import expit

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.evaluation import Forward, ForwardMonth, Interval
from callrisk.model.fitting import Scheme, fit_member
from callrisk.model.members import member_margins
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.skill.statistics import Draws, auc
from callrisk.pipeline.training.ensemble import Recipe, learning_rows, selection_pool
from callrisk.pipeline.training.label_age import cohorts_of, offsets
from callrisk.pipeline.training.parallel import parallel_map
from callrisk.pipeline.training.selection import select

# Earlier months must hold so many groups of each label to learn from.
_FEWEST_TO_LEARN = 10
_SEED = 77_000


@dataclass(frozen=True, slots=True)
class _ScoredMonth:
    """The customers of one month with the probabilities of a model of the earlier months."""

    month: str
    row: Ints
    probability: Floats
    base_rate: float


def forward_chaining(dataset: Dataset, recipe: Recipe, drawn: Draws) -> Forward | None:
    """Return skill by month, or None where no month has enough earlier ones."""
    names = np.array([group.contract_month or "" for group in dataset.prepared.groups])
    months = [month for month in np.unique(names) if month and _can_learn(dataset, names, month)]

    score = partial(_score_month, dataset, recipe, names)
    scored_months = [
        scored for scored in parallel_map(score, months) if _both_labels(dataset.y[scored.row])
    ]
    if not scored_months:
        return None
    return Forward(
        auc=_within_months(dataset, scored_months, drawn),
        brier_skill=_pooled(dataset, scored_months, drawn),
        months=tuple(_month(dataset, scored) for scored in scored_months),
    )


def _can_learn(dataset: Dataset, names: np.ndarray, month: str) -> bool:
    label = dataset.group_label
    earlier = label[(names != "") & (names < month) & ~np.isnan(label)]
    return min(int(earlier.sum()), int((1 - earlier).sum())) >= _FEWEST_TO_LEARN


def _both_labels(y: Floats) -> bool:
    return bool(len(y) and 0 < y.mean() < 1)


def _score_month(dataset: Dataset, recipe: Recipe, names: np.ndarray, month: str) -> _ScoredMonth:
    label, number = dataset.group_label, cohorts_of(dataset)
    earlier_label = np.where((names != "") & (names < month), label, np.nan)
    pool = selection_pool(dataset, earlier_label, number, recipe.seed)
    choice = select(pool, recipe.tried, recipe.seed + _SEED)
    learn = dataset.learns & ~np.isnan(earlier_label[dataset.group])
    rows = learning_rows(dataset, learn, offsets(number, earlier_label))
    scheme = Scheme.of(dataset.features, choice.columns, recipe.seed + _SEED)
    member = fit_member(rows, choice.preset.params, scheme)
    row = np.flatnonzero(dataset.latest & (names == month)[dataset.group] & ~np.isnan(dataset.y))
    probability = expit(member_margins(member, dataset.x[row]))
    return _ScoredMonth(month, row, np.asarray(probability), float(np.nanmean(earlier_label)))


def _month(dataset: Dataset, scored: _ScoredMonth) -> ForwardMonth:
    y = dataset.y[scored.row]
    value = float(auc(y, scored.probability, np.ones((1, len(y))))[0])
    return ForwardMonth(scored.month, len(y), int(y.sum()), value)


def _within_months(
    dataset: Dataset, scored_months: Sequence[_ScoredMonth], drawn: Draws
) -> Interval:
    """Return the AUC over pairs of one month, each month weighted by its number of pairs."""
    ordered, pairs = np.zeros(len(drawn) + 1), np.zeros(len(drawn) + 1)
    for scored in scored_months:
        y, weight = dataset.y[scored.row], _weights(dataset, scored, drawn)
        of_month = (weight * y).sum(axis=1) * (weight * (1 - y)).sum(axis=1)
        ordered += np.nan_to_num(auc(y, scored.probability, weight)) * of_month
        pairs += of_month
    return _interval(np.divide(ordered, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))


def _pooled(dataset: Dataset, scored_months: Sequence[_ScoredMonth], drawn: Draws) -> Interval:
    """Return the Brier skill over the base rate of the earlier months."""
    error, reference = np.zeros(len(drawn) + 1), np.zeros(len(drawn) + 1)
    for scored in scored_months:
        y, weight = dataset.y[scored.row], _weights(dataset, scored, drawn)
        error += (weight * (scored.probability - y) ** 2).sum(axis=1)
        reference += (weight * (scored.base_rate - y) ** 2).sum(axis=1)
    return _interval(
        1 - np.divide(error, reference, out=np.full(len(error), np.nan), where=reference > 0)
    )


def _weights(dataset: Dataset, scored: _ScoredMonth, drawn: Draws) -> Floats:
    """Return the weights of customers, shape (1 + draws, customers); the first row is all ones."""
    resampled = drawn[:, dataset.group[scored.row]].astype(np.float64)
    return np.vstack([np.ones((1, len(scored.row))), resampled])


def _interval(values: Floats) -> Interval:
    low, high = np.nanpercentile(values[1:], [2.5, 97.5])
    return Interval(float(values[0]), float(low), float(high))
