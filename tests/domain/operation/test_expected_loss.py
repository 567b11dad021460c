"""The order of calls: by expected loss, unknown amounts behind."""

import numpy as np

from callrisk.domain.operation.expected_loss import call_order


def test_the_largest_expected_loss_is_called_first() -> None:
    """A small risk of much before a large risk of little; unknown amounts by risk alone."""
    probability = np.array([0.9, 0.2, 0.5, 0.8, 0.6])
    amount = np.array([1_000.0, 50_000.0, np.nan, np.nan, 2_000.0])

    assert call_order(probability, amount).tolist() == [1, 4, 0, 3, 2]
