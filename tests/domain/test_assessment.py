"""Every line adds up to the score, and every change to the change of the score."""

import numpy as np
import pytest

from callrisk.domain.assessment import mood
from callrisk.domain.call import CallTotals
from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.features.contract import customer_features
from callrisk.domain.listening import listening_is_over
from callrisk.domain.risk_category import RiskCategory, Thresholds
from callrisk.domain.score.score_lines import score_lines
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.wording import field_lines

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


@pytest.mark.parametrize(
    ("score", "category"),
    [(100, RiskCategory.HIGH), (70, RiskCategory.HIGH), (69, RiskCategory.MEDIUM),
     (40, RiskCategory.MEDIUM), (39, RiskCategory.LOW), (0, RiskCategory.LOW)],
)  # fmt: skip
def test_the_cut_belongs_to_the_higher_category(score: int, category: RiskCategory) -> None:
    """Higher is riskier, and 70 is high."""
    assert category is RiskCategory.of(score, CUTS)


FIELDS = customer_features(
    [
        CustomerField(
            "pays", "支払", FieldKind.CHOICE, "支払方法", "Pays by", choices=("口座", "現金")
        ),
        CustomerField("late", "延滞", FieldKind.NUMBER, "延滞", "Late"),
        CustomerField("age", "年齢", FieldKind.NUMBER, "年齢", "Age"),
    ]
)
USUAL = (1.0, 0.0, 1.0, 40.0)


def test_the_strongest_field_comes_first_and_one_of_no_points_never() -> None:
    """Size counts, not direction; the choices of one field are one line with all their points."""
    lines = field_lines(FIELDS, (4, 3, -9, 0), (0.0, 1.0, 0.0, 50.0), USUAL)

    assert [(line.feature, line.points) for line in lines] == [("late", -9), ("pays", 7)]
    assert lines[1].value_text == "現金"
    assert lines[1].reason_en == "Pays by: 現金 (mostly 口座)"


def test_the_usual_value_explains_nothing() -> None:
    """Whatever points it has, a value like everybody's has no line; an unknown one has."""
    assert field_lines(FIELDS, (4, 3, -9, 5), USUAL, USUAL) == []
    unknown = field_lines(FIELDS, (4, 3, -9, 0), (float("nan"),) * 4, USUAL)
    assert [line.value_text_en for line in unknown] == ["unknown", "unknown"]


def test_listening_needs_time_and_words() -> None:
    """Neither a long silence nor a quick word is enough for a verdict; what is said is."""
    assert not listening_is_over(CallTotals(customer_chars=500, timed_turns=3, elapsed_ms=44_999))
    assert not listening_is_over(CallTotals(customer_chars=59, timed_turns=3, elapsed_ms=90_000))
    assert listening_is_over(CallTotals(customer_chars=60, timed_turns=3, elapsed_ms=45_000))
    assert listening_is_over(CallTotals(customer_chars=60, agent_turns=5, customer_turns=5))
    assert listening_is_over(CallTotals(customer_chars=3, customer_turns=1, said_statements=1))


def test_mood_counts_only_labelled_turns() -> None:
    """A turn without sentiment is missing, not neutral."""
    totals = CallTotals(customer_turns=5, customer_positive=1, customer_negative=3)

    assert (
        *(getattr(mood(totals, ParticipantRole.CUSTOMER, -2.5), name)
          for name in ("positive", "neutral", "negative", "unlabelled", "score")),
    ) == (1, 0, 3, 1, -2.5)  # fmt: skip
    assert mood(totals, ParticipantRole.AGENT).score is None
