"""Cut-offs with money: the threshold, who is called, what it saves, and its interval."""

from dataclasses import astuple

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.portfolio.cut_off import (
    Money,
    cut_off,
    saving_by_threshold,
    totals_with_intervals,
)

MONEY = Money(call_cost=500, loss=20_000, effect=0.25)


def portfolio(rng: np.random.Generator, components: int) -> tuple[Floats, Floats, Ints]:
    """Outcomes, true probabilities and components of one to four customers of one outcome."""
    sizes = rng.choice([1, 1, 1, 2, 4], components)
    component = np.repeat(np.arange(components), sizes)
    chance = rng.beta(1, 5, components)
    return (rng.random(components) < chance)[component].astype(float), chance[component], component


def test_the_threshold_follows_from_the_money() -> None:
    """500 of 5,000 that a call saves: from 10 % on; a call that saves nothing is never made."""
    assert pytest.approx(0.1) == MONEY.threshold
    assert Money(500, 20_000, 0).threshold == Money(500, 0, 1).threshold == float("inf")
    assert Money(0, 20_000, 1).threshold == 0


def test_a_cut_off_by_hand() -> None:
    """Three called, one of them unpaid: 5,000 less 1,500; to call all four costs 500 more."""
    y, p = np.array([1.0, 0, 0, 0]), np.array([0.5, 0.1, 0.2, 0.05])
    found = cut_off(y, p, np.arange(4), MONEY)

    assert astuple(found.confusion) == (1, 2, 0, 1)
    assert (found.confusion.precision, found.confusion.recall) == (pytest.approx(1 / 3), 1.0)
    assert (found.saving.value, found.over_all.value) == (3_500, 500)
    assert cut_off(y, p, np.arange(4), MONEY, 2.0).saving.value == 0


def test_the_confusion_is_that_of_scikit_learn() -> None:
    """At any threshold."""
    y, p, component = portfolio(np.random.default_rng(3), 400)
    for threshold in (0.05, 0.1, 0.3):
        found = cut_off(y, p, component, MONEY, threshold).confusion
        (spared_paid, called_paid), (spared, called) = confusion_matrix(y, p >= threshold)
        assert astuple(found) == (called, called_paid, spared, spared_paid)


def test_no_threshold_saves_more_than_that_of_the_money() -> None:
    """With true probabilities, over many customers; the curve and the cut-off agree."""
    y, p, component = portfolio(np.random.default_rng(5), 60_000)
    thresholds, saved = saving_by_threshold(y, p, MONEY)
    best, found = thresholds[saved.argmax()], cut_off(y, p, component, MONEY)

    assert best == pytest.approx(MONEY.threshold, abs=0.015)
    assert found.saving.value == pytest.approx(saved.max(), rel=0.01)
    assert found.over_all.low > 0
    assert cut_off(y, p, component, MONEY, thresholds[40]).saving.value == pytest.approx(saved[40])


def coverage(components: int, replications: int, draws: int) -> float:
    """How often the interval of the saving holds the true one; the benchmark runs it longer."""
    truth = np.mean([
        MONEY.saved(y, p >= MONEY.threshold).sum()
        for y, p, _ in [portfolio(np.random.default_rng(10**6), 400_000)]
    ]) * components / 400_000  # fmt: skip
    held = 0
    for seed in range(replications):
        y, p, component = portfolio(np.random.default_rng(seed), components)
        saved = MONEY.saved(y, p >= MONEY.threshold)
        (found,) = totals_with_intervals(saved[:, None], component, draws, seed)
        held += found.low <= truth <= found.high
    return held / replications


def test_the_interval_holds_the_true_saving() -> None:
    """In about 95 of 100 samples of connected customers."""
    assert 0.91 <= coverage(600, 300, 400) <= 0.99


def test_connected_customers_widen_the_interval() -> None:
    """Four times the same customer says as much as one."""
    y, p, component = portfolio(np.random.default_rng(2), 500)
    alone = cut_off(y, p, component, MONEY).saving
    four = cut_off(np.tile(y, 4), np.tile(p, 4), np.tile(component, 4), MONEY).saving

    assert four.value == 4 * alone.value
    assert four.high - four.low == pytest.approx(4 * (alone.high - alone.low))
