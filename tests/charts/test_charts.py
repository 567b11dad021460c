"""The figures: what they draw is what they were given, in both languages and both palettes."""

import re
from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest

from callrisk.charts import dependence, outcomes, progress, reasons, skill
from callrisk.charts import score_distribution as customers
from callrisk.charts.theme import DARK, LIGHT, Palette, Theme, colour_rules, recoloured, svg
from callrisk.domain.evaluation import (
    BlockReport,
    Forward,
    ForwardMonth,
    Interval,
    LearningPoint,
    OutcomeBand,
    PresetReport,
    ShareSkill,
)
from callrisk.domain.features.contract import HISTORY, SAID
from callrisk.domain.risk_category import Thresholds

CUTS = Thresholds(high_risk=70, medium_risk=40)
JAPANESE = Theme(LIGHT, "ja")
ENGLISH = Theme(DARK, "en")


def rows(chart: Any, layer: int) -> list[dict[str, Any]]:
    """The data behind one layer of a figure."""
    drawn = chart.to_dict()
    data = drawn["layer"][layer].get("data", drawn.get("data"))
    return list(data.get("values", drawn.get("datasets", {}).get(data.get("name"))))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_distribution_counts_every_customer_once() -> None:
    """The bars of the score distribution hold as many customers as were given, 100 included."""
    scores = [0, 4, 5, 39, 40, 70, 99, 100]
    unpaid = [False, False, None, True, False, True, True, True]

    bars = rows(customers.distribution(scores, unpaid, CUTS, JAPANESE), 1)

    assert sum(bar["customers"] for bar in bars) == len(scores)
    assert sum(bar["customers"] for bar in bars if bar["outcome"] == "未払い") == 4
    assert max(bar["to"] for bar in bars) <= 100


def test_distribution_stacks_outcomes_without_overlap() -> None:
    """Two outcomes at one score stand on each other."""
    bars = rows(customers.distribution([50, 50, 50], [True, False, False], CUTS, JAPANESE), 1)

    assert [(bar["floor"], bar["top"]) for bar in bars] == [(0, 1), (1, 3)]


def test_categories_lie_where_the_thresholds_say() -> None:
    """The ground of each category follows the cuts that are given, not a number of its own."""
    chart = customers.distribution([50], [True], Thresholds(high_risk=80, medium_risk=25), JAPANESE)

    zones = {zone["category"]: (zone["low"], zone["high"]) for zone in rows(chart, 0)}

    assert zones == {"低リスク": (0, 25), "中リスク": (25, 80), "高リスク": (80, 100)}


def test_wilson_interval_of_none_in_ten() -> None:
    """No unpaid customer in ten still leaves room for 28 %."""
    low, high = outcomes.wilson(0, 10)

    assert low == pytest.approx(0.0, abs=1e-12)
    assert high == pytest.approx(0.2775, abs=1e-3)


def test_wilson_interval_of_nobody_is_everything() -> None:
    """Nobody counted means nothing known."""
    assert outcomes.wilson(0, 0) == (0.0, 1.0)


def test_bands_show_counts_and_leave_out_empty_categories() -> None:
    """A category that nobody fell into has no bar; the others say how many of how many."""
    bands = [OutcomeBand("high", 40, 17), OutcomeBand("medium", 0, 0), OutcomeBand("low", 97, 7)]

    bars = rows(outcomes.unpaid_by_band(bands, 0.14, ENGLISH), 0)

    assert [bar["counts"] for bar in bars] == ["17 of 40", "7 of 97"]
    assert bars[0]["share"] == pytest.approx(17 / 40)


def test_calibration_bands_hold_every_customer_once() -> None:
    """The bands of the calibration figure share out all customers and rise."""
    rng = np.random.default_rng(3)
    probability = rng.uniform(0.02, 0.6, 339)
    unpaid = (rng.random(339) < probability).astype(float)

    bands = outcomes.calibration_rows(probability, unpaid)

    assert sum(band["customers"] for band in bands) == 339
    assert sum(band["happened"] * band["customers"] for band in bands) == pytest.approx(
        unpaid.sum()
    )
    predicted = [band["predicted"] for band in bands]
    assert predicted == sorted(predicted)


def test_waterfall_ends_at_the_score() -> None:
    """Each bar begins where the one above ended, and the last reaches from 0 to the score."""
    lines = [
        reasons.WaterfallLine("ふだんの水準", 50),
        reasons.WaterfallLine("支払いへの不安の言葉", 62),
        reasons.WaterfallLine("その他", -7),
        reasons.WaterfallLine("0〜100点に収めた分", -5),
    ]

    steps = rows(reasons.waterfall(lines, 100, JAPANESE), 0)

    assert [(step["from"], step["to"]) for step in steps] == [
        (0, 50),
        (50, 112),
        (112, 105),
        (105, 100),
        (0, 100),
    ]
    assert [step["text"] for step in steps] == ["50", "+62", "-7", "-5", "100"]


def test_waterfall_keeps_two_lines_of_one_label_apart() -> None:
    """Lines with the same label are two bars."""
    lines = [reasons.WaterfallLine("A", 50), reasons.WaterfallLine("B", 3)]

    steps = rows(reasons.waterfall([*lines, lines[1]], 56, JAPANESE), 0)

    assert len({step["key"] for step in steps}) == 4


def test_importance_puts_the_heaviest_fact_first() -> None:
    """Facts stand in the order of their mean size, whichever way they push."""
    points = np.array([[1.0, -9.0, 0.5], [1.0, 9.0, -0.5]])
    features = (*SAID[:2], HISTORY[0])

    bars = rows(reasons.importance(features, points, JAPANESE), 0)

    assert [bar["name"] for bar in bars] == [features[n].label for n in (1, 0, 2)]
    assert [bar["points"] for bar in bars] == pytest.approx([9.0, 1.0, 0.5])


def test_swarm_colours_unknown_facts_as_unknown() -> None:
    """A missing value is neither high nor low."""
    points = np.array([[4.0], [-2.0], [1.0]])
    facts = np.array([[9.0], [1.0], [np.nan]])

    dots = rows(reasons.swarm(SAID[:1], points, facts, ENGLISH), 1)

    assert {dot["points"]: dot["step"] for dot in dots} == {
        4.0: "Very high",
        -2.0: "Very low",
        1.0: "Unknown",
    }


def test_skill_shows_the_model_with_its_interval_and_the_guesses_without() -> None:
    """Only the model has an interval; guesses are points."""
    chart = skill.auc(Interval(0.72, 0.64, 0.81), {"contract_month": 0.55}, ENGLISH)

    model, month = rows(chart, 1)

    assert (model["low"], model["value"], model["high"]) == (0.64, 0.72, 0.81)
    assert (month["name"], month["low"], month["high"]) == ("Contract month only", 0.55, 0.55)


def test_blocks_show_what_they_add_and_how_often_they_were_let_in() -> None:
    """Each block has its interval, and its share of the folds at the end of the line."""
    adds = Interval(0.05, -0.01, 0.09)

    [block] = rows(skill.blocks([BlockReport("history", 0.07, adds, 0.4)], ENGLISH), 1)

    assert (block["name"], block["beside"]) == ("History", "let in 40%")
    assert (block["low"], block["value"], block["high"]) == (-0.01, 0.05, 0.09)


def test_presets_show_distance_choice_and_cost() -> None:
    """One standard error to both sides; the cost only where it was measured."""
    tried = [
        PresetReport("a", "甲", "A", 0.5, 0.02, 0.01, 0.8, 0.25),
        PresetReport("b", "乙", "B", 0.48, 0.0, 0.0, 0.2, 0.0),
    ]

    first, second = rows(skill.presets(tried, JAPANESE), 1)

    assert (first["low"], first["high"]) == (pytest.approx(0.01), pytest.approx(0.03))
    assert first["beside"] == "選択 80% · 0.25 ms"
    assert second["beside"] == "選択 20%"


def test_unknown_skill_is_a_dash() -> None:
    """What could not be measured has no dot and says so."""
    chart = skill.auc(Interval(0.7, 0.6, 0.8), {"champion": float("nan")}, JAPANESE)

    champion = rows(chart, 1)[1]

    assert (champion["value"], champion["text"]) == (None, "–")
    assert "NaN" not in svg(chart)


def test_shares_of_a_call_stand_with_their_intervals() -> None:
    """Each share has its interval; one without keeps its dot, one without a value has none."""
    nothing = float("nan")
    measured = [
        Interval(0.5, 0.4, 0.6),
        Interval(0.6, nothing, nothing),
        Interval(nothing, 0.1, 0.2),
        Interval(0.7, 0.65, 0.75),
    ]
    skills = [
        ShareSkill(share, auc, None, None)
        for share, auc in zip((0, 25, 50, 100), measured, strict=True)
    ]

    points = rows(progress.by_share(skills, JAPANESE), 1)

    assert [point["at"] for point in points] == ["通話前", "25 %", "100 %"]
    assert [(point["low"], point["high"]) for point in points] == [
        (0.4, 0.6), (0.6, 0.6), (0.65, 0.75),
    ]  # fmt: skip


def test_forward_leaves_out_months_that_cannot_be_compared() -> None:
    """A month with one outcome only has no dot; the pooled value has its interval."""
    found = Forward(
        Interval(0.68, 0.55, 0.79),
        Interval(0.0, -0.1, 0.1),
        (ForwardMonth("2026-02", 9, 4, 0.0), ForwardMonth("2026-03", 9, 0, None)),
    )

    chart = progress.forward(found, ENGLISH)

    assert [dot["month"] for dot in rows(chart, 4)] == ["2026-02"]
    assert rows(chart, 0)[0]["text"] == "All 0.68 [0.55, 0.79]"


def test_learning_marks_the_customers_needed_only_where_they_are_near() -> None:
    """The mark of what is needed never squeezes the curve."""
    curve = [LearningPoint(50, 0.6, 0.05), LearningPoint(200, 0.7, 0.02)]

    near, far = (
        len(progress.learning(curve, n, JAPANESE).to_dict()["layer"]) for n in (300, 5_000)
    )

    assert near == far + 2


def test_dependence_shows_unknown_values_in_a_place_of_their_own() -> None:
    """Left of the smallest value, in grey; the word stands there instead of a number."""
    points, facts = np.array([[-2.0, 5.0, 1.0]])[0], np.array([10.0, 20.0, np.nan])

    chart = dependence.dependence(SAID[0], points, facts, (-3, 6), JAPANESE)
    dots = {dot["points"]: dot for dot in rows(chart, 1)}

    assert dots[1.0]["value"] < 10
    assert dots[1.0]["colour"] == LIGHT.paid
    assert (dots[5.0]["colour"], dots[-2.0]["colour"]) == (LIGHT.high, LIGHT.low)
    assert "不明" in svg(chart)


@pytest.mark.parametrize("theme", [JAPANESE, ENGLISH], ids=["ja", "en"])
def test_dependence_of_a_choice_says_yes_and_no(theme: Theme) -> None:
    """A choice has two places with words, and dots of one place lie side by side."""
    choice = replace(SAID[0], name="payment=shop")
    points, facts = np.array([1.0, -1.0, 2.0, 0.5]), np.array([1.0, 0.0, 1.0, np.nan])

    drawn = svg(dependence.dependence(choice, points, facts, (-3, 6), theme))

    assert all(theme.say(ja, en) in drawn for ja, en in (("はい", "Yes"), ("いいえ", "No")))


@pytest.mark.parametrize("facts", [[np.nan] * 3, [4.0] * 3], ids=["unknown", "constant"])
def test_dependence_of_one_value_can_be_drawn(facts: list[float]) -> None:
    """A fact that is unknown for all, or the same for all, still has a figure."""
    chart = dependence.dependence(
        SAID[0], np.array([0.0, 1.0, 2.0]), np.array(facts), (-1, 3), JAPANESE
    )

    assert svg(chart).startswith("<svg")


def test_only_facts_that_move_scores_are_strongest() -> None:
    """At most four, the heaviest first, and none without points."""
    points = np.array([[0.0, -9.0, 0.5, 1, 2, 3], [0.0, 9.0, -0.5, 1, 2, 3]])

    assert dependence.strongest_features(points) == [1, 5, 4, 3]
    assert dependence.strongest_features(np.zeros((2, 3))) == []


def test_text_stays_text_in_the_language_asked_for() -> None:
    """The SVG carries words, not outlines, so the reader's own fonts draw them."""
    skills = [ShareSkill(share, Interval(0.6, 0.5, 0.7), None, None) for share in (0, 25)]

    japanese, english = (svg(progress.by_share(skills, theme)) for theme in (JAPANESE, ENGLISH))

    assert "通話前" in japanese
    assert "25 %" in japanese
    assert "Before" in english
    assert not re.search(r"[ぁ-んァ-ヶ一-龠]", english)


def test_recoloured_figure_takes_every_colour_from_css() -> None:
    """No colour of the palette is left in the SVG, and each variable it names is declared."""
    drawn = svg(outcomes.unpaid_by_band([OutcomeBand("high", 9, 3)], 0.2, JAPANESE))

    themed = recoloured(drawn, LIGHT)

    assert not any(colour in themed for colour in astuple(LIGHT))
    used = set(re.findall(r"var\((--[\w-]+)\)", themed))
    assert used
    assert all(f"{name}: " in colour_rules(DARK) for name in used)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_palette_is_legible_and_every_colour_unique(palette: Palette) -> None:
    """Text reaches contrast 4.5 on its ground, marks 3, and no two colours are alike."""
    assert len(set(astuple(palette))) == len(astuple(palette))
    for text in (palette.ink, palette.muted):
        assert contrast(text, palette.surface) >= 4.5
    for mark in (palette.low, palette.medium, palette.high, palette.accent, palette.unpaid):
        assert contrast(mark, palette.surface) >= 3


def test_manner_was_never_to_be_let_in() -> None:
    """Beside a block that is never scored stands no share of admissions."""
    reports = [
        BlockReport(block, 0.1, Interval(0.05, 0.0, 0.1), 0.0) for block in ("history", "manner")
    ]

    history, manner = rows(skill.blocks(reports, JAPANESE), 1)

    assert (history["beside"], manner["beside"]) == ("採用 0%", "対象外")


def test_words_beside_the_dots_have_room() -> None:
    """The longer what stands beside, the farther to the left the dots keep."""
    short, long = (
        skill.blocks([BlockReport("history", 0.1, Interval(0.05, 0.0, 0.1), share)], JAPANESE)
        for share in (0.4, 1.0)
    )

    ends = [chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"][1]
            for chart in (short, long)]  # fmt: skip
    assert 0.1 < ends[0] < ends[1]
