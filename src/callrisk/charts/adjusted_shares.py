"""Figures of shares of calls by agent, team, day or week, beside the share of all."""

from collections.abc import Sequence
from dataclasses import dataclass

from callrisk.charts.interval_plot import IntervalRow, ValueAxis, interval_plot
from callrisk.charts.theme import Chart, Theme


@dataclass(frozen=True, slots=True)
class SharesRow:
    """An adjusted share with its interval; `differs` where it is no chance."""

    name: str
    share: float
    low: float
    high: float
    calls: int
    differs: bool


def adjusted_shares(rows: Sequence[SharesRow], of_all: float, title: str, theme: Theme) -> Chart:
    """Return the interval plot of adjusted shares; the line is the share of all calls."""
    palette = theme.palette
    listed = [
        IntervalRow(
            row.name, row.share, row.low, row.high,
            palette.accent if row.differs else palette.muted, f"{row.calls:,}",
        )
        for row in rows
    ]  # fmt: skip
    return interval_plot(listed, ValueAxis(title, of_all, ".0%"), theme)
