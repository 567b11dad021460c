"""The order in which customers are called: by expected loss, probability times amount at risk."""

import numpy as np

from callrisk.domain.arrays import Floats, Ints


def expected_loss(probability: Floats, amount: Floats) -> Floats:
    """Return probability times amount; NaN where the amount is unknown."""
    return probability * amount


def call_order(probability: Floats, amount: Floats) -> Ints:
    """Return the order by falling expected loss.

    Customers whose amount is unknown follow, by falling probability: no amount is guessed.
    """
    loss = expected_loss(probability, amount)
    unknown = np.isnan(loss)
    return np.lexsort((-probability, -np.where(unknown, 0.0, loss), unknown))
