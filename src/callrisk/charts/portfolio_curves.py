"""Figures of all customers in the order of their risk: gains, separation, and what calls save."""

from typing import Any

import altair as alt
import numpy as np

from callrisk.charts.theme import Chart, Theme, finished, values, with_halo
from callrisk.domain.arrays import Floats
from callrisk.domain.portfolio.gains import GainsCurve, Separation

_HEIGHT = 280
# More points than these show nothing more.
_MOST_POINTS = 200
_PERCENT = alt.Axis(format="%", tickCount=5)
_WHOLE = alt.Scale(domain=[0, 1], nice=False)


def gains(curve: GainsCurve, theme: Theme) -> Chart:
    """Return the gains curve: the part of the unpaid among the riskiest part of all customers."""
    kept = _kept(len(curve.share))
    rows = _rows(share=curve.share[kept], caught=curve.caught[kept])
    x = alt.X("share:Q", scale=_WHOLE, axis=_PERCENT, title=_called_title(theme))
    caught = theme.say("そこに含まれる未払いの人の割合", "Part of the unpaid among them")
    line = (
        alt.Chart(values(rows))
        .mark_line(color=theme.palette.accent, strokeWidth=3)
        .encode(
            x=x,
            y=alt.Y("caught:Q", scale=_WHOLE, axis=_PERCENT, title=caught),
            tooltip=[alt.Tooltip("share:Q", format=".0%"), alt.Tooltip("caught:Q", format=".0%")],
        )
    )
    guess = (
        alt.Chart(values([{"share": 0.0, "caught": 0.0}, {"share": 1.0, "caught": 1.0}]))
        .mark_line(strokeDash=[4, 4], color=theme.palette.muted)
        .encode(x="share:Q", y="caught:Q")
    )
    return finished([guess, line], theme, _HEIGHT)


def _called_title(theme: Theme) -> str:
    return theme.say("リスクの高い順に連絡する割合", "Part of all customers, riskiest first")


def separation(curve: GainsCurve, found: Separation, theme: Theme) -> Chart:
    """Return the distributions of unpaid and paid customers over the probability, and KS."""
    # The part below a score; nobody lies below the lowest.
    at = np.append(curve.score[1:], 0.0)
    kept = _kept(len(at))
    names = {
        theme.say("未払い", "Unpaid"): (1 - curve.caught, theme.palette.unpaid),
        theme.say("支払い済み", "Paid"): (1 - curve.passed, theme.palette.muted),
    }
    rows = [
        row | {"outcome": name}
        for name, (below, _) in names.items()
        for row in _rows(at=at[kept], below=below[kept])
    ]
    colours = alt.Scale(domain=list(names), range=[colour for _, colour in names.values()])
    most = max(0.05, float(at.max()))
    scale = alt.Scale(domain=[0, most], nice=False)
    title = theme.say("予測した未払いの確率", "Predicted chance of not paying")
    lines = (
        alt.Chart(values(rows))
        .mark_line(strokeWidth=2.5, interpolate="step-after")
        .encode(
            x=alt.X("at:Q", scale=scale, axis=_PERCENT, title=title),
            y=alt.Y("below:Q", scale=_WHOLE, axis=_PERCENT,
                    title=theme.say("それより低い人の割合", "Part that lies below")),
            color=alt.Color("outcome:N", title=None, scale=colours),
        )
    )  # fmt: skip
    text = f"KS {found.distance:.3f}"
    place = alt.Chart(values([{"at": found.score, "text": text}])).encode(x="at:Q")
    rule = place.mark_rule(strokeDash=[4, 4], color=theme.palette.ink)
    label = place.mark_text(align="left", dx=6, y=14, color=theme.palette.ink).encode(text="text:N")
    return finished([rule, lines, with_halo(label, theme)], theme, _HEIGHT)


def saving(share: Floats, saved: Floats, chosen: tuple[float, float], theme: Theme) -> Chart:
    """Return what calls would have saved by how many customers are called, and the chosen cut."""
    rows = _rows(share=share, saved=saved)
    y = alt.Y(
        "saved:Q", axis=alt.Axis(format="~s", tickCount=5),
        title=theme.say("差し引きの効果（円）", "Saved, less the cost of calls (yen)"),
    )  # fmt: skip
    line = (
        alt.Chart(values(rows))
        .mark_line(color=theme.palette.accent, strokeWidth=3)
        .encode(
            x=alt.X("share:Q", scale=_WHOLE, axis=_PERCENT, title=_called_title(theme)), y=y,
            tooltip=[alt.Tooltip("share:Q", format=".0%"), alt.Tooltip("saved:Q", format=",.0f")],
        )
    )  # fmt: skip
    zero = (
        alt.Chart(values([{"saved": 0}]))
        .mark_rule(strokeDash=[4, 4], color=theme.palette.muted)
        .encode(y="saved:Q")
    )
    at = alt.Chart(values([{"share": chosen[0], "saved": chosen[1]}]))
    dot = at.mark_circle(size=160, opacity=1, color=theme.palette.ink).encode(
        x="share:Q", y="saved:Q"
    )
    return finished([zero, line, dot], theme, _HEIGHT)


def _kept(count: int) -> Any:
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_POINTS)).round().astype(int))


def _rows(**columns: Floats) -> list[dict[str, Any]]:
    lists = [column.tolist() for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]
