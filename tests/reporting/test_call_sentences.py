"""What a call tells, in sentences of report, card and page: when, how much, and on which scale."""

from dataclasses import replace

import pytest

from callrisk.domain.evaluation import Evaluation, Interval, ShareSkill, Skill, settled_share
from callrisk.reporting.call_sentences import said_adds_sentence, settled_sentence
from callrisk.reporting.figure_tables import tables_of
from callrisk.reporting.model_card import model_card
from callrisk.reporting.report import report_html
from callrisk.reporting.run_results import Results
from harness.made_evaluation import BARE, FULL, results


@pytest.fixture(scope="module")
def unproven() -> Results:
    """A demonstration run without skill."""
    return results(Skill.UNPROVEN)


def rest_of_call(*to_end: Interval) -> Evaluation:
    """An evaluation in which what the rest of the call adds is this, from 0 % on."""
    skills = tuple(
        ShareSkill(25 * number, FULL.auc, None, rest) for number, rest in enumerate(to_end)
    )
    return replace(FULL, by_share=(*skills, ShareSkill(100, FULL.auc, None, None)))


def test_the_moment_after_which_nothing_more_comes_is_the_first_that_fits() -> None:
    """It takes both, a difference below 0.01 and an interval that is not above 0."""
    large, sure, nothing = (
        Interval(0.012, -0.01, 0.03), Interval(0.009, 0.002, 0.016), Interval(0.009, -0.002, 0.02),
    )  # fmt: skip

    found = settled_share(rest_of_call(large, sure, nothing, nothing).by_share)

    assert found is not None
    assert found.share == 50
    assert settled_share(rest_of_call(large, sure).by_share) is None


def test_the_moment_is_told_with_its_rule() -> None:
    """Before the call, on its way, or never: each has its sentence with the figures."""
    large, nothing = Interval(0.02, -0.01, 0.05), Interval(0.004, -0.013, 0.021)
    told = [
        settled_sentence(rest_of_call(*rest))
        for rest in ((nothing,), (large, nothing), (large, large))
    ]

    before, midway, never = (sentence.ja for sentence in told if sentence is not None)
    assert before.startswith("通話を聞いても、")
    assert midway.startswith("通話の 25 % を聞いたあとに")
    assert "+0.004 [-0.013, +0.021] で、0.01 に届かず" in midway
    assert never.startswith("見分ける力は、通話の終わりまで増える見込み")
    assert "25 % の時点でも、終わりまでに増える AUC は +0.020" in never
    assert settled_sentence(BARE) is None
    assert settled_sentence(rest_of_call(Interval(float("nan"), 0.0, 0.0))) is None


@pytest.mark.parametrize(
    ("adds", "told"),
    [
        (
            Interval(0.05, 0.01, 0.09),
            "に、確率の良さ（Brier スキル）を +0.050 [+0.010, +0.090] 加え",
        ),
        (Interval(0.05, -0.01, 0.09), "まだ示せません（差 +0.050 [-0.010, +0.090]）"),
        (Interval(float("nan"), 0.0, 0.0), None),
        (None, None),
    ],
)
def test_what_is_said_adds_only_what_can_be_shown(adds: Interval | None, told: str | None) -> None:
    """An interval above 0 shows it, any other does not, and without a measure nothing is told."""
    sentence = said_adds_sentence(replace(FULL, said_adds=adds))

    assert (sentence is None) == (told is None)
    if sentence is not None:
        assert str(told) in sentence.ja
        assert sentence.en


@pytest.mark.parametrize(("hears", "silent"), [(True, True), (False, False), (None, True)])
def test_a_model_that_hears_nothing_says_so(
    unproven: Results, hears: bool | None, silent: bool
) -> None:
    """Report and card say that statements move no points, for such a model only."""
    deaf = replace(unproven, evaluation=replace(unproven.evaluation, hears=hears))

    for text in (report_html(deaf, {}), model_card(deaf)):
        assert ("このモデルでは発言は点数に入りません" in text) != silent


def test_report_and_card_tell_scale_moment_and_what_speech_adds(
    unproven: Results,
) -> None:
    """In sentences and in both languages; the points are those of the model, not a constant."""
    scaled = replace(unproven, model=replace(unproven.model, points_to_double=11.0))

    for text in (report_html(scaled, {}), model_card(scaled)):
        assert "11 点上がるごとに未払いのオッズが 2 倍" in text
        assert "高リスク＝平均的なお客様の3.5倍以上の見込み" in text
        assert "every 11 points double the odds" in text
        assert "+11 で 2 倍" in text
        assert "通話の 50 % を聞いたあとに" in text
        assert "After 50 % of a call nothing more is to be expected" in text
        assert "+0.051 [+0.012, +0.094] 加えます" in text


def test_shares_have_their_differences_in_numbers(unproven: Results) -> None:
    """Each share with its interval, the gain over the one before, and the rest of the call."""
    first, _, last = tables_of(FULL, None)["share"].rows

    assert [cell.ja for cell in first] == [
        "通話前", "0.550 [0.430, 0.660]", "–", "+0.180 [+0.060, +0.300]",
    ]  # fmt: skip
    assert [cell.ja for cell in last][2:] == ["+0.004 [-0.013, +0.021]", "–"]
