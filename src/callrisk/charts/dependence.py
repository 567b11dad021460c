"""SHAP dependence plots: one dot a customer, the feature value across, points up."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from callrisk.charts.reasons import most_important, name_of
from callrisk.charts.theme import Chart, Theme, finished, values
from callrisk.domain.arrays import Floats
from callrisk.domain.features.contract import Feature
from callrisk.domain.wording import MISSING_VALUE, Text

MOST_DEPENDENCES = 4
# More dots than this say no more, and make a heavy picture.
_MOST_DOTS = 300
_MEANS, _DOTS_A_MEAN = 8, 12
# Dots of one value lie side by side: how far from it at most, in units of the axis.
_JITTER = 0.3
# Where unknown values lie: left of the smallest, by this share of the axis.
_GUTTER = 0.16
_YES, _NO = Text("はい", "Yes"), Text("いいえ", "No")


def strongest_features(points: Floats) -> list[int]:
    """Return the positions of the features for dependence plots, the strongest first."""
    return most_important(points, MOST_DEPENDENCES)


def dependence(
    feature: Feature, points: Floats, facts: Floats, reach: tuple[float, float], theme: Theme
) -> Chart:
    """Return the dependence plot of one feature; `reach` is the range of the points axis.

    `points` and `facts` have one entry a customer; NaN is unknown and has a place of its own.
    """
    shown_rows = np.unique(np.linspace(0, len(points) - 1, _MOST_DOTS).astype(np.int64))
    is_choice = "=" in feature.name
    known = facts[~np.isnan(facts)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    begin = _begin(facts, (low, high), is_choice)
    rows = _rows(points[shown_rows], facts[shown_rows], begin, is_choice, theme)
    domain = [min(begin, low) - 0.04 * (high - begin or 1), high + 0.04 * (high - begin or 1)]
    if is_choice:
        domain = [begin - 0.5, 1.5]
    x = alt.X("value:Q", title=_title(feature, theme), axis=_axis(low, is_choice, theme),
              scale=alt.Scale(domain=domain, nice=False))  # fmt: skip
    y = alt.Y("points:Q", title=theme.say("動かした点数", "Points"), axis=alt.Axis(tickCount=5),
              scale=alt.Scale(domain=list(reach)))  # fmt: skip
    dots = (
        alt.Chart(values(rows))
        .mark_circle(size=30, opacity=0.75, aria=False)
        .encode(x=x, y=y, color=alt.Color("colour:N", scale=None))
    )
    zero = alt.Chart(values([{"at": 0}])).mark_rule(color=theme.palette.muted).encode(y="at:Q")
    layers = [zero, dots, *_trend(points, facts, is_choice, theme)]
    if np.isnan(facts).any() and not is_choice:
        layers.append(_unknown_name(begin, theme))
    return finished(layers, theme, 200)


def reach_of(points: Floats) -> tuple[float, float]:
    """Return the range of the points axis for several plots, over all their points."""
    low, high = min(0.0, float(points.min())), max(0.0, float(points.max()))
    room = 0.06 * (high - low or 1.0)
    return low - room, high + room


def _begin(facts: Floats, ends: tuple[float, float], is_choice: bool) -> float:
    """Return the begin of the value axis, which is the place of unknown values if there are any."""
    some_unknown = bool(np.isnan(facts).any())
    if is_choice:
        return -1.0 if some_unknown else 0.0
    whole = ends[1] - ends[0] or 1.0
    return ends[0] - _GUTTER * whole if some_unknown else ends[0]


def _rows(
    points: Floats, facts: Floats, begin: float, is_choice: bool, theme: Theme
) -> list[dict[str, Any]]:
    unknown = np.isnan(facts)
    spread = _JITTER if is_choice else 0.0
    place = np.where(unknown, begin, facts) + spread * _side_by_side(len(facts))
    palette = theme.palette
    return [
        {
            "value": round(float(x), 4),
            "points": round(float(y), 2),
            "colour": palette.paid if is_unknown else palette.high if y > 0 else palette.low,
        }
        for x, y, is_unknown in zip(place, points, unknown, strict=True)
    ]


def _side_by_side(count: int) -> Floats:
    # Steps of the golden section spread evenly without chance.
    return np.asarray(2 * ((np.arange(count) * 0.618034) % 1) - 1)


def _title(feature: Feature, theme: Theme) -> str:
    unit = theme.say(feature.unit, feature.unit_en).strip()
    name = name_of(feature, theme)
    return f"{name} ({unit})" if unit else name


def _axis(low: float, is_choice: bool, theme: Theme) -> alt.Axis:
    if is_choice:
        words = (theme.word(MISSING_VALUE), theme.word(_NO), theme.word(_YES))
        named = "datum.value < 0 ? '{}' : datum.value < 1 ? '{}' : '{}'".format(*words)
        return alt.Axis(values=[-1, 0, 1], labelExpr=named, grid=False, ticks=False)
    # The place of unknown values has a word instead of a number.
    return alt.Axis(
        labelExpr=f"datum.value < {low} ? '' : datum.label", tickCount=5, grid=False, ticks=False
    )


def _unknown_name(begin: float, theme: Theme) -> alt.Chart:
    words = [{"value": begin, "name": theme.word(MISSING_VALUE)}]
    label: alt.Chart = (
        alt.Chart(values(words))
        .mark_text(baseline="top", align="left", dx=-8, color=theme.palette.muted)
        .encode(x="value:Q", y=alt.value("height"), text="name:N")
    )
    return label


def _trend(points: Floats, facts: Floats, is_choice: bool, theme: Theme) -> Sequence[alt.Chart]:
    """Return the line of mean points over values, if there are enough different values."""
    known = np.flatnonzero(~np.isnan(facts))
    count = min(_MEANS, len(known) // _DOTS_A_MEAN)
    if is_choice or count < 3 or len(np.unique(facts[known])) <= _MEANS:  # noqa: PLR2004 - a bend needs three points
        return ()
    ordered = known[np.argsort(facts[known], kind="stable")]
    rows = [
        {"value": float(facts[part].mean()), "points": float(points[part].mean())}
        for part in np.array_split(ordered, count)
    ]
    line = (
        alt.Chart(values(rows))
        .mark_line(color=theme.palette.ink, strokeWidth=2, opacity=0.8)
        .encode(x="value:Q", y="points:Q")
    )
    return (line,)
