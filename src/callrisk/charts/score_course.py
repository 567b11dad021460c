"""The figure of how the score of one call went."""

from collections.abc import Sequence

import altair as alt

from callrisk.charts.theme import Chart, Theme, finished, values
from callrisk.domain.risk_category import Thresholds

_HEIGHT, _HIGHEST, _MINUTE_S = 180, 100, 60


def score_course(
    points: Sequence[tuple[float, int]], thresholds: Thresholds, theme: Theme
) -> Chart:
    """Return the figure of (seconds, score) pairs, with the lowest scores of the categories."""
    look = theme.palette
    rows = [{"minutes": seconds / _MINUTE_S, "score": score} for seconds, score in points]
    x = alt.X(
        "minutes:Q", title=theme.say("通話の始まりから（分）", "Minutes since the call began")
    )
    y = alt.Y("score:Q", title=theme.say("スコア", "Score"), scale=alt.Scale(domain=[0, _HIGHEST]))
    cuts = [
        {"score": thresholds.high_risk, "colour": look.high},
        {"score": thresholds.medium_risk, "colour": look.medium},
    ]
    rules = alt.Chart(values(cuts)).mark_rule(strokeDash=[4, 4]).encode(
        y="score:Q", color=alt.Color("colour:N", scale=None)
    )  # fmt: skip
    line = alt.Chart(values(rows)).mark_line(
        color=look.accent, interpolate="step-after", point={"filled": True, "size": 24}
    ).encode(x=x, y=y)  # fmt: skip
    return finished([rules, line], theme, _HEIGHT)
