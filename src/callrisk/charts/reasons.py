"""Figures of reasons: feature importance, SHAP summary, and the waterfall of one score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from callrisk.charts.skill import BLOCKS
from callrisk.charts.theme import Chart, Layer, Theme, finished, values, with_halo
from callrisk.domain.arrays import Floats
from callrisk.domain.features.contract import Feature
from callrisk.domain.wording import Text

_MOST_BARS, _MOST_SWARMS = 12, 8
# More dots than this say no more, and make a heavy picture.
_MOST_DOTS = 250
_SWARM_BINS, _SWARM_ROW, _DOT_STEP = 60, 44, 2.6
# A lane holds a name and, below it, a bar; in pixels, from the middle of the lane.
_LANE, _BAR, _ABOVE, _BELOW = 36, 11, -9, 8
_STEPS = (
    Text("とても低い", "Very low"),
    Text("低め", "Low"),
    Text("ふつう", "Middle"),
    Text("高め", "High"),
    Text("とても高い", "Very high"),
)
_UNKNOWN = Text("不明", "Unknown")


@dataclass(frozen=True, slots=True)
class WaterfallLine:
    """One line of a score; `points` is its integer."""

    label: str
    points: int


def name_of(feature: Feature, theme: Theme) -> str:
    """Return the label of a feature in the language of the figure."""
    return theme.say(feature.label, feature.label_en)


def mean_absolute_points(points: Floats) -> Floats:
    """Return the mean absolute points of each feature over customers, shape (features,)."""
    return np.asarray(np.abs(points).mean(axis=0))


def most_important(points: Floats, most: int) -> list[int]:
    """Return the positions of the features with any points, the largest mean first."""
    weight = mean_absolute_points(points)
    order = np.argsort(-weight, kind="stable")[:most]
    return [int(number) for number in order if weight[number] > 0]


def importance(features: Sequence[Feature], points: Floats, theme: Theme) -> Chart:
    """Return the bar chart of mean absolute points by feature, coloured by block."""
    weight = mean_absolute_points(points)
    strongest = most_important(points, _MOST_BARS)
    rows = [
        {
            "name": name_of(features[number], theme),
            "points": float(weight[number]),
            "block": theme.word(BLOCKS[features[number].block]),
        }
        for number in strongest
    ]
    base = alt.Chart(values(rows)).encode(
        x=alt.X("points:Q", title=theme.say("平均して何点動かすか", "Points moved on average")),
        y=alt.Y("name:N", sort=None, axis=None),
    )
    bars = base.mark_bar(height=_BAR, yOffset=_BELOW, cornerRadiusEnd=3).encode(
        color=_block_colours(theme, {str(row["block"]) for row in rows})
    )
    numbers = base.mark_text(align="left", dx=5, dy=_BELOW).encode(
        text=alt.Text("points:Q", format=".1f")
    )
    return finished([bars, numbers, _names(base, theme)], theme, _LANE * max(1, len(rows)))


def _block_colours(theme: Theme, present: set[str]) -> alt.Color:
    named = {theme.word(BLOCKS[block]): colour for block, colour in theme.palette.blocks.items()}
    shown = {name: colour for name, colour in named.items() if name in present}
    scale = alt.Scale(domain=list(shown), range=list(shown.values()))
    return alt.Color("block:N", title=None, scale=scale)


def _names(base: alt.Chart, theme: Theme) -> Layer:
    """Return the names as text above the bars, so that long ones take no room."""
    names = base.mark_text(align="left", dy=_ABOVE, color=theme.palette.muted).encode(
        x=alt.value(0), text="name:N"
    )
    return with_halo(names, theme)


def swarm(features: Sequence[Feature], points: Floats, facts: Floats, theme: Theme) -> Chart:
    """Return the SHAP summary plot: one dot a customer and feature, coloured by feature value.

    `points` and `facts` have shape (customers, features).
    """
    shown_rows = np.unique(np.linspace(0, len(points) - 1, _MOST_DOTS).astype(np.int64))
    strongest = most_important(points, _MOST_SWARMS)
    names = [name_of(features[number], theme) for number in strongest]
    rows = [
        row
        for place, number in enumerate(strongest)
        for row in _swarm_rows(
            place, points[shown_rows, number], _step_of(facts[:, number])[shown_rows], theme
        )
    ]
    dots = (
        alt.Chart(values(rows))
        .mark_circle(size=16, opacity=0.9, aria=False)
        .encode(
            x=alt.X("points:Q", axis=alt.Axis(tickCount=7),
                    title=theme.say("スコアを動かした点数", "Points added to the score")),
            y=alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[0, len(names) * _SWARM_ROW],
                                                       reverse=True, nice=False)),
            color=_step_colours(theme, any(row["step"] == theme.word(_UNKNOWN) for row in rows)),
        )
    )  # fmt: skip
    name_rows = [
        {"name": name, "row": (place + 0.5) * _SWARM_ROW} for place, name in enumerate(names)
    ]
    labels = (
        alt.Chart(values(name_rows))
        .mark_text(align="left", x=0, dy=-_SWARM_ROW / 2 + 7, color=theme.palette.muted)
        .encode(y="row:Q", text="name:N")
    )
    zero = alt.Chart(values([{"at": 0}])).mark_rule(color=theme.palette.muted).encode(x="at:Q")
    return finished([zero, dots, with_halo(labels, theme)], theme, len(names) * _SWARM_ROW)


def _step_of(facts: Floats) -> NDArray[np.int64]:
    """Return the colour step of each value: 0..4 by rank among known values, -1 for unknown."""
    known = ~np.isnan(facts)
    step = np.full(len(facts), -1, dtype=np.int64)
    different, rank = np.unique(facts[known], return_inverse=True)
    if len(different) <= len(_STEPS):
        # Few values, yes or no above all: the lowest is low and the highest is high.
        share = rank / max(1, len(different) - 1)
    else:
        ordered = np.sort(facts[known])
        share = np.searchsorted(ordered, facts[known], side="left") / len(ordered)
    step[known] = np.minimum((share * len(_STEPS)).astype(np.int64), len(_STEPS) - 1)
    return step


def _swarm_rows(
    place: int, points: Floats, steps: NDArray[np.int64], theme: Theme
) -> list[dict[str, Any]]:
    spread = float(np.ptp(points)) or 1.0
    bins = ((points - points.min()) / spread * _SWARM_BINS).astype(np.int64)
    stacked: dict[int, int] = {}
    rows: list[dict[str, Any]] = []
    for point, bin_number, step in zip(points, bins, steps, strict=True):
        height = stacked.get(int(bin_number), 0)
        stacked[int(bin_number)] = height + 1
        # 0, +1, -1, +2, -2 …: away from the middle of the lane, never out of it.
        away = (height + 1) // 2 * (1 if height % 2 else -1)
        offset = max(-4.0, min(4.0, float(away))) * _DOT_STEP
        rows.append(
            {
                "points": round(float(point), 2),
                "row": (place + 0.62) * _SWARM_ROW + offset,
                "step": theme.word(_UNKNOWN if step < 0 else _STEPS[step]),
            }
        )
    return rows


def _step_colours(theme: Theme, some_unknown: bool) -> alt.Color:
    names, colours = [theme.word(step) for step in _STEPS], list(theme.palette.steps)
    if some_unknown:
        names.append(theme.word(_UNKNOWN))
        colours.append(theme.palette.paid)
    return alt.Color("step:N", title=None, scale=alt.Scale(domain=names, range=colours))


def waterfall(lines: Sequence[WaterfallLine], score: int, theme: Theme) -> Chart:
    """Return the waterfall of one score, line by line; the first line is the start."""
    rows = _steps(lines, score, theme)
    base = alt.Chart(values(rows)).encode(y=alt.Y("key:O", sort=None, axis=None))
    bars = base.mark_bar(height=_BAR, yOffset=_BELOW, cornerRadius=2).encode(
        x=alt.X("from:Q", title=theme.say("点", "Points"), scale=alt.Scale(domain=_whole(rows))),
        x2="to:Q",
        color=alt.Color("colour:N", scale=None),
    )
    numbers = base.mark_text(align="left", dx=5, dy=_BELOW, fontWeight="bold").encode(
        x="end:Q", text="text:N"
    )
    return finished([bars, numbers, _names(base, theme)], theme, _LANE * len(rows))


def _steps(lines: Sequence[WaterfallLine], score: int, theme: Theme) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    at, palette = 0, theme.palette
    for line in lines:
        begin, at = at, at + line.points
        row = {"key": len(rows), "name": line.label, "from": begin, "to": at}
        row |= {"end": max(begin, at), "text": f"{line.points:+d}"}
        rows.append(row | {"colour": palette.high if at > begin else palette.low})
    rows[0] |= {"text": f"{lines[0].points}", "colour": palette.paid}
    total = {"key": len(rows), "name": theme.say("スコア", "Score"), "from": 0, "to": score}
    return [*rows, total | {"end": score, "text": f"{score}", "colour": palette.accent}]


def _whole(rows: Sequence[dict[str, Any]]) -> list[int]:
    # A sum may leave 0..100 on its way, before what is too much is taken off.
    ends = [row[end] for row in rows for end in ("from", "to")]
    return [min(0, *ends), max(100, *ends)]
