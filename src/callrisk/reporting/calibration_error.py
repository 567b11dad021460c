"""The expected calibration error (ECE), beside its size for a perfect model by chance."""

from dataclasses import dataclass

import numpy as np

from callrisk.charts.outcomes import probability_bins
from callrisk.domain.arrays import Floats

_BINS, _DRAWS = 10, 1_000
_USUAL, _RARE = 50, 95


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """The ECE, with the median (`usual`) and 95th percentile (`rare`) of a perfect model's.

    The figure alone misleads: the fewer customers, the larger it is for every model.
    """

    value: float
    usual: float
    rare: float


def calibration_error(probability: Floats, unpaid: Floats) -> CalibrationError | None:
    """Return the ECE (Naeini, Cooper and Hauskrecht 2015) over ten bins of equally many customers.

    ECE = sum over bins of |unpaid - sum of probabilities| / customers. Equal probabilities share a
    bin, so there may be fewer. None for fewer than ten customers.
    """
    if len(probability) < _BINS:
        return None
    bins = probability_bins(probability, _BINS)
    size = np.array([len(members) for members in bins])
    gap = np.array([unpaid[members].sum() - probability[members].sum() for members in bins])
    spread = np.sqrt(
        [float((probability[members] * (1 - probability[members])).sum()) for members in bins]
    )
    # The sum of many yes-or-no outcomes is nearly normal, so that millions cost no more than few.
    by_chance = np.abs(np.random.default_rng(0).normal(0, spread, (_DRAWS, len(bins)))).sum(axis=1)
    usual, rare = np.percentile(by_chance / size.sum(), [_USUAL, _RARE])
    return CalibrationError(float(np.abs(gap).sum() / size.sum()), float(usual), float(rare))
