"""Cut-offs with money: from which probability on a call pays, and what the calls save.

A call costs `call_cost`. Without it an unpaid customer costs `loss`; with it the part `effect` of
that is saved. A call pays where probability x loss x effect > call_cost (Elkan 2001, The
foundations of cost-sensitive learning), so the threshold follows from the money alone and is not
fitted to the customers by whom the saving is measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Flags, Floats, Ints
from callrisk.domain.evaluation import Interval

DRAWS = 2_000
# Multiplicities that are held at once.
_PART = 4_000_000


@dataclass(frozen=True, slots=True)
class Money:
    """The cost of a call, the loss by an unpaid customer, and the part of it that a call saves."""

    call_cost: float
    loss: float
    effect: float

    @property
    def threshold(self) -> float:
        """The probability from which on a call pays; above 1 no call does."""
        gain = self.loss * self.effect
        return self.call_cost / gain if gain > 0 else float("inf")

    def saved(self, y: Floats, called: Flags) -> Floats:
        """Return what each customer's call saved, less its cost; 0 for those not called."""
        return np.where(called, y * self.loss * self.effect - self.call_cost, 0.0)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Customers by decision and outcome."""

    called_unpaid: int
    called_paid: int
    spared_unpaid: int
    spared_paid: int

    @property
    def called(self) -> int:
        """The number of customers who are called."""
        return self.called_unpaid + self.called_paid

    @property
    def precision(self) -> float:
        """The unpaid share of those called; NaN where nobody is."""
        return self.called_unpaid / self.called if self.called else float("nan")

    @property
    def recall(self) -> float:
        """The called share of the unpaid; NaN where everybody paid."""
        unpaid = self.called_unpaid + self.spared_unpaid
        return self.called_unpaid / unpaid if unpaid else float("nan")


@dataclass(frozen=True, slots=True)
class CutOff:
    """The effect of calling everybody from a probability on.

    `saving` is over all customers and `over_all` beside calling everybody, both with 95 % intervals
    over components of connected customers.
    """

    threshold: float
    confusion: Confusion
    saving: Interval
    over_all: Interval


def confusion(y: Floats, called: Flags) -> Confusion:
    """Return the customers by decision and outcome."""
    unpaid = y == 1
    return Confusion(
        called_unpaid=int((called & unpaid).sum()),
        called_paid=int((called & ~unpaid).sum()),
        spared_unpaid=int((~called & unpaid).sum()),
        spared_paid=int((~called & ~unpaid).sum()),
    )


def cut_off(
    y: Floats, probability: Floats, component: Ints, money: Money, threshold: float | None = None
) -> CutOff:
    """Return what a cut-off brings, by default the one at which a call just pays.

    `probability` is out of fold, and `component` numbers the customers who are one person or
    connected.
    """
    at = money.threshold if threshold is None else threshold
    called = probability >= at
    saved = money.saved(y, called)
    to_all = money.saved(y, np.ones(len(y), dtype=np.bool_))
    saving, over_all = totals_with_intervals(np.column_stack([saved, saved - to_all]), component)
    return CutOff(at, confusion(y, called), saving, over_all)


def totals_with_intervals(
    amounts: Floats, component: Ints, draws: int = DRAWS, seed: int = 0
) -> list[Interval]:
    """Return the total of each column of amounts with its 95 % interval over components.

    `amounts` has shape (customers, columns). Whole components are drawn (percentile bootstrap,
    Efron 1979), as connected customers are not independent.
    """
    _, number = np.unique(component, return_inverse=True)
    count = int(number.max()) + 1 if len(number) else 0
    sums: Floats = np.column_stack([np.bincount(number, column, count) for column in amounts.T])
    drawn = _drawn(sums, draws, np.random.default_rng(seed))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return [
        Interval(float(value), float(a), float(b))
        for value, a, b in zip(sums.sum(axis=0), low, high, strict=True)
    ]


def _drawn(sums: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Return the totals of each resampling, shape (draws, columns)."""
    count = len(sums)
    if not count:
        return np.zeros((1, sums.shape[1]))
    # Components of equal amounts are drawn together, which is the same and costs less.
    kinds, number = np.unique(sums, axis=0, return_inverse=True)
    share = np.bincount(number.ravel()) / count
    at_once = max(1, _PART // len(kinds))
    parts = [
        rng.multinomial(count, share, size=min(at_once, draws - begin)) @ kinds
        for begin in range(0, draws, at_once)
    ]
    return np.concatenate(parts)


def multiplicities(component: Ints, draws: int, seed: int = 0) -> Iterator[Floats]:
    """Yield how often each customer was drawn in resamplings of whole components.

    Each part has the shape (some draws, customers): all at once would fill the memory.
    """
    _, number = np.unique(component, return_inverse=True)
    count = int(number.max()) + 1
    rng = np.random.default_rng(seed)
    at_once = max(1, _PART // len(component))
    for begin in range(0, draws, at_once):
        size = min(at_once, draws - begin)
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=size)
        yield np.asarray(drawn[:, number], dtype=np.float64)


def saving_by_threshold(
    y: Floats, probability: Floats, money: Money, most: int = 200
) -> tuple[Floats, Floats]:
    """Return thresholds, the highest first, and what calling everybody from there on would save."""
    order = np.argsort(-probability, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(probability[order]) != 0, True))
    gain = np.cumsum(y[order] * money.loss * money.effect - money.call_cost)[ends]
    kept = np.unique(np.linspace(0, len(ends) - 1, min(most, len(ends))).round().astype(int))
    return probability[order][ends][kept], gain[kept]
