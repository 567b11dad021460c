"""Figures about when a model knows: as a call goes on, from month to month, with more customers."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from callrisk.charts.look import Chart, Look, dressed, values
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


def by_progress(skills: Mapping[str, float], look: Look) -> Chart:
    """AUC by how many turns of the latest call had been heard."""
    named = [(look.word(progress_name(cut)), value) for cut, value in skills.items()]
    return _line(named, look.say("聞いた発話の数", "Turns heard"), look)


def by_share(skills: Mapping[str, float], look: Look) -> Chart:
    """AUC by the share of the latest call that had been heard."""
    ordered = sorted(skills, key=int)
    named = [(look.word(share_name(percent)), skills[percent]) for percent in ordered]
    return _line(named, look.say("通話のうち聞いた割合", "Share of the call heard"), look)


def _line(named: Sequence[tuple[str, float]], title: str, look: Look) -> Chart:
    rows: list[dict[str, Any]] = [
        {"at": name, "auc": value, "text": f"{value:.2f}"} for name, value in named
    ]
    base = alt.Chart(values(rows)).encode(
        x=alt.X("at:O", sort=None, title=title, axis=_UPRIGHT),
        y=alt.Y("auc:Q", title="AUC", scale=_scale([value for _, value in named])),
    )
    line = base.mark_line(color=look.palette.accent, strokeWidth=2.5)
    dots = base.mark_circle(size=90, opacity=1, color=look.palette.accent)
    numbers = base.mark_text(dy=-14).encode(text="text:N")
    return dressed([_coin(look), line, dots, numbers], look, 220)


def _scale(shown: Sequence[float]) -> alt.Scale:
    low, high = min([_COIN, *shown]), max([_COIN, *shown])
    return alt.Scale(domain=[low - _ROOM, high + 2 * _ROOM], nice=False)


def _coin(look: Look) -> alt.Chart:
    line: alt.Chart = (
        alt.Chart(values([{"coin": _COIN}]))
        .mark_rule(strokeDash=[4, 4], color=look.palette.muted)
        .encode(y="coin:Q")
    )
    return line


def forward(found: Forward, look: Look) -> Chart:
    """AUC of each contract month, learnt from earlier months only, over the pooled interval."""
    rows: list[dict[str, Any]] = [
        {"month": one.month, "auc": one.auc, "customers": one.customers, "unpaid": one.unpaid}
        for one in found.months
    ]
    scale = _scale([found.auc.low, found.auc.high, *(r["auc"] for r in rows if r["auc"])])
    base = alt.Chart(values(rows)).encode(
        x=alt.X("month:O", title=look.say("契約月", "Contract month"), axis=_UPRIGHT),
        y=alt.Y("auc:Q", title="AUC", scale=scale),
    )
    size = alt.Size("customers:Q", scale=alt.Scale(range=[60, 420]), legend=None)
    dots = base.mark_circle(opacity=0.9, color=look.palette.accent).encode(
        size=size, tooltip=["month:O", alt.Tooltip("auc:Q", format=".3f"), "customers:Q"]
    )
    return dressed([*_pooled(found, look), _coin(look), dots], look, 240)


def _pooled(found: Forward, look: Look) -> tuple[alt.Chart, alt.Chart, alt.Chart]:
    pooled = found.auc
    words = f"{pooled.value:.2f} [{pooled.low:.2f}, {pooled.high:.2f}]"
    row = {"low": pooled.low, "high": pooled.high, "value": pooled.value}
    row |= {"text": look.say(f"全体 {words}", f"All {words}")}
    base = alt.Chart(values([row]))
    ground = base.mark_rect(color=look.palette.step_2, opacity=0.25).encode(y="low:Q", y2="high:Q")
    rule = base.mark_rule(color=look.palette.accent).encode(y="value:Q")
    label = base.mark_text(align="left", baseline="bottom", dx=4, dy=-4).encode(
        x=alt.value(0), y="value:Q", text="text:N"
    )
    return ground, rule, label


def learning(points: Sequence[LearningPoint], needed: int | None, look: Look) -> Chart:
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
    layers = [ground, _coin(look), line, dots, numbers]
    return dressed([*layers, *_needed(points, needed, look)], look, 240)


def _needed(
    points: Sequence[LearningPoint], needed: int | None, look: Look
) -> tuple[alt.Chart, ...]:
    most = max(one.groups for one in points)
    if needed is None or needed > _FARTHEST * most:
        return ()
    text = look.say(f"±0.05 に {needed:,} 組", f"{needed:,} for ±0.05")
    base = alt.Chart(values([{"groups": needed, "text": text}])).encode(x="groups:Q")
    rule = base.mark_rule(strokeDash=[2, 3], color=look.palette.muted)
    side = "right" if needed > most / 2 else "left"
    label = base.mark_text(align=side, dx=-5 if side == "right" else 5, y=8).encode(text="text:N")
    return rule, label
