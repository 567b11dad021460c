"""Figures of unpaid shares: by category, by predicted probability, by contract month."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from callrisk.charts.theme import Chart, Theme, finished, values, with_halo
from callrisk.domain.arrays import Floats
from callrisk.domain.evaluation import OutcomeBand
from callrisk.domain.operation.shares import wilson
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY

_LARGEST_BINS = 8
_CUSTOMERS_A_BIN = 40
_MONTHS = alt.Axis(labelAngle=0, labelOverlap="greedy")


def unpaid_by_band(bands: Sequence[OutcomeBand], base_rate: float, theme: Theme) -> Chart:
    """Return the figure of the unpaid share of each category, with the base rate."""
    rows = [_band_row(band, theme) for band in bands if band.customers]
    shares = alt.Chart(values(rows)).encode(
        y=alt.Y("category:N", sort=None, title=None, axis=alt.Axis(labelFontSize=13, ticks=False)),
        color=alt.Color("colour:N", scale=None),
    )
    title = theme.say("未払いになった割合", "Share that did not pay")
    bars = shares.mark_bar(height=32, cornerRadiusEnd=3).encode(
        x=alt.X("share:Q", title=title, axis=alt.Axis(format="%", tickCount=5), scale=_room(rows))
    )
    whiskers = alt.Chart(values(rows)).mark_rule(color=theme.palette.ink).encode(
        y=alt.Y("category:N", sort=None), x="low:Q", x2="high:Q"
    )  # fmt: skip
    counts = alt.Chart(values(rows)).mark_text(align="left", dx=8).encode(
        y=alt.Y("category:N", sort=None), x="high:Q", text="counts:N"
    )  # fmt: skip
    layers = [bars, whiskers, *_base_rule(base_rate, theme), with_halo(counts, theme)]
    return finished(layers, theme, 66 * max(1, len(rows)) + 10)


def _room(rows: Sequence[dict[str, Any]]) -> alt.Scale:
    # The counts stand right of the whiskers.
    highest = max([0.1, *(row["high"] for row in rows)])
    return alt.Scale(domain=[0, 1.45 * highest], nice=False)


def _band_row(band: OutcomeBand, theme: Theme) -> dict[str, Any]:
    low, high = wilson(band.unpaid, band.customers)
    counts = theme.say(
        f"{band.customers} 人中 {band.unpaid} 人", f"{band.unpaid} of {band.customers}"
    )
    return {
        "category": theme.word(CATEGORY[RiskCategory(band.category)]),
        "colour": theme.palette.of_category(band.category),
        "share": band.unpaid / band.customers,
        "low": low,
        "high": high,
        "counts": counts,
    }


def _base_rule(base_rate: float, theme: Theme) -> tuple[alt.Chart, alt.Chart]:
    text = theme.say(f"全体 {base_rate:.1%}", f"All {base_rate:.1%}")
    base = alt.Chart(values([{"base": base_rate, "text": text}])).encode(x="base:Q")
    rule = base.mark_rule(strokeDash=[4, 4], color=theme.palette.muted)
    label = base.mark_text(baseline="bottom", y=-4, color=theme.palette.muted).encode(text="text:N")
    return rule, label


def calibration(probability: Floats, unpaid: Floats, theme: Theme) -> Chart:
    """Return the reliability diagram: predicted against observed, in bins of equal size."""
    rows = calibration_rows(probability, unpaid)
    top = max([0.1, *(row["high"] for row in rows), *(row["predicted"] for row in rows)])
    scale = alt.Scale(domain=[0, min(1.0, top * 1.05)], nice=False)
    points = alt.Chart(values(rows)).encode(
        x=alt.X("predicted:Q", scale=scale, axis=alt.Axis(format="%"),
                title=theme.say("予測した未払いの確率", "Predicted chance of not paying")),
    )  # fmt: skip
    happened = theme.say("実際の未払いの割合", "Share that did not pay")
    whiskers = points.mark_rule(color=theme.palette.muted).encode(
        y=alt.Y("low:Q", scale=scale, axis=alt.Axis(format="%"), title=happened), y2="high:Q"
    )
    dots = points.mark_circle(size=110, opacity=1, color=theme.palette.accent).encode(
        y=alt.Y("happened:Q", scale=scale),
        tooltip=[alt.Tooltip("customers:Q"), alt.Tooltip("happened:Q", format=".1%")],
    )
    ends = [{"at": 0.0}, {"at": min(1.0, top * 1.05)}]
    diagonal = (
        alt.Chart(values(ends))
        .mark_line(strokeDash=[4, 4], color=theme.palette.muted)
        .encode(x="at:Q", y="at:Q")
    )
    return finished([diagonal, whiskers, dots], theme, 300)


def calibration_rows(probability: Floats, unpaid: Floats) -> list[dict[str, float]]:
    """Return the bins of a reliability diagram: equally many customers by probability."""
    count = int(np.clip(len(probability) // _CUSTOMERS_A_BIN, 1, _LARGEST_BINS))
    rows = []
    for members in probability_bins(probability, count):
        low, high = wilson(int(unpaid[members].sum()), len(members))
        rows.append(
            {
                "predicted": float(probability[members].mean()),
                "happened": float(unpaid[members].mean()),
                "low": low,
                "high": high,
                "customers": len(members),
            }
        )
    return rows


# Probabilities that differ by less are one answer.
_SAME = 1e-9


def probability_bins(probability: Floats, count: int) -> list[NDArray[np.int64]]:
    """Return the positions in each bin, `count` of equal size or fewer: equal ones stay together.

    Were they parted, the order of the file would make bins of customers who were told the same.
    """
    order = np.argsort(probability, kind="stable")
    is_next = np.append(True, np.diff(probability[order]) > _SAME)
    begins = np.append(np.flatnonzero(is_next), len(order))
    even = [len(part) for part in np.array_split(order, count)]
    ends = begins[np.searchsorted(begins, np.cumsum(even)[:-1])]
    return [members for members in np.split(order, np.unique(ends)) if len(members)]


def unpaid_by_month(
    months: Sequence[tuple[str, int, int]], base_rate: float, theme: Theme
) -> Chart:
    """Return the figure of the unpaid share by month, from (month, customers, unpaid)."""
    rows = []
    for month, customers, unpaid in months:
        low, high = wilson(unpaid, customers)
        share = unpaid / customers if customers else 0.0
        rows.append(
            {"month": month, "share": share, "low": low, "high": high, "customers": customers}
        )
    base = alt.Chart(values(rows)).encode(
        x=alt.X("month:O", title=theme.say("契約月", "Contract month"), axis=_MONTHS)
    )
    title = theme.say("未払いの割合", "Share that did not pay")
    bars = base.mark_bar(color=theme.palette.paid, cornerRadiusEnd=3).encode(
        y=alt.Y("share:Q", title=title, axis=alt.Axis(format="%")),
        tooltip=["month:O", "customers:Q", alt.Tooltip("share:Q", format=".1%")],
    )
    whiskers = base.mark_rule(color=theme.palette.ink).encode(y="low:Q", y2="high:Q")
    rule = (
        alt.Chart(values([{"base": base_rate}]))
        .mark_rule(strokeDash=[4, 4], color=theme.palette.muted)
        .encode(y="base:Q")
    )
    return finished([bars, whiskers, rule], theme, 220)
