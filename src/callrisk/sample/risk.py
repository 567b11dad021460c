"""The true risk of every person of a sample, and the labels drawn from it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from callrisk.domain.arrays import Floats
from callrisk.sample.export import marginals
from callrisk.sample.population import Population

# The weight of each fact. A few facts that few people share weigh most, so that a modest model can
# find them among some hundred customers; the rest is there to be found in larger samples.
_LATE_PAYMENTS = 1.3
_PAYMENT_METHOD = 0.35
_CONTRACT_AMOUNT = 0.1
# Hesitation and the habit of promising are ways of speaking; they move no risk by themselves.
_TRAITS = {"worry": 1.65, "evasion": 0.85}
# By number of earlier late payments: once is bad luck, twice is a habit.
_LATE_RISK = np.array([-0.3, 0.2, 2.0, 2.5, 2.8, 3.0])
# In the order of PAYMENT_METHODS: who pays at a shop counter forgets most easily.
_METHOD_RISK = np.array([-0.6, -0.4, 0.7, 2.1])

_STRONGEST = 64.0
_HALVINGS = 45
_DRAWN_LABELS, _MOST_DRAWS = 400_000, 600
_NEIGHBOURS = 8


class UnreachableAucError(ValueError):
    """An AUC that these persons cannot reach."""


def risk_facts(population: Population) -> tuple[Floats, Floats]:
    """Return the facts that move risk, shape (persons, facts), as z-scores, and their weights."""
    facts = [
        (_LATE_PAYMENTS, _LATE_RISK[population.late_payments]),
        (_PAYMENT_METHOD, _METHOD_RISK[population.payment_method]),
        (_CONTRACT_AMOUNT, (np.log(population.contract_amount) - 10.62) / 0.28),
        *((weight, population.traits[name]) for name, weight in _TRAITS.items()),
    ]
    return np.column_stack([fact for _, fact in facts]), np.array([weight for weight, _ in facts])


def log_odds(population: Population, auc: float) -> Floats:
    """Return the true log-odds of never paying, scaled to rank the labels with this AUC."""
    facts, weights = risk_facts(population)
    relative, maturity = facts @ weights, label_maturity(population)
    if auc <= 0.5:
        return _centred(np.zeros_like(relative), maturity, population.person_weight)

    def reached(strength: float) -> float:
        odds = _centred(strength * relative, maturity, population.person_weight)
        return expected_auc(odds, maturity * probability(odds))

    if reached(_STRONGEST) < auc:
        raise UnreachableAucError(f"at most {reached(_STRONGEST):.3f}")
    strength = _bisect(lambda target: reached(target) - auc, 0.0, _STRONGEST)
    return _centred(strength * relative, maturity, population.person_weight)


def _centred(relative: Floats, maturity: Floats, weight: Floats) -> Floats:
    """Return `relative` shifted so that the labels have the usual share of unpaid."""
    total = weight.sum()

    def excess(shift: float) -> float:
        labelled = maturity * probability(relative + shift)
        return float((weight * labelled).sum() / total) - marginals.UNPAID_SHARE

    reach = float(np.abs(relative).max()) + 20.0
    return relative + _bisect(excess, -reach, reach)


def _bisect(rising: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def label_maturity(population: Population) -> Floats:
    """Return the probability per person that an unpaid contract is labelled so at the export."""
    return np.array(marginals.MATURE_LABEL_SHARES)[population.contract_month]


def probability(odds: Floats) -> Floats:
    """Return the probability of these log-odds."""
    return np.asarray(expit(odds))


def expected_auc(score: Floats, label_probability: Floats) -> float:
    """Return the mean AUC of `score` over labels drawn with these probabilities."""
    order = np.argsort(score)
    unpaid = label_probability[order]
    paid = 1.0 - unpaid
    below = np.cumsum(paid) - paid
    return float((unpaid * below).sum() / (unpaid.sum() * paid.sum() - (unpaid * paid).sum()))


def observed_auc(score: Floats, unpaid: NDArray[np.bool_]) -> float:
    """Return the share of unpaid and paid pairs that `score` ranks correctly."""
    levels, ranks = np.unique(score, return_inverse=True)
    unpaid_at = np.bincount(ranks[unpaid], minlength=len(levels))
    paid_at = np.bincount(ranks[~unpaid], minlength=len(levels))
    right = (unpaid_at * (np.cumsum(paid_at) - 0.5 * paid_at)).sum()
    return float(right / (unpaid_at.sum() * paid_at.sum()))


def draw_labels(
    population: Population, odds: Floats, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return True per person where the export says unpaid, drawn by true risk and label age.

    Of many draws the most typical is taken, so that what can be learnt from a sample does not
    hang on the luck of its labels. Where nothing is to be learnt, luck is all there is.
    """
    labelled = label_maturity(population) * probability(odds)
    facts, weights = risk_facts(population)
    months = np.eye(len(marginals.MATURE_LABEL_SHARES))[population.contract_month]
    watched = np.column_stack([(facts - facts.mean(axis=0)) * weights, months])
    draws = int(np.clip(_DRAWN_LABELS // len(odds), 1, _MOST_DRAWS)) if np.ptp(odds) > 0 else 1
    drawn = [_drawn_in_order(labelled, odds, rng) for _ in range(draws)]
    return min(drawn, key=lambda unpaid: float((((unpaid - labelled) @ watched) ** 2).sum()))


def _drawn_in_order(labelled: Floats, odds: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return one systematic draw along the order of risk with neighbours shuffled."""
    rank = np.argsort(np.argsort(odds, kind="stable"), kind="stable")
    order = np.lexsort((rng.random(len(odds)), rank // _NEIGHBOURS if np.ptp(odds) > 0 else odds))
    passed = np.floor(np.cumsum(labelled[order]) + rng.random())
    unpaid = np.empty(len(odds), dtype=np.bool_)
    unpaid[order] = np.diff(passed, prepend=0.0) > 0
    return unpaid
