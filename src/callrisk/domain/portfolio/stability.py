"""The population stability index (PSI) of scores and features, with limits that know the samples.

PSI = sum (a - e) ln(a / e) over bins with the shares e expected and a actual. The limits 0.1 and
0.25 of practice are crossed by chance alone where samples are small. Without any change PSI is
nearly (1/n + 1/m) chi-square with B - 1 degrees of freedom, for samples of n and m in B bins
(Yurdakul and Naranjo 2020, Statistical properties of the population stability index, Journal of
Risk Model Validation 14(4)), which gives each PSI a limit and a p-value.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from callrisk.domain.arrays import Floats

MOST_BINS = 10
# Of hundred comparisons without any change one may be taken for a change.
LEVEL = 0.01
# Siddiqi (2006), Credit risk scorecards: less is no reason to act, however sure it is.
SMALL = 0.1
# Fewer in a sample than this, and the approximation says nothing.
FEWEST = 50
# Shares of empty bins are those of half a customer (Jeffreys), as a logarithm has no zero.
_HALF = 0.5


class Change(StrEnum):
    """The answer about one feature: no change shown, one too small to act on, or a shift."""

    NONE = "none"
    SMALL = "small"
    SHIFTED = "shifted"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of one column: between `edges`, and one more for missing values, the last.

    Value x lies in bin i where edges[i-1] <= x < edges[i]; n edges make n + 1 bins and the missing.
    """

    edges: tuple[float, ...]

    @classmethod
    def of(cls, values: Floats, most: int = MOST_BINS) -> "Bins":
        """Return bins of about equally many known values; a bin each where there are few values."""
        known = np.unique(values[~np.isnan(values)])
        if len(known) <= most:
            return cls(tuple(((known[1:] + known[:-1]) / 2).tolist()))
        quantiles = np.quantile(values[~np.isnan(values)], np.linspace(0, 1, most + 1)[1:-1])
        # An edge at the lowest value would leave an empty bin below it.
        return cls(tuple(np.unique(quantiles[quantiles > known[0]]).tolist()))

    def counts(self, values: Floats) -> Floats:
        """Return how many values lie in each bin, the missing ones last."""
        place = np.searchsorted(np.array(self.edges), values, side="right")
        place = np.where(np.isnan(values), len(self.edges) + 1, place)
        return np.bincount(place, minlength=len(self.edges) + 2).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Stability:
    """The PSI of one column between two samples.

    `limit` is what PSI exceeds once in a hundred times where nothing changed, `p` the probability
    of so large a PSI then; both NaN for samples that are too small.
    """

    name: str
    psi: float
    limit: float
    p: float
    change: Change


def psi(expected: Floats, actual: Floats) -> float:
    """Return the PSI of two vectors of counts, bin by bin; bins empty in both are left out."""
    filled = (expected + actual) > 0
    shares = [_shares(counts[filled]) for counts in (expected, actual)]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def _shares(counts: Floats) -> Floats:
    if counts.all():
        return np.asarray(counts / counts.sum())
    padded = counts + _HALF
    return np.asarray(padded / padded.sum())


def psi_limit(sizes: tuple[float, float], bins: int, level: float = LEVEL) -> float:
    """Return the PSI that two samples of these sizes without a change exceed with this chance."""
    return _scale(sizes) * chi_square_beyond(level, bins - 1)


def psi_p(value: float, sizes: tuple[float, float], bins: int) -> float:
    """Return the probability of a PSI of at least this value where nothing changed."""
    return chi_square_tail(value / _scale(sizes), bins - 1)


def _scale(sizes: tuple[float, float]) -> float:
    return 1 / sizes[0] + 1 / sizes[1]


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the probability that chi-square exceeds a value; 0 degrees of freedom are always 0.

    Each two degrees add (x/2)^(k/2) e^(-x/2) / Gamma(k/2 + 1) (Abramowitz and Stegun, 26.4.8).
    """
    if value <= 0:
        return 1.0
    half = value / 2
    tail = math.erfc(math.sqrt(half)) if degrees % 2 else 0.0
    for k in range(degrees % 2, degrees, 2):
        tail += math.exp(k / 2 * math.log(half) - half - math.lgamma(k / 2 + 1))
    return min(tail, 1.0)


def chi_square_beyond(level: float, degrees: int) -> float:
    """Return the value that chi-square exceeds with this probability, by bisection."""
    low, high = 0.0, 1_000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chi_square_tail(middle, degrees) > level else (low, middle)
    return high


def stability(
    expected: Mapping[str, Floats], actual: Mapping[str, Floats],
    independent: tuple[float, float] = (1.0, 1.0),
) -> list[Stability]:  # fmt: skip
    """Return the PSI of each column that both samples count, the largest first.

    Arguments are counts by column. `independent` are the shares of independent customers of both
    samples: of twins half of the rows say nothing new. Over all columns the false alarms are held
    at `LEVEL` by Benjamini and Hochberg (1995).
    """
    names = [name for name in expected if name in actual]
    found = [_compared(name, expected[name], actual[name], independent) for name in names]
    sure = _discoveries([one.p for one in found])
    judged = [_judged(one, is_sure) for one, is_sure in zip(found, sure, strict=True)]
    return sorted(judged, key=lambda one: -one.psi)


def _compared(
    name: str, expected: Floats, actual: Floats, independent: tuple[float, float]
) -> Stability:
    sizes = (expected.sum() * independent[0], actual.sum() * independent[1])
    if min(sizes) < FEWEST:
        nan = float("nan")
        value = psi(expected, actual) if min(sizes) > 0 else nan
        return Stability(name, value, nan, nan, Change.TOO_FEW)
    bins, value = int(((expected + actual) > 0).sum()), psi(expected, actual)
    limit, p = psi_limit(sizes, bins), psi_p(value, sizes, bins)
    return Stability(name, value, limit, p, Change.NONE)


def _discoveries(p: Sequence[float]) -> list[bool]:
    """Return which p-values are discoveries, of all that are known."""
    known = sorted(value for value in p if not math.isnan(value))
    passed = [
        value for rank, value in enumerate(known, 1) if value <= LEVEL * rank / max(1, len(known))
    ]
    return [not math.isnan(value) and value <= max(passed, default=-1.0) for value in p]


def _judged(found: Stability, is_sure: bool) -> Stability:
    if not is_sure:
        return found
    change = Change.SHIFTED if found.psi >= SMALL else Change.SMALL
    return Stability(found.name, found.psi, found.limit, found.p, change)
