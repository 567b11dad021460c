"""Columns of a run that segments are made by, and segments in words and figures."""

from collections.abc import Mapping, Sequence

import numpy as np

from callrisk.dashboards import frame
from callrisk.dashboards.texts import say
from callrisk.domain.arrays import Flags, Floats
from callrisk.domain.portfolio.customer_segments import (
    FEWEST_CUSTOMERS,
    PROBABILITY,
    SCORE,
    SegmentFigures,
    SegmentRule,
    SegmentShare,
    fitting,
    segment_figures,
)
from callrisk.reporting.run_results import ScoredCustomers
from callrisk.wire.stats.customer_segments import CustomerSegmentAnswer


def columns_of(customers: ScoredCustomers) -> Mapping[str, Floats]:
    """Return the columns of a run by name: score, probability, and its features."""
    features = {one.name: customers.facts[:, n] for n, one in enumerate(customers.features)}
    return {
        SCORE: customers.score.astype(np.float64),
        PROBABILITY: customers.probability,
        **features,
    }


def column_labels(customers: ScoredCustomers) -> dict[str, str]:
    """Return the wording of each column."""
    labels = {one.name: frame.feature_label(one) for one in customers.features}
    return {
        SCORE: say("customers.score"),
        PROBABILITY: say("segment.probability"),
        **labels,
    }


def rules_of(segment: CustomerSegmentAnswer) -> tuple[SegmentRule, ...]:
    """Return the rules of a saved segment."""
    return tuple(SegmentRule(one.column, one.low, one.high) for one in segment.rules)


def in_segment(customers: ScoredCustomers, rules: Sequence[SegmentRule]) -> Flags:
    """Return which customers fit all rules; KeyError for a column that the run lacks."""
    return fitting(rules, columns_of(customers), len(customers.score))


def figures_of(customers: ScoredCustomers, fits: Flags) -> SegmentFigures:
    """Return the figures of the customers who fit."""
    is_high = customers.score >= customers.thresholds.high_risk
    component = np.arange(len(fits)) if customers.component is None else customers.component
    return segment_figures(fits, customers.unpaid, is_high, component)


def rules_in_words(rules: Sequence[SegmentRule], labels: Mapping[str, str]) -> str:
    """Return rules as people read them."""
    return say("segment.and").join(_in_words(rule, labels) for rule in rules)


def _in_words(rule: SegmentRule, labels: Mapping[str, str]) -> str:
    label = labels.get(rule.column, rule.column)
    if rule.low is None and rule.high is None:
        return say("segment.unknown", column=label)
    if rule.low == rule.high:
        return say("segment.is", column=label, value=f"{rule.low:,g}")
    parts = [
        say(f"segment.{key}", value=f"{end:,g}")
        for key, end in (("from", rule.low), ("to", rule.high))
        if end is not None
    ]
    return f"{label} {' '.join(parts)}"


def share_in_words(share: SegmentShare) -> str:
    """Return a share with interval and numbers, or that too few tell it."""
    if share.share is None:
        return say("segment.too_few", of=share.of, n=FEWEST_CUSTOMERS)
    return say(
        "segment.share", share=f"{share.share:.1%}", low=f"{share.low:.1%}",
        high=f"{share.high:.1%}", hits=f"{share.hits:,}", of=f"{share.of:,}",
    )  # fmt: skip
