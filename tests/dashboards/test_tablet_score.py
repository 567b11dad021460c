"""Score and reasons on the tablet: two parts, the scale in words, and what moved."""

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.tablet.moves import minute_before, strongest
from callrisk.dashboards.tablet.reasons import parts_of
from callrisk.wire.assessment import AssessmentAnswer, ChangeLine, ScoreChanges
from callrisk.wire.call import CallDetail
from callrisk.wire.client import LiveApiError
from callrisk.wire.examples import example_of

TIMEOUT_S = 60


def line(part: str, points: int, label: str, value_text: str = "", reason: str = "") -> Any:
    """A line under a score as the server sends it; a choice has no number as its value."""
    return {
        "feature": label, "group": part, "part": part, "label": label, "label_en": label,
        "points": points, "value": None, "value_text": value_text, "value_text_en": value_text,
        "typical": None, "reason": reason, "reason_en": reason,
    }  # fmt: skip


def moved(points: int, label: str, phrase: str | None = None, turn: str | None = None) -> Any:
    """A line of a change, as JSON."""
    return {
        "feature": "said.x", "label": label, "label_en": label, "points": points, "phrase": phrase,
        "segment_id": turn,
    }  # fmt: skip


LINES = [
    line("said", 11, "払えない", "「払えません<b>」"),
    line("known", 10, "支払方法", "コンビニ払い"),
    line("known", 0, "お客様の記録", reason="記録がありません。"),
]


def assessed(**told: Any) -> Any:
    """An assessment of 47 + 12 known + 13 said - 2 = 70 points, as JSON, with these changes."""
    return example_of("get_call", "answer")["assessment"] | {
        "state": "live", "risk_score": 70, "start_points": 47, "before_points": 12,
        "said_points": 13, "cap_points": -2, "other_points": 4, "contributions": LINES,
        "interval": [66, 75], "high_times": 2.5, **told,
    }  # fmt: skip


def detail(assessment: Any = None, **told: Any) -> CallDetail:
    """A call with this assessment."""
    call = example_of("get_call", "answer") | {"assessment": assessment or assessed()} | told
    return CallDetail.model_validate(call)


class Moves:
    """A server that knows why a score moved, or is away."""

    def __init__(self, *lines: Any, away: bool = False) -> None:
        self.lines, self.away = lines, away
        self.asked: list[tuple[Any, Any]] = []

    def changes(self, call_id: str, earlier: Any, later: Any) -> ScoreChanges:
        """Answer with the lines."""
        self.asked.append((earlier, later))
        if self.away:
            raise LiveApiError("away")
        answer = example_of("get_changes", "answer")
        points = sum(one["points"] for one in self.lines)
        return ScoreChanges.model_validate(answer | {"because": self.lines, "points": points})


def screen(call: CallDetail, api: Moves | None = None, language: str = "ja") -> AppTest:
    """Score, reasons and moves of a call."""

    def script(call, api):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.tablet.moves import show_moves  # noqa: PLC0415 - own script
        from callrisk.dashboards.tablet.reasons import show_reasons  # noqa: PLC0415
        from callrisk.dashboards.tablet.score import show_score  # noqa: PLC0415

        show_score(call, None)
        show_reasons(call.assessment)
        show_moves(api, call)

    app = AppTest.from_function(script, default_timeout=TIMEOUT_S, args=(call, api or Moves()))
    app.session_state["lang"] = language
    app.session_state["moves"] = api is not None
    app.run()
    assert not app.exception
    return app


def table(app: AppTest) -> str:
    """The table of the reasons, as HTML."""
    [html] = [one.proto.body for one in app.get("html")]
    return str(html)


def captions(app: AppTest) -> str:
    """What is written small."""
    return "\n".join(one.value for one in app.caption)


def test_both_parts_and_their_rest_add_up_to_the_score() -> None:
    """Whatever has no line of its own is the rest of its part, never of the other one."""
    assessment = AssessmentAnswer.model_validate(assessed())
    known, said = parts_of(assessment)

    assert [one[2] for one in known.lines] == [10, 2]
    assert [one[2] for one in said.lines] == [11, 2]
    assert known.sentences == ("記録がありません。",)
    for part in (known, said):
        assert sum(one[2] for one in part.lines) == part.points
    assert 47 + known.points + said.points - 2 == assessment.risk_score


def test_the_reasons_stand_under_their_parts_with_subtotals() -> None:
    """A phrase stands beside its name; what has no points is a sentence; all words are escaped."""
    rows = re.findall(r"<tr class=\"(\w+)\">(.*?)</tr>", table(screen(detail())))
    shown = [(kind, " ".join(re.sub("<.*?>", " ", row).split())) for kind, row in rows]

    assert shown == [
        ("line", "話す前の水準 47"),
        ("part", "通話前に分かっていたこと +12"),
        ("sentence", "記録がありません。"),
        ("line", "支払方法 コンビニ払い +10"),
        ("line", "その他 +2"),
        ("part", "この通話で話されたこと +13"),
        ("line", "払えない 「払えません&lt;b&gt;」 +11"),
        ("line", "その他 +2"),
        ("cap", "0〜100点に収めた分 -2"),
        ("total", "スコア 70"),
    ]


def test_while_listening_the_reasons_are_those_of_the_outlook() -> None:
    """Before the verdict there is no score to give reasons for."""
    app = screen(detail(assessed(state="listening")))

    assert app.subheader[0].value == "通話前の見込みの理由"
    assert "通話前の見込み" in table(app)
    assert "スコア" not in table(app)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ([66, 75], "66〜75"), ([98, 113], "98〜100 以上"), ([100, 123], "100 以上（上限"),
        ([100, 100], "100 以上（上限"), ([-9, 12], "0 以下〜12"), ([-20, 0], "0 以下（下限"),
    ],
)  # fmt: skip
def test_an_interval_beyond_the_scale_is_open(interval: list[int], words: str) -> None:
    """A capped score does not pretend to be known to the point."""
    shown = captions(screen(detail(assessed(interval=interval))))

    assert f"見込みの幅 {words}" in shown
    assert "100〜100" not in shown


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", "高リスク＝平均的なお客様の2\\.5倍以上"),
        ("en", "at least 2\\.5× the odds of an average customer"),
    ],
)
def test_the_scale_is_told_in_words(language: str, words: str) -> None:
    """How many times the usual odds High means stands beside every score."""
    assert words in captions(screen(detail(), language=language))


def test_the_last_change_names_the_words_that_caused_it() -> None:
    """A line of a statement quotes it, any other line has its name alone."""
    because = [moved(11, "払えない", "払え*ません"), moved(-2, "0〜100点に収めた分")]
    app = screen(detail(assessed(change={"points": 9, "because": because})))

    expected = r"動いた理由：払えない 「払え\*ません」 +11、0〜100点に収めた分 -2"
    assert expected in captions(app)


def points(*scores: tuple[int, int]) -> list[Any]:
    """The course of a score: (second of the call, score), as JSON."""
    return [
        {"seq": 100 + second, "at": f"2026-01-15T01:{second // 60:02d}:{second % 60:02d}.000Z",
         "timestamp": "2026-01-15T01:00:00.000Z", "elapsed_s": float(second), "risk_score": score,
         "risk_category": "medium", "state": "live"}
        for second, score in scores
    ]  # fmt: skip


COURSE = points((0, 50), (30, 57), (90, 70))


def moving(duration_s: float) -> CallDetail:
    """A call that began on the hour and has this course."""
    return detail(
        assessments=COURSE,
        started_at="2026-01-15T01:00:00.000Z",
        duration_s=duration_s,
        segments=[],
    )


@pytest.mark.parametrize(
    ("duration_s", "score"), [(40.0, 50), (89.0, 50), (95.0, 57), (149.0, 57), (150.0, 70)]
)
def test_a_minute_ago_is_the_newest_score_of_then(duration_s: float, score: int) -> None:
    """By the clock of the server; a call younger than a minute counts from its start."""
    assert minute_before(moving(duration_s)).risk_score == score


def test_why_it_moved_adds_up_and_leads_to_the_turns() -> None:
    """From the start of the call; a line of a statement is touched and points at its turn."""
    api = Moves(moved(4, "記録"), moved(16, "払えない", "払えません", "s7"))
    app = screen(moving(95.0), api)

    assert "通話開始から +20・直近 1 分 +13" in captions(app)
    assert api.asked == [(100, 190)]
    assert any("（**+20**）" in one.value for one in app.markdown)
    [row] = app.button
    assert row.label == "**+16** 払えない 「払えません」"
    assert any("**+4** 記録" in one.value for one in app.markdown)
    row.click().run()
    assert app.session_state["pointed_at_" + moving(95.0).call_id] == "s7"
    assert len(api.asked) == 1


def test_the_last_minute_is_asked_for_when_it_is_chosen() -> None:
    """The other choice asks from the score of a minute ago; nothing in between needs no answer."""
    api = Moves(moved(13, "払えない"))
    app = screen(moving(95.0), api)
    app.segmented_control(key="moves_since").set_value("minute").run()
    assert api.asked == [(100, 190), (130, 190)]

    quiet = Moves()
    app = screen(moving(600.0), quiet)
    app.segmented_control(key="moves_since").set_value("minute").run()
    assert quiet.asked == [(100, 190)]
    assert "この間、スコアは動いていません。" in captions(app)


def test_folded_moves_ask_nobody() -> None:
    """The lines are asked for once somebody looks."""
    api = Moves(moved(13, "払えない"))
    app = screen(moving(95.0), api)
    app.session_state["moves"] = False
    api.asked.clear()
    app.session_state[f"moves_{moving(95.0).call_id}"] = None
    app.run()

    assert api.asked == []


def test_a_server_that_is_away_is_no_failure_of_the_moves() -> None:
    """The place says that it could not read them."""
    app = screen(moving(95.0), Moves(away=True))

    assert "読み込めませんでした" in captions(app)


def test_many_lines_become_the_strongest_and_a_rest() -> None:
    """Nothing is lost: the lines still add up."""
    lines = [ChangeLine.model_validate(moved(n, f"行{n}")) for n in (1, -9, 3, -4, 5, 6, 7)]
    shown = strongest(lines)

    assert [one.points for one in shown] == [-9, 7, 6, 5, -4, 4]
    assert shown[-1].label == "その他"
    assert sum(one.points for one in shown) == sum(one.points for one in lines)
