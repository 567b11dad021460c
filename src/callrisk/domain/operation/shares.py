"""Shares with intervals, and numbers beside those that were to be expected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# The normal quantile of a 95 % interval.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """Hits among some, their share and its 95 % interval; None of none."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def share_of(hits: int, of: int) -> Share:
    """Return a share with its interval."""
    if not of:
        return Share(hits, of, None, None, None)
    low, high = wilson(hits, of)
    return Share(hits, of, hits / of, low, high)


def wilson(hits: float, of: float) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson (1927), honest for few; 0 to 1 of none.

    The numbers need not be whole: of customers who depend on each other they are effective ones.
    """
    if not of:
        return 0.0, 1.0
    share, squared = hits / of, _Z * _Z / of
    middle = (share + squared / 2) / (1 + squared)
    half = _Z / (1 + squared) * math.sqrt(share * (1 - share) / of + squared / of / 4)
    # Exact at the ends, where rounding would leave a speck.
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == of else middle + half
    return max(low, 0.0), min(high, 1.0)


def ratio_interval(observed: int, expected: float) -> tuple[float, float]:
    """Return the 95 % interval of observed over expected by Byar's approximation.

    Breslow and Day (1987), Statistical Methods in Cancer Research II, formula 2.13; observed is
    taken for Poisson, which is wider than what shares of calls can vary.
    """
    more = observed + 1
    high = more * (1 - 1 / (9 * more) + _Z / (3 * math.sqrt(more))) ** 3 / expected
    if not observed:
        return 0.0, high
    root = 1 - 1 / (9 * observed) - _Z / (3 * math.sqrt(observed))
    return observed * max(root, 0.0) ** 3 / expected, high


def chance_of(observed: int, expected: float) -> float:
    """Return how likely a number as far from the expected as this is, both sides, by Poisson.

    The observed number itself counts half (mid-P), else few cases would never differ.
    """
    at = _poisson(observed, expected)
    below = sum(_poisson(number, expected) for number in range(observed))
    return min(1.0, 2 * min(below + at / 2, 1 - below - at / 2))


def _poisson(number: int, expected: float) -> float:
    return math.exp(number * math.log(expected) - expected - math.lgamma(number + 1))


def unlikely(chances: Sequence[float], false_share: float = 0.05) -> list[bool]:
    """Return which of these are no chance, so that of those named so few are false.

    Benjamini and Hochberg (1995), Controlling the false discovery rate.
    """
    ranked = sorted(chances)
    limits = (
        chance
        for rank, chance in enumerate(ranked, start=1)
        if chance <= false_share * rank / len(ranked)
    )
    limit = max(limits, default=-1.0)
    return [chance <= limit for chance in chances]
