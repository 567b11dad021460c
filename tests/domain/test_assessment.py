"""Every line adds up to the score, and every change to the change of the score."""

from itertools import pairwise

import numpy as np
import pytest

from callrisk.domain.assessment import mood
from callrisk.domain.call import CallTotals
from callrisk.domain.features.contract import CONVERSATION
from callrisk.domain.listening import listening_is_over
from callrisk.domain.risk_category import RiskCategory, Thresholds
from callrisk.domain.score_lines import changed_points, score_lines, strongest
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.wording import contribution, recommendations

CUTS = Thresholds(high_risk=70, medium_risk=40)


@pytest.mark.parametrize("spread", [0.3, 4.0, 30.0])
def test_lines_add_up_and_no_line_moves_by_a_point(spread: float) -> None:
    """Thousands of random rows, capped ones too: sums are exact, rounding stays below one point."""
    rng = np.random.default_rng(5)
    points = rng.normal(0, spread, (5_000, 24)) * (rng.random((5_000, 24)) > 0.3)
    start = np.full(5_000, 48.7)
    lines = score_lines(start, points)
    real = np.clip(start + points.sum(axis=1), 0, 100)

    assert all(one.start + sum(one.by_feature) + one.cap == one.score for one in lines)
    assert np.abs(np.array([one.score for one in lines]) - real).max() <= 0.5 + 1e-9
    assert np.abs(np.array([one.by_feature for one in lines]) - points).max() < 1
    assert {49} == {one.start for one in lines}
    assert all(
        whole == 0 for one, row in zip(lines, points, strict=True)
        for whole, exact in zip(one.by_feature, row, strict=True) if exact == 0
    )  # fmt: skip


def test_capping_is_a_line_of_its_own() -> None:
    """What clipping takes away is shown, and only then."""
    above, inside = score_lines(np.array([50.0, 50.0]), np.array([[70.0, 5.0], [10.0, 5.0]]))

    assert (above.score, above.cap) == (100, -25)
    assert (inside.score, inside.cap) == (65, 0)


def test_changes_add_up() -> None:
    """Line by line what moved sums to how far the score moved."""
    rng = np.random.default_rng(6)
    lines = score_lines(np.full(2_000, 51.2), rng.normal(0, 9, (2_000, 12)))
    for before, after in pairwise(lines):
        moved = changed_points(before, after)
        assert moved.start + sum(moved.by_feature) + moved.cap == after.score - before.score


@pytest.mark.parametrize(
    ("score", "category"),
    [(100, RiskCategory.HIGH), (70, RiskCategory.HIGH), (69, RiskCategory.MEDIUM),
     (40, RiskCategory.MEDIUM), (39, RiskCategory.LOW), (0, RiskCategory.LOW)],
)  # fmt: skip
def test_the_cut_belongs_to_the_higher_category(score: int, category: RiskCategory) -> None:
    """Higher is riskier, and 70 is high."""
    assert category is RiskCategory.of(score, CUTS)


def test_strongest_come_first_and_zeros_never() -> None:
    """Size counts, not direction."""
    assert strongest((2, -9, 0, 4), 5) == [1, 3, 0]


def test_listening_needs_time_and_words() -> None:
    """Neither a long silence nor a quick word is enough for a verdict."""
    assert not listening_is_over(CallTotals(customer_chars=500, timed_turns=3, elapsed_ms=44_999))
    assert not listening_is_over(CallTotals(customer_chars=59, timed_turns=3, elapsed_ms=90_000))
    assert listening_is_over(CallTotals(customer_chars=60, timed_turns=3, elapsed_ms=45_000))
    assert listening_is_over(CallTotals(customer_chars=60, agent_turns=5, customer_turns=5))


def test_mood_counts_only_labelled_turns() -> None:
    """A turn without sentiment is missing, not neutral."""
    totals = CallTotals(customer_turns=5, customer_positive=1, customer_negative=3)

    assert (
        *(getattr(mood(totals, ParticipantRole.CUSTOMER, -2.5), name)
          for name in ("positive", "neutral", "negative", "unlabelled", "score")),
    ) == (1, 0, 3, 1, -2.5)  # fmt: skip
    assert mood(totals, ParticipantRole.AGENT).score is None


def test_advice_never_claims_what_is_not_known() -> None:
    """A reason whose value is unknown may raise the score, but nobody is told it happened."""
    feature = next(one for one in CONVERSATION if one.name == "customer_payment_worry_rate")
    category = RiskCategory.MEDIUM
    known, unknown = (contribution(feature, 9, value, 0.5) for value in (3.0, None))

    assert "address_worry" in {one.action for one in recommendations(category, False, [known])}
    assert "address_worry" not in {
        one.action for one in recommendations(category, False, [unknown])
    }
