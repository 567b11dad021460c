"""The calls in progress by category, as one bar with words."""

import html

import streamlit as st

from callrisk.charts.theme import Theme
from callrisk.dashboards import frame
from callrisk.dashboards.texts import say, word
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY
from callrisk.wire.stats.today import CallsNow


def category_bar(now: CallsNow) -> None:
    """Draw the parts of all calls in progress, each with its number in words."""
    parts = [(label, count, colour) for label, count, colour in _parts(now, frame.theme()) if count]
    told = " · ".join(f"{label} {count} ({count / now.calls:.0%})" for label, count, _ in parts)
    bars = "".join(
        f'<i style="flex-grow:{count};background:{colour}"></i>' for _, count, colour in parts
    )
    legend = "".join(
        f'<span><i style="background:{colour}"></i>{html.escape(label)} '
        f"<b>{count:,}</b> {count / now.calls:.0%}</span>"
        for label, count, colour in parts
    )
    st.html(
        f'<div class="categories"><div class="bar" role="img" aria-label="{html.escape(told)}">'
        f'{bars}</div><div class="legend">{legend}</div></div>'
    )


def _parts(now: CallsNow, theme: Theme) -> list[tuple[str, int, str]]:
    look = theme.palette
    categories = (
        (RiskCategory.HIGH, now.high, look.high), (RiskCategory.MEDIUM, now.medium, look.medium),
        (RiskCategory.LOW, now.low, look.low),
    )  # fmt: skip
    return [
        *((word(CATEGORY[category]), count, colour) for category, count, colour in categories),
        (say("today.listening"), now.listening, look.muted),
        (say("today.unscored"), now.unscored, look.paid),
    ]
