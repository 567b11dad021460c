"""Segments of customers by rules on the columns of a run, and how each compares.

Customers who are one person or share a call are no independent ones, so the intervals are Wilson's
of the effective number of customers (Korn and Graubard 1998, Confidence intervals for proportions
with small expected number of positive counts): so many independent ones would vary as much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.arrays import Flags, Floats, Ints
from callrisk.domain.operation.shares import wilson

MOST_RULES = 5
# Of fewer customers a share is not told.
FEWEST_CUSTOMERS = 20
# Columns of every run beside its features.
SCORE, PROBABILITY = "score", "probability"


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """One condition; `column` is the name of a feature, `score` or `probability` (0 to 1).

    Both ends are included, None is no end. With neither it is that the value is unknown, which fits
    no other rule.
    """

    column: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CustomerSegment:
    """The customers who fit all rules, as a person (subject id) saved them.

    A shared one is for everybody who may see customers; only its owner takes it away.
    """

    segment_id: int
    name: str
    rules: tuple[SegmentRule, ...]
    owner: str
    shared: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class SegmentShare:
    """Hits among customers, and their share with its 95 % interval; None of too few."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SegmentFigures:
    """Customers of a segment, the unpaid among those with an outcome, and those scored High."""

    customers: int
    unpaid: SegmentShare
    high: SegmentShare


def missing_columns(rules: Sequence[SegmentRule], columns: Mapping[str, Floats]) -> list[str]:
    """Return the columns of rules that a run lacks."""
    return [rule.column for rule in rules if rule.column not in columns]


def fitting(rules: Sequence[SegmentRule], columns: Mapping[str, Floats], count: int) -> Flags:
    """Return which of so many customers fit all rules; KeyError for a column that is missing."""
    fits = np.ones(count, dtype=np.bool_)
    for rule in rules:
        fits &= _fits(rule, columns[rule.column])
    return fits


def _fits(rule: SegmentRule, values: Floats) -> Flags:
    if rule.low is None and rule.high is None:
        return np.isnan(values)
    # NaN compares with nothing.
    above = values >= (-np.inf if rule.low is None else rule.low)
    return above & (values <= (np.inf if rule.high is None else rule.high))


def segment_figures(fits: Flags, unpaid: Floats, is_high: Flags, component: Ints) -> SegmentFigures:
    """Return the figures of the customers who fit; `unpaid` is NaN while pending."""
    known = fits & ~np.isnan(unpaid)
    return SegmentFigures(
        int(fits.sum()),
        segment_share(unpaid[known], component[known]),
        segment_share(is_high[fits].astype(np.float64), component[fits]),
    )


def segment_share(hit: Floats, component: Ints) -> SegmentShare:
    """Return the share of hits (0 or 1 a customer) with its interval."""
    of, hits = len(hit), int(hit.sum())
    if of < FEWEST_CUSTOMERS:
        return SegmentShare(hits, of, None, None, None)
    share = hits / of
    effective = _effective(hit, component)
    low, high = wilson(share * effective, effective)
    return SegmentShare(hits, of, share, low, high)


def _effective(hit: Floats, component: Ints) -> float:
    """Return how many independent customers would tell the share as well."""
    _, group = np.unique(component, return_inverse=True)
    groups, share = int(group.max()) + 1, float(hit.mean())
    if share in (0.0, 1.0) or groups == 1:
        return float(groups)
    sums = np.bincount(group, weights=hit - share)
    variance = float((sums**2).sum()) / len(hit) ** 2 * groups / (groups - 1)
    return float(np.clip(share * (1 - share) / variance, 1.0, len(hit)))
