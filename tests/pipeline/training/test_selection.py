"""Choosing inside folds: what helps is let in, what is luck is not, and nobody looks ahead."""

from collections.abc import Sequence

import numpy as np
import pytest

from callrisk.domain.arrays import Floats
from callrisk.domain.features.contract import Block, Feature, Needs
from callrisk.model.fitting import TreeParams
from callrisk.model.learning import Learning
from callrisk.pipeline.training.folds import fold_count, folds_of, inner_folds
from callrisk.pipeline.training.presets import Preset, presets
from callrisk.pipeline.training.selection import (
    CandidateModels,
    Pool,
    admitted_blocks,
    log_loss,
    select,
    simplest_within_standard_error,
)
from callrisk.pipeline.training.tuning import best_of_noise, search_of

TRIED = presets(300, 20, 0.1, 2)
BLOCKS = (Block.SAID_DETAIL, Block.HISTORY, Block.CUSTOMER)
FEATURES = tuple(
    Feature(f"{block}_{number}", block, Needs.TEXT, "", "")
    for block in BLOCKS
    for number in range(3)
)


def pool(seed: int, strength: float, groups: int = 300) -> Pool:
    """Rows of nine facts in three blocks; only the first fact of the history moves the label."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(groups, len(FEATURES)))
    odds = -1 + strength * x[:, 3]
    y = (rng.random(groups) < 1 / (1 + np.exp(-odds))).astype(np.float64)
    level = np.full(groups, float(np.log(y.mean() / (1 - y.mean()))))
    rows = Learning(x, y, np.ones(groups), level)
    return Pool(rows, np.arange(groups), y.copy(), FEATURES)


def test_a_dozen_presets_begin_with_the_base_rate_and_grow_with_the_customers() -> None:
    """Twelve of them; sixteen times as many customers get twice as many trees."""
    few, many = (presets(groups, 100, 0.05, 6) for groups in (300, 4_800))
    sizes = [
        [one.params.n_estimators for one in tried if isinstance(one.params, TreeParams)]
        for tried in (few, many)
    ]

    assert len(few) == len({one.name for one in few}) == 12
    assert few[0].name == "base_rate"
    assert [2 * size for size in sizes[0]] == sizes[1]


def test_the_block_that_helps_is_let_in() -> None:
    """A strong fact of the history always opens its door; the others get in by luck at most."""
    found = [select(pool(seed, 1.5), TRIED, 5) for seed in range(6)]

    assert all(Block.HISTORY in one.blocks and {3, 4, 5} <= set(one.columns) for one in found)
    assert all(one.preset.name != "base_rate" for one in found)
    assert sum(len(one.blocks) - 1 for one in found) <= 4


def test_luck_is_mostly_answered_with_the_base_rate() -> None:
    """One standard error lets luck pass now and then; the verdict, not the choice, is the judge."""
    names = [select(pool(seed, 0.0, 150), TRIED, 5).preset.name for seed in range(12)]

    assert names.count("base_rate") >= 7


def test_groups_without_a_label_do_not_matter() -> None:
    """What is held out by the caller changes neither choice nor loss."""
    whole = pool(3, 1.0)
    held = np.arange(300) % 5 == 0
    label = np.where(held, np.nan, whole.label)
    y = np.where(held, 1 - whole.rows.y, whole.rows.y)
    other = Learning(whole.rows.x, y, whole.rows.weight, whole.rows.offset)
    found, again = (
        select(Pool(rows, whole.group, label, FEATURES), TRIED, 5) for rows in (whole.rows, other)
    )

    assert found.preset == again.preset
    assert np.array_equal(found.losses, again.losses)


def test_inner_folds_hold_no_group_twice() -> None:
    """Each labelled group is held out once a round; others never."""
    label = np.array([1.0, 0, 0, 1, np.nan, 0, 1, 0, 1, 0, 0, 0])
    fold = inner_folds(label, 1)

    assert fold[4] == -1
    assert sorted(set(fold.tolist())) == [-1, 0, 1, 2, 3]


def test_the_steadiest_within_one_standard_error_wins() -> None:
    """Not the best, if the folds cannot tell the two apart; the best, if they can."""
    best = np.array([0.40, 0.42, 0.38, 0.44])
    near = best + np.array([0.02, -0.01, 0.02, -0.01])
    far = best + np.array([0.02, 0.03, 0.02, 0.03])

    assert simplest_within_standard_error(np.stack([far, near, best])) == 1
    assert simplest_within_standard_error(np.stack([far, best])) == 1


@pytest.mark.parametrize(("behind", "expected"), [(0.057, 0), (0.058, 1)])
def test_the_steadier_one_may_be_one_standard_error_behind(behind: float, expected: int) -> None:
    """Differences of 0.1 up and down in four folds have a standard error of 0.0577."""
    best = np.array([0.40, 0.42, 0.38, 0.44])
    other = best + behind + np.array([0.1, -0.1, 0.1, -0.1])

    assert simplest_within_standard_error(np.stack([other, best])) == expected


class _Told(CandidateModels):
    """Losses that are told: a block lowers the loss by so much, up and down in four folds."""

    def __init__(self, gain: float) -> None:
        self._gain = gain

    def losses(self, family: Sequence[Preset], columns: tuple[int, ...]) -> Floats:
        """Return the losses of one preset."""
        steps = np.array([0.1, -0.1, 0.1, -0.1]) + self._gain
        return np.array([0.6 - steps * bool(columns)])


@pytest.mark.parametrize(("gain", "expected"), [(0.057, 0), (0.058, 1)])
def test_a_block_is_let_in_that_gains_more_than_one_standard_error(
    gain: float, expected: int
) -> None:
    """No second one gains anything beside the first."""
    assert len(admitted_blocks(_Told(gain), pool(1, 1.0), TRIED)) == expected


@pytest.mark.parametrize("seed", range(12))
def test_two_of_a_label_never_stand_in_one_fold(seed: int) -> None:
    """Two unpaid make two folds of one each."""
    label = np.array([0.0, 1, 0, 0, 1, 0, np.nan, 0, 0, 0])
    fold = folds_of(label, seed)

    assert sorted(fold[[1, 4]].tolist()) == [0, 1]
    assert fold[6] == -1


def test_a_single_one_of_a_label_stands_in_one_of_two_halves() -> None:
    """Half and half of those with a label."""
    fold = folds_of(np.array([0.0, 1, 0, 0, np.nan, 0, 0]), 3)

    assert np.bincount(fold[fold >= 0]).tolist() == [3, 3]


def test_five_of_each_label_make_five_folds() -> None:
    """And four within those that are learnt from."""
    label = np.repeat([0.0, 1.0], 5)

    assert fold_count(folds_of(label, 1)) == 5
    assert fold_count(inner_folds(label, 1)) == 4
    for number in range(5):
        assert sorted(label[folds_of(label, 1) == number].tolist()) == [0.0, 1.0]


def test_log_loss_is_that_of_the_probability() -> None:
    """In nats, weighted, and finite for any log-odds."""
    y, margin, weight = np.array([1.0, 0.0]), np.array([0.5, 800.0]), np.array([3.0, 0.0])

    assert log_loss(y, margin, weight) == pytest.approx(-np.log(1 / (1 + np.exp(-0.5))))
    assert log_loss(y, margin, np.array([0.0, 1.0])) == pytest.approx(800)


def test_a_search_repeats_itself_and_is_the_least_steady() -> None:
    """The same trials find the same parameters, which come last when in doubt."""
    some = pool(1, 1.5)
    search = search_of(3, 1, 20)
    first, again = (select(some, TRIED, 5, search) for _ in range(2))
    [alone, loss] = search(CandidateModels(some, 5), first.columns)

    assert first.tried[-1] == again.tried[-1] == alone
    assert first.tried[-1].name == "tuned"
    assert np.array_equal(first.losses[-1], loss)


@pytest.mark.parametrize(("trials", "expected"), [(10, 0.564), (50, 0.594), (300, 0.618)])
def test_luck_alone_finds_this_much(trials: int, expected: float) -> None:
    """Simulated: the best of so many useless scorers of 340 customers, 59 of them unpaid."""
    rng = np.random.default_rng(4)
    ranks = rng.permuted(np.tile(np.arange(1.0, 341), (200 * trials, 1)), axis=1)[:, :59]
    auc = (ranks.sum(axis=1) - 59 * 60 / 2) / (59 * 281)
    simulated = float(auc.reshape(200, trials).max(axis=1).mean())

    assert best_of_noise(trials, 59, 281) == pytest.approx(expected, abs=0.006)
    assert best_of_noise(trials, 59, 281) == pytest.approx(simulated, abs=0.008)
