"""The figure of dots with intervals, one under another, each under its own name."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from unicodedata import east_asian_width

import altair as alt

from callrisk.charts.theme import WIDTH, Chart, Layer, Theme, dressed, lettered, values

# In pixels: a lane holds a name and, below it, a dot; both measured from the middle of the lane.
_LANE, _ABOVE, _BELOW, _PIECE = 40, -10, 8, 20
# What stands left of all dots, as a share of their reach, and what a number needs, in pixels.
_LEFT_ROOM, _NUMBER = 0.06, 66
# About how wide a letter is: a Japanese one, and one of ours.
_WIDE, _NARROW = 12.0, 6.8
_END = alt.value("width")


@dataclass(frozen=True, slots=True)
class Lane:
    """One dot with its interval; `beside` stands at the far end of its line."""

    name: str
    value: float
    low: float
    high: float
    colour: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the axis says, where its reference stands, and how numbers are written."""

    title: str
    reference: float
    format: str


def lanes(listed: Sequence[Lane], measure: Measure, look: Theme) -> Chart:
    """Every lane under its name, so that a long name takes no room from the dots."""
    rows = [_row(number, lane, measure) for number, lane in enumerate(listed)]
    base = alt.Chart(values(rows)).encode(y=alt.Y("key:O", axis=None, sort=None))
    coloured = base.encode(color=alt.Color("colour:N", scale=None))
    scale = _scale(rows, measure.reference)
    axis = alt.Axis(format=measure.format, tickCount=5, grid=False)
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
            _reference(base, scale, look),
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
        "reference": measure.reference,
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
    words = max(_width(row["beside"]) for row in rows) if rows else 0.0
    taken = (_NUMBER + words) / WIDTH
    right = (1 + _LEFT_ROOM) * taken / (1 - taken)
    return alt.Scale(domain=[low - _LEFT_ROOM * whole, high + right * whole], nice=False)


def _width(text: str) -> float:
    return sum(_WIDE if east_asian_width(letter) in "WFA" else _NARROW for letter in text)


def _reference(base: alt.Chart, scale: alt.Scale, look: Theme) -> alt.Chart:
    # A piece in each lane, beside the dots: one line over all would run through the names.
    pieces: alt.Chart = base.mark_tick(
        size=_PIECE, thickness=1.5, yOffset=_BELOW, color=look.palette.muted
    ).encode(x=alt.X("reference:Q", scale=scale))
    return pieces


def _words(base: alt.Chart, look: Theme) -> tuple[Layer, Layer]:
    muted = look.palette.muted
    names = base.mark_text(align="left", dy=_ABOVE, color=muted).encode(
        x=alt.value(0), text="name:N"
    )
    # On the line of the dots, which leave it room: a name may need all of its own.
    beside = base.mark_text(align="right", dy=_BELOW, color=muted).encode(x=_END, text="beside:N")
    return lettered(names, look), lettered(beside, look)
