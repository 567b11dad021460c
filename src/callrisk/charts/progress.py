"""Figures of skill over progress: along a call, from month to month, with more customers."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

import altair as alt

from callrisk.charts.theme import Chart, Theme, finished, values, with_halo
from callrisk.domain.evaluation import Forward, LearningPoint, ShareSkill
from callrisk.domain.wording import Text

_CHANCE_AUC = 0.5
_ROOM = 0.04
_HORIZONTAL_LABELS = alt.Axis(labelAngle=0, labelOverlap="greedy", grid=False)
# Farther away than this many times what there is, a line would squeeze the curve.
_FARTHEST = 2.0


def share_name(percent: int) -> Text:
    """Return the name of a share of a call, in percent."""
    if percent == 0:
        return Text("通話前", "Before")
    return Text(f"{percent} %", f"{percent} %")


def by_share(skills: Sequence[ShareSkill], theme: Theme) -> Chart:
    """Return the figure of the AUC by share of the latest call, each with its interval."""
    rows = [_share_row(skill, theme) for skill in skills if isfinite(skill.auc.value)]
    scale = _scale([row[end] for row in rows for end in ("low", "high")])
    title = theme.say("通話のうち聞いた割合", "Share of the call heard")
    base = alt.Chart(values(rows)).encode(
        x=alt.X("at:O", sort=None, title=title, axis=_HORIZONTAL_LABELS)
    )
    auc = alt.Y("auc:Q", title="AUC", scale=scale)
    whiskers = base.mark_rule(strokeWidth=3, opacity=0.45, color=theme.palette.accent).encode(
        y=alt.Y("low:Q", title="AUC", scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=theme.palette.accent, strokeWidth=2.5).encode(y=auc)
    dots = base.mark_circle(size=90, opacity=1, color=theme.palette.accent).encode(y=auc)
    numbers = base.mark_text(dy=-10).encode(y=alt.Y("high:Q", scale=scale), text="text:N")
    layers = [_chance_line(scale, theme), whiskers, line, dots, with_halo(numbers, theme)]
    return finished(layers, theme, 240)


def _share_row(skill: ShareSkill, theme: Theme) -> dict[str, Any]:
    auc = skill.auc
    is_known = isfinite(auc.low) and isfinite(auc.high)
    low, high = (auc.low, auc.high) if is_known else (auc.value, auc.value)
    name = theme.word(share_name(skill.share))
    return {"at": name, "auc": auc.value, "low": low, "high": high, "text": f"{auc.value:.2f}"}


def _scale(aucs: Sequence[float]) -> alt.Scale:
    finite = [_CHANCE_AUC, *(value for value in aucs if isfinite(value))]
    domain = [min(finite) - _ROOM, max(finite) + 2 * _ROOM]
    return alt.Scale(domain=domain, nice=False, zero=False)


def _chance_line(scale: alt.Scale, theme: Theme) -> alt.Chart:
    line: alt.Chart = (
        alt.Chart(values([{"coin": _CHANCE_AUC}]))
        .mark_rule(strokeDash=[4, 4], color=theme.palette.muted)
        .encode(y=alt.Y("coin:Q", scale=scale))
    )
    return line


def forward(result: Forward, theme: Theme) -> Chart:
    """Return the figure of the AUC of each contract month, over the pooled interval."""
    rows: list[dict[str, Any]] = [
        {
            "month": month.month,
            "auc": month.auc,
            "customers": month.customers,
            "unpaid": month.unpaid,
        }
        for month in result.months
        if month.auc is not None and isfinite(month.auc)
    ]
    scale = _scale([result.auc.low, result.auc.high, *(r["auc"] for r in rows)])
    base = alt.Chart(values(rows)).encode(
        x=alt.X("month:O", title=theme.say("契約月", "Contract month"), axis=_HORIZONTAL_LABELS),
        y=alt.Y("auc:Q", title="AUC", scale=scale),
    )
    size = alt.Size("customers:Q", scale=alt.Scale(range=[60, 420]), legend=None)
    dots = base.mark_circle(opacity=0.9, color=theme.palette.accent).encode(
        size=size, tooltip=["month:O", alt.Tooltip("auc:Q", format=".3f"), "customers:Q"]
    )
    return finished([*_pooled(result, scale, theme), _chance_line(scale, theme), dots], theme, 240)


def _pooled(result: Forward, scale: alt.Scale, theme: Theme) -> tuple[alt.Chart, ...]:
    pooled = result.auc
    if not all(isfinite(end) for end in (pooled.value, pooled.low, pooled.high)):
        return ()
    words = f"{pooled.value:.2f} [{pooled.low:.2f}, {pooled.high:.2f}]"
    row: dict[str, Any] = {"low": pooled.low, "high": pooled.high, "value": pooled.value}
    row |= {"text": theme.say(f"全体 {words}", f"All {words}")}
    base = alt.Chart(values([row]))
    ground = base.mark_rect(color=theme.palette.step_2, opacity=0.25).encode(
        y=alt.Y("low:Q", scale=scale), y2="high:Q"
    )
    rule = base.mark_rule(color=theme.palette.accent).encode(y="value:Q")
    # Over the figure: within it a month might lie anywhere.
    label = base.mark_text(align="left", baseline="bottom").encode(
        x=alt.value(0), y=alt.value(-8), text="text:N"
    )
    return ground, rule, label


def learning(points: Sequence[LearningPoint], needed: int | None, theme: Theme) -> Chart:
    """Return the learning curve: AUC by number of independent customers learnt from."""
    rows: list[dict[str, Any]] = [
        {
            "groups": point.groups,
            "auc": point.auc,
            "low": point.auc - point.spread,
            "high": point.auc + point.spread,
            "text": f"{point.auc:.2f}",
        }
        for point in points
        if isfinite(point.auc) and isfinite(point.spread)
    ]
    title = theme.say("学習に使ったお客様（独立した組）", "Independent customers learnt from")
    scale = _scale([row[end] for row in rows for end in ("low", "high")])
    base = alt.Chart(values(rows)).encode(
        x=alt.X("groups:Q", title=title, axis=alt.Axis(tickCount=5, grid=False)),
    )
    ground = base.mark_area(color=theme.palette.step_2, opacity=0.3).encode(
        y=alt.Y("low:Q", title="AUC", scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=theme.palette.accent, strokeWidth=2.5).encode(y="auc:Q")
    dots = base.mark_circle(size=90, opacity=1, color=theme.palette.accent).encode(y="auc:Q")
    numbers = base.mark_text(dy=-14).encode(y="auc:Q", text="text:N")
    layers = [ground, _chance_line(scale, theme), line, dots, with_halo(numbers, theme)]
    return finished([*layers, *_needed(points, needed, theme)], theme, 240)


def _needed(
    points: Sequence[LearningPoint], needed: int | None, theme: Theme
) -> tuple[alt.Chart, ...]:
    most = max(point.groups for point in points)
    if needed is None or needed > _FARTHEST * most:
        return ()
    text = theme.say(f"±0.05 に {needed:,} 組", f"{needed:,} for ±0.05")
    base = alt.Chart(values([{"groups": needed, "text": text}])).encode(x="groups:Q")
    rule = base.mark_rule(strokeDash=[2, 3], color=theme.palette.muted)
    is_far = needed > most / 2
    label = base.mark_text(align="right" if is_far else "left", dx=-5 if is_far else 5, y=8).encode(
        text="text:N"
    )
    return rule, label
