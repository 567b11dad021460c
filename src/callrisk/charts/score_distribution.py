"""The histogram of the scores of all customers."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import altair as alt

from callrisk.charts.theme import Chart, Theme, finished, values
from callrisk.domain.risk_category import RiskCategory, Thresholds
from callrisk.domain.wording import CATEGORY

_BIN = 5
_TOP = 100


def distribution(
    scores: Sequence[int], unpaid: Sequence[bool | None], thresholds: Thresholds, theme: Theme
) -> Chart:
    """Return the histogram of scores by outcome, over the risk categories."""
    rows = _stacked(scores, unpaid, theme)
    shown = [
        pair for pair in _outcomes(theme).values() if any(r["outcome"] == pair[0] for r in rows)
    ]
    bars = (
        alt.Chart(values(rows))
        .mark_rect()
        .encode(
            x=alt.X(
                "from:Q", title=theme.say("スコア", "Score"), scale=alt.Scale(domain=[0, _TOP])
            ),
            x2="to:Q",
            y=alt.Y("floor:Q", title=theme.say("お客様の数", "Customers"), scale=_headroom(rows)),
            y2="top:Q",
            color=_colour("outcome:N", shown),
            tooltip=["outcome:N", "customers:Q"],
        )
    )
    return finished([_zones(thresholds, theme), bars, _zone_names(thresholds, theme)], theme, 240)


def _headroom(rows: list[dict[str, Any]]) -> alt.Scale:
    # The names of the categories stand over the bars, not behind them.
    return alt.Scale(domainMax=1.15 * max(row["top"] for row in rows), nice=False)


def _outcomes(theme: Theme) -> dict[bool | None, tuple[str, str]]:
    palette = theme.palette
    return {
        True: (theme.say("未払い", "Unpaid"), palette.unpaid),
        False: (theme.say("支払い済み", "Paid"), palette.paid),
        None: (theme.say("未定", "Pending"), palette.history),
    }


def _stacked(
    scores: Sequence[int], unpaid: Sequence[bool | None], theme: Theme
) -> list[dict[str, Any]]:
    counted = Counter(
        (min(score // _BIN * _BIN, _TOP - _BIN), label)
        for score, label in zip(scores, unpaid, strict=True)
    )
    rows: list[dict[str, Any]] = []
    for begin in range(0, _TOP, _BIN):
        floor = 0
        for label, (name, _) in _outcomes(theme).items():
            count = counted[begin, label]
            if count:
                place = {"from": begin + 0.3, "to": begin + _BIN - 0.3, "floor": floor}
                rows.append(place | {"top": floor + count, "outcome": name, "customers": count})
            floor += count
    return rows


def _colour(field: str, pairs: Sequence[tuple[str, str]]) -> alt.Color:
    scale = alt.Scale(domain=[name for name, _ in pairs], range=[colour for _, colour in pairs])
    return alt.Color(field, title=None, scale=scale)


def _zone_rows(thresholds: Thresholds, theme: Theme) -> list[dict[str, Any]]:
    edges = {
        RiskCategory.LOW: (0, thresholds.medium_risk),
        RiskCategory.MEDIUM: (thresholds.medium_risk, thresholds.high_risk),
        RiskCategory.HIGH: (thresholds.high_risk, _TOP),
    }
    return [
        {
            "low": low,
            "high": high,
            "middle": (low + high) / 2,
            "category": theme.word(CATEGORY[category]),
            "colour": theme.palette.of_category(category),
            "ground": theme.palette.ground_of(category),
        }
        for category, (low, high) in edges.items()
    ]


def _zones(thresholds: Thresholds, theme: Theme) -> alt.Chart:
    zones = alt.Chart(values(_zone_rows(thresholds, theme)))
    ground = alt.Color("ground:N", scale=None)
    filled: alt.Chart = zones.mark_rect().encode(x="low:Q", x2="high:Q", color=ground)
    return filled


def _zone_names(thresholds: Thresholds, theme: Theme) -> alt.Chart:
    zones = alt.Chart(values(_zone_rows(thresholds, theme)))
    names: alt.Chart = zones.mark_text(baseline="top", fontWeight="bold", y=6).encode(
        x="middle:Q", text="category:N", color=alt.Color("colour:N", scale=None)
    )
    return names
