"""The figure of dots with intervals, one under another, each under its own name."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from callrisk.charts.look import Chart, Layer, Look, dressed, lettered, values

# In pixels: a lane holds a name and, below it, a dot; both measured from the middle of the lane.
_LANE, _ABOVE, _BELOW = 40, -10, 8
# What numbers need beside the last whisker, as a share of the axis.
_LEFT_ROOM, _RIGHT_ROOM = 0.06, 0.2
_TITLE_END = alt.value("width")


@dataclass(frozen=True, slots=True)
class Lane:
    """One dot with its interval; `beside` stands at the far end of the name's line."""

    name: str
    value: float
    low: float
    high: float
    colour: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the axis says, where its dashed line stands, and how numbers are written."""

    title: str
    reference: float
    format: str


def lanes(listed: Sequence[Lane], measure: Measure, look: Look) -> Chart:
    """Every lane under its name, so that a long name takes no room from the dots."""
    rows = [_row(number, lane, measure) for number, lane in enumerate(listed)]
    base = alt.Chart(values(rows)).encode(y=alt.Y("key:O", axis=None, sort=None))
    coloured = base.encode(color=alt.Color("colour:N", scale=None))
    scale = _scale(rows, measure.reference)
    axis = alt.Axis(format=measure.format, tickCount=5)
    whiskers = coloured.mark_rule(strokeWidth=3, opacity=0.45, yOffset=_BELOW).encode(
        x=alt.X("low:Q", scale=scale, title=measure.title, axis=axis), x2="high:Q"
    )
    dots = coloured.mark_circle(size=150, opacity=1, yOffset=_BELOW).encode(
        x=alt.X("value:Q", scale=scale),
        tooltip=["name:N", alt.Tooltip("value:Q", format=".4f")],
    )
    numbers = base.mark_text(align="left", dx=12, dy=_BELOW).encode(x="end:Q", text="text:N")
    return dressed(
        [
            _reference(measure, scale, look),
            whiskers,
            dots,
            lettered(numbers, look),
            *_words(base, look),
        ],
        look,
        _LANE * max(1, len(rows)),
    )


def _row(number: int, lane: Lane, measure: Measure) -> dict[str, Any]:
    known = isfinite(lane.low) and isfinite(lane.high)
    value = lane.value if isfinite(lane.value) else None
    low, high = (lane.low, lane.high) if known else (value, value)
    return {
        "key": number,
        "name": lane.name,
        "value": value,
        "low": low,
        "high": high,
        "end": measure.reference if high is None else high,
        "text": "–" if value is None else format(value, measure.format),
        "colour": lane.colour,
        "beside": lane.beside,
    }


def _scale(rows: Sequence[dict[str, Any]], reference: float) -> alt.Scale:
    known = [row[end] for row in rows for end in ("low", "value", "high") if row[end] is not None]
    low, high = min([reference, *known]), max([reference, *known])
    whole = (high - low) or 0.1
    domain = [low - _LEFT_ROOM * whole, high + _RIGHT_ROOM * whole]
    return alt.Scale(domain=domain, nice=False)


def _reference(measure: Measure, scale: alt.Scale, look: Look) -> alt.Chart:
    line: alt.Chart = (
        alt.Chart(values([{"at": measure.reference}]))
        .mark_rule(strokeDash=[4, 4], color=look.palette.muted)
        .encode(x=alt.X("at:Q", scale=scale))
    )
    return line


def _words(base: alt.Chart, look: Look) -> tuple[Layer, Layer]:
    muted = look.palette.muted
    names = base.mark_text(align="left", dy=_ABOVE, color=muted).encode(
        x=alt.value(0), text="name:N"
    )
    beside = base.mark_text(align="right", dy=_ABOVE, color=muted).encode(
        x=_TITLE_END, text="beside:N"
    )
    return lettered(names, look), lettered(beside, look)
