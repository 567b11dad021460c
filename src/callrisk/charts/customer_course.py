"""The figure of a customer's scores over time: a point a call, with what happened in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import altair as alt

from callrisk.charts.theme import Chart, Theme, finished, values
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.wording import Text

_HEIGHT, _HIGHEST, _SIZE = 220, 100, 110


class CourseMark(StrEnum):
    """The mark of a call: the most urgent of what happened in it."""

    ESCALATED = "escalated"
    DISPUTE = "dispute"
    SAID_PAID = "said_paid"
    PROMISE = "promise"
    NONE = "none"


MARK_WORDS = {
    CourseMark.ESCALATED: Text("エスカレーション", "Escalated"),
    CourseMark.DISPUTE: Text("ご請求への異議", "Disputes the claim"),
    CourseMark.SAID_PAID: Text("お支払い済みとのお申し出", "Says it is paid"),
    CourseMark.PROMISE: Text("お支払いのお約束", "Promised to pay"),
    CourseMark.NONE: Text("通話", "Call"),
}
_SHAPES = ("triangle-up", "square", "cross", "diamond", "circle")


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """The scores of a call: the last one, and between which they lay; `at` is a time of Japan."""

    at: datetime
    final: int
    lowest: int
    highest: int
    mark: CourseMark


def customer_course(points: Sequence[CoursePoint], thresholds: Thresholds, theme: Theme) -> Chart:
    """Return the figure; a line is the span of the scores in a call, dashes part the categories."""
    look = theme.palette
    names = {mark: theme.word(words) for mark, words in MARK_WORDS.items()}
    rows = [
        {
            "at": point.at.replace(tzinfo=None).isoformat(timespec="minutes"),
            "final": point.final, "lowest": point.lowest, "highest": point.highest,
            "mark": names[point.mark],
        }
        for point in points
    ]  # fmt: skip
    x = alt.X(
        "at:T", title=theme.say("通話の日", "Day of the call"),
        axis=alt.Axis(format="%Y/%m/%d", tickCount=5), scale=alt.Scale(padding=16),
    )  # fmt: skip
    y = alt.Y("final:Q", title=theme.say("スコア", "Score"), scale=alt.Scale(domain=[0, _HIGHEST]))
    cuts = [
        {"cut": thresholds.high_risk, "colour": look.high},
        {"cut": thresholds.medium_risk, "colour": look.medium},
    ]
    limits = alt.Chart(values(cuts)).mark_rule(strokeDash=[4, 4]).encode(
        y="cut:Q", color=alt.Color("colour:N", scale=None)
    )  # fmt: skip
    of_calls = alt.Chart(values(rows))
    line = of_calls.mark_line(color=look.line, strokeWidth=1.5).encode(x=x, y=y)
    spans = of_calls.mark_rule(color=look.muted, strokeWidth=3, opacity=0.45).encode(
        x=x, y="lowest:Q", y2="highest:Q"
    )
    shown = [mark for mark in CourseMark if any(point.mark is mark for point in points)]
    colours = dict(zip(CourseMark, (look.high, look.unpaid, look.low, look.history, look.accent),
                       strict=True))  # fmt: skip
    shapes = dict(zip(CourseMark, _SHAPES, strict=True))
    domain = [names[mark] for mark in shown]
    marks = of_calls.mark_point(filled=True, size=_SIZE, opacity=1).encode(
        x=x, y=y,
        shape=alt.Shape(
            "mark:N", title=None,
            scale=alt.Scale(domain=domain, range=[shapes[mark] for mark in shown]),
        ),
        color=alt.Color(
            "mark:N", title=None,
            scale=alt.Scale(domain=domain, range=[colours[mark] for mark in shown]),
            # The shapes have the legend: beside them the colours would have one of their own.
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("at:T", format="%Y/%m/%d %H:%M", title=theme.say("開始", "Began")),
            alt.Tooltip("final:Q", title=theme.say("スコア", "Score")),
            alt.Tooltip("mark:N", title=theme.say("できごと", "Mark")),
        ],
    )  # fmt: skip
    return finished([limits, line, spans, marks], theme, _HEIGHT)
