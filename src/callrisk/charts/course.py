"""Figures about when a model knows: as a call goes on, from month to month, with more customers."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import altair as alt

from callrisk.charts.theme import Chart, Theme, dressed, lettered, values
from callrisk.domain.evaluation import Forward, LearningPoint
from callrisk.domain.wording import Text

_COIN = 0.5
_ROOM = 0.04
_UPRIGHT = alt.Axis(labelAngle=0, labelOverlap="greedy", grid=False)
# Farther away than this many times what there is, a line would squeeze the curve.
_FARTHEST = 2.0


def progress_name(cut: str) -> Text:
    """How far a call had come: before the first word, after so many turns, at its end."""
    if cut == "0":
        return Text("通話前", "Before")
    if cut == "end":
        return Text("終了時", "End")
    return Text(f"{cut} 発話", f"{cut} turns")


def share_name(percent: str) -> Text:
    """How much of a call had been heard, in percent."""
    if percent == "0":
        return Text("通話前", "Before")
    return Text(f"{percent} %", f"{percent} %")


def by_progress(skills: Mapping[str, float], look: Theme) -> Chart:
    """AUC by how many turns of the latest call had been heard."""
    named = [(look.word(progress_name(cut)), value) for cut, value in skills.items()]
    return _line(named, look.say("聞いた発話の数", "Turns heard"), look)


def by_share(skills: Mapping[str, float], look: Theme) -> Chart:
    """AUC by the share of the latest call that had been heard."""
    ordered = sorted(skills, key=int)
    named = [(look.word(share_name(percent)), skills[percent]) for percent in ordered]
    return _line(named, look.say("通話のうち聞いた割合", "Share of the call heard"), look)


def _line(named: Sequence[tuple[str, float]], title: str, look: Theme) -> Chart:
    rows: list[dict[str, Any]] = [
        {"at": name, "auc": value, "text": f"{value:.2f}"}
        for name, value in named
        if isfinite(value)
    ]
    scale = _scale([value for _, value in named])
    base = alt.Chart(values(rows)).encode(
        x=alt.X("at:O", sort=None, title=title, axis=_UPRIGHT),
        y=alt.Y("auc:Q", title="AUC", scale=scale),
    )
    line = base.mark_line(color=look.palette.accent, strokeWidth=2.5)
    dots = base.mark_circle(size=90, opacity=1, color=look.palette.accent)
    numbers = base.mark_text(dy=-14).encode(text="text:N")
    return dressed([_coin(scale, look), line, dots, lettered(numbers, look)], look, 220)


def _scale(shown: Sequence[float]) -> alt.Scale:
    known = [_COIN, *(value for value in shown if isfinite(value))]
    domain = [min(known) - _ROOM, max(known) + 2 * _ROOM]
    return alt.Scale(domain=domain, nice=False, zero=False)


def _coin(scale: alt.Scale, look: Theme) -> alt.Chart:
    line: alt.Chart = (
        alt.Chart(values([{"coin": _COIN}]))
        .mark_rule(strokeDash=[4, 4], color=look.palette.muted)
        .encode(y=alt.Y("coin:Q", scale=scale))
    )
    return line


def forward(found: Forward, look: Theme) -> Chart:
    """AUC of each contract month, learnt from earlier months only, over the pooled interval."""
    rows: list[dict[str, Any]] = [
        {"month": one.month, "auc": one.auc, "customers": one.customers, "unpaid": one.unpaid}
        for one in found.months
        if one.auc is not None and isfinite(one.auc)
    ]
    scale = _scale([found.auc.low, found.auc.high, *(r["auc"] for r in rows)])
    base = alt.Chart(values(rows)).encode(
        x=alt.X("month:O", title=look.say("契約月", "Contract month"), axis=_UPRIGHT),
        y=alt.Y("auc:Q", title="AUC", scale=scale),
    )
    size = alt.Size("customers:Q", scale=alt.Scale(range=[60, 420]), legend=None)
    dots = base.mark_circle(opacity=0.9, color=look.palette.accent).encode(
        size=size, tooltip=["month:O", alt.Tooltip("auc:Q", format=".3f"), "customers:Q"]
    )
    return dressed([*_pooled(found, scale, look), _coin(scale, look), dots], look, 240)


def _pooled(found: Forward, scale: alt.Scale, look: Theme) -> tuple[alt.Chart, ...]:
    pooled = found.auc
    if not all(isfinite(end) for end in (pooled.value, pooled.low, pooled.high)):
        return ()
    words = f"{pooled.value:.2f} [{pooled.low:.2f}, {pooled.high:.2f}]"
    row: dict[str, Any] = {"low": pooled.low, "high": pooled.high, "value": pooled.value}
    row |= {"text": look.say(f"全体 {words}", f"All {words}")}
    base = alt.Chart(values([row]))
    ground = base.mark_rect(color=look.palette.step_2, opacity=0.25).encode(
        y=alt.Y("low:Q", scale=scale), y2="high:Q"
    )
    rule = base.mark_rule(color=look.palette.accent).encode(y="value:Q")
    # Over the figure: within it a month might lie anywhere.
    label = base.mark_text(align="left", baseline="bottom").encode(
        x=alt.value(0), y=alt.value(-8), text="text:N"
    )
    return ground, rule, label


def learning(points: Sequence[LearningPoint], needed: int | None, look: Theme) -> Chart:
    """AUC by how many independent customers were learnt from, with its spread."""
    rows: list[dict[str, Any]] = [
        {
            "groups": one.groups,
            "auc": one.auc,
            "low": one.auc - one.spread,
            "high": one.auc + one.spread,
            "text": f"{one.auc:.2f}",
        }
        for one in points
        if isfinite(one.auc) and isfinite(one.spread)
    ]
    title = look.say("学習に使ったお客様（独立した組）", "Independent customers learnt from")
    scale = _scale([row[end] for row in rows for end in ("low", "high")])
    base = alt.Chart(values(rows)).encode(
        x=alt.X("groups:Q", title=title, axis=alt.Axis(tickCount=5, grid=False)),
    )
    ground = base.mark_area(color=look.palette.step_2, opacity=0.3).encode(
        y=alt.Y("low:Q", title="AUC", scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=look.palette.accent, strokeWidth=2.5).encode(y="auc:Q")
    dots = base.mark_circle(size=90, opacity=1, color=look.palette.accent).encode(y="auc:Q")
    numbers = base.mark_text(dy=-14).encode(y="auc:Q", text="text:N")
    layers = [ground, _coin(scale, look), line, dots, lettered(numbers, look)]
    return dressed([*layers, *_needed(points, needed, look)], look, 240)


def _needed(
    points: Sequence[LearningPoint], needed: int | None, look: Theme
) -> tuple[alt.Chart, ...]:
    most = max(one.groups for one in points)
    if needed is None or needed > _FARTHEST * most:
        return ()
    text = look.say(f"±0.05 に {needed:,} 組", f"{needed:,} for ±0.05")
    base = alt.Chart(values([{"groups": needed, "text": text}])).encode(x="groups:Q")
    rule = base.mark_rule(strokeDash=[2, 3], color=look.palette.muted)
    is_far = needed > most / 2
    label = base.mark_text(align="right" if is_far else "left", dx=-5 if is_far else 5, y=8).encode(
        text="text:N"
    )
    return rule, label
