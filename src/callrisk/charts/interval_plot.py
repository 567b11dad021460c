"""An interval plot (forest plot): one row a value, a dot with its interval under a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from unicodedata import east_asian_width

import altair as alt

from callrisk.charts.theme import WIDTH, Chart, Layer, Theme, finished, values, with_halo

# In pixels: a lane holds a name and, below it, a dot; both measured from the middle of the lane.
_ROW_HEIGHT, _ABOVE, _BELOW, _PIECE = 40, -10, 8, 20
# What stands left of all dots, as a share of their reach, and what a number needs, in pixels.
_LEFT_ROOM, _NUMBER = 0.06, 66
# About how wide a letter is: a Japanese one, and one of ours.
_WIDE, _NARROW = 12.0, 6.8
_END = alt.value("width")


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One row: a dot with its interval; `beside` is text at the far end of the row."""

    name: str
    value: float
    low: float
    high: float
    colour: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """The value axis: title, reference line, and number format."""

    title: str
    reference: float
    format: str


def interval_plot(listed: Sequence[IntervalRow], value_axis: ValueAxis, theme: Theme) -> Chart:
    """Return the interval plot; names stand above the dots, so that long ones take no room."""
    rows = [_row(number, interval_row, value_axis) for number, interval_row in enumerate(listed)]
    base = alt.Chart(values(rows)).encode(y=alt.Y("key:O", axis=None, sort=None))
    coloured = base.encode(color=alt.Color("colour:N", scale=None))
    scale = _scale(rows, value_axis.reference)
    axis = alt.Axis(format=value_axis.format, tickCount=5, grid=False)
    whiskers = coloured.mark_rule(strokeWidth=3, opacity=0.45, yOffset=_BELOW).encode(
        x=alt.X("low:Q", scale=scale, title=value_axis.title, axis=axis), x2="high:Q"
    )
    dots = coloured.mark_circle(size=150, opacity=1, yOffset=_BELOW).encode(
        x=alt.X("value:Q", scale=scale),
        tooltip=["name:N", alt.Tooltip("value:Q", format=".4f")],
    )
    numbers = base.mark_text(align="left", dx=12, dy=_BELOW).encode(x="end:Q", text="text:N")
    return finished(
        [
            _reference(base, scale, theme),
            whiskers,
            dots,
            with_halo(numbers, theme),
            *_words(base, theme),
        ],
        theme,
        _ROW_HEIGHT * max(1, len(rows)),
    )


def _row(number: int, interval_row: IntervalRow, value_axis: ValueAxis) -> dict[str, Any]:
    is_finite = isfinite(interval_row.low) and isfinite(interval_row.high)
    value = interval_row.value if isfinite(interval_row.value) else None
    low, high = (interval_row.low, interval_row.high) if is_finite else (value, value)
    return {
        "key": number,
        "name": interval_row.name,
        "value": value,
        "reference": value_axis.reference,
        "low": low,
        "high": high,
        "end": value_axis.reference if high is None else high,
        "text": "–" if value is None else format(value, value_axis.format),
        "colour": interval_row.colour,
        "beside": interval_row.beside,
    }


def _scale(rows: Sequence[dict[str, Any]], reference: float) -> alt.Scale:
    finite = [row[end] for row in rows for end in ("low", "value", "high") if row[end] is not None]
    low, high = min([reference, *finite]), max([reference, *finite])
    whole = (high - low) or 0.1
    words = max(_width(row["beside"]) for row in rows) if rows else 0.0
    taken = (_NUMBER + words) / WIDTH
    right = (1 + _LEFT_ROOM) * taken / (1 - taken)
    return alt.Scale(domain=[low - _LEFT_ROOM * whole, high + right * whole], nice=False)


def _width(text: str) -> float:
    return sum(_WIDE if east_asian_width(letter) in "WFA" else _NARROW for letter in text)


def _reference(base: alt.Chart, scale: alt.Scale, theme: Theme) -> alt.Chart:
    # A piece in each lane, beside the dots: one line over all would run through the names.
    pieces: alt.Chart = base.mark_tick(
        size=_PIECE, thickness=1.5, yOffset=_BELOW, color=theme.palette.muted
    ).encode(x=alt.X("reference:Q", scale=scale))
    return pieces


def _words(base: alt.Chart, theme: Theme) -> tuple[Layer, Layer]:
    muted = theme.palette.muted
    names = base.mark_text(align="left", dy=_ABOVE, color=muted).encode(
        x=alt.value(0), text="name:N"
    )
    # On the line of the dots, which leave it room: a name may need all of its own.
    beside = base.mark_text(align="right", dy=_BELOW, color=muted).encode(x=_END, text="beside:N")
    return with_halo(names, theme), with_halo(beside, theme)
