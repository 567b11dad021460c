"""Log-odds, in which models add up what they know; their inverse is `scipy.special.expit`."""

import numpy as np

from callrisk.domain.arrays import Floats


def log_odds(probability: float | Floats) -> Floats:
    """Return the logarithm of the odds of each probability.

    `scipy.special.logit` rounds near one half differently, which would change models in their last
    bits.
    """
    return np.asarray(np.log(probability / (1 - probability)))
