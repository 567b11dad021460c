"""The skill after shares of a call: differences are paired, over independent customers."""

import numpy as np
import pytest

from callrisk.pipeline.dataset import LabelledCustomers
from callrisk.pipeline.skill.call_shares import share_skills
from callrisk.pipeline.skill.statistics import auc, draws

CUSTOMERS = 120


@pytest.fixture
def rng() -> np.random.Generator:
    """Chance that repeats."""
    return np.random.default_rng(5)


@pytest.fixture
def customers(rng: np.random.Generator) -> LabelledCustomers:
    """Independent customers, a third of whom did not pay."""
    y = (np.arange(CUSTOMERS) % 3 == 0).astype(float)
    number = np.arange(CUSTOMERS)
    one = np.zeros((1, CUSTOMERS), dtype=np.int64)
    return LabelledCustomers(y, number, number, y, draws(CUSTOMERS, 300, rng), one, one + 1.0)


def test_each_share_has_its_auc_and_its_differences(
    customers: LabelledCustomers, rng: np.random.Generator
) -> None:
    """The gain is over the share before, and the rest of the call is measured up to its end."""
    margins = {
        share: customers.y[None] * share / 50 + rng.normal(0, 1, (1, CUSTOMERS))
        for share in (0, 50, 100)
    }

    before, midway, end = share_skills(margins, customers)

    one = np.ones((1, CUSTOMERS))
    expected = {share: auc(customers.y, margin[0], one)[0] for share, margin in margins.items()}
    assert [skill.auc.value for skill in (before, midway, end)] == list(expected.values())
    assert midway.auc.low < midway.auc.value < midway.auc.high
    assert (before.gain, end.to_end) == (None, None)
    assert before.to_end is not None
    assert midway.gain is not None
    assert before.to_end.value == pytest.approx(expected[100] - expected[0])
    assert midway.gain.value == pytest.approx(expected[50] - expected[0])
    assert midway.gain.low > 0
    assert midway.to_end == end.gain


def test_differences_are_of_the_same_customers(
    customers: LabelledCustomers, rng: np.random.Generator
) -> None:
    """Where nothing changes the difference has no width, although each AUC has one."""
    margin = customers.y[None] + rng.normal(0, 1, (1, CUSTOMERS))

    before, end = share_skills({0: margin, 100: margin.copy()}, customers)

    assert before.auc.high - before.auc.low > 0.05
    assert end.gain is not None
    assert (end.gain.low, end.gain.value, end.gain.high) == (0, 0, 0)


def test_customers_of_one_group_add_no_certainty(
    customers: LabelledCustomers, rng: np.random.Generator
) -> None:
    """Ten records of each customer leave the intervals as they are."""
    margins = {share: customers.y[None] + rng.normal(0, 1, (1, CUSTOMERS)) for share in (0, 100)}
    y, group = np.repeat(customers.y, 10), np.repeat(customers.group, 10)
    one = np.zeros((1, 10 * CUSTOMERS), dtype=np.int64)
    tenfold = LabelledCustomers(y, group, group, y, customers.draws, one, one + 1.0)

    alone = share_skills(margins, customers)
    copied = share_skills(
        {share: np.repeat(margin, 10, axis=1) for share, margin in margins.items()}, tenfold
    )

    assert alone[1].gain is not None
    assert copied[1].gain is not None
    assert copied[1].gain.low == pytest.approx(alone[1].gain.low)
    assert copied[1].auc.high == pytest.approx(alone[1].auc.high)
