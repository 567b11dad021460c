"""The tab of cut-offs with money: whom to call, and what the calls would have saved."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from callrisk.charts import portfolio_curves
from callrisk.charts.theme import Chart, Theme
from callrisk.dashboards import frame
from callrisk.dashboards.pages.gains import shows_both_outcomes
from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.exporting import ShownFigure, ShownPage, export_buttons
from callrisk.dashboards.texts import say, word
from callrisk.domain.evaluation import Interval
from callrisk.domain.portfolio.cut_off import (
    Confusion,
    CutOff,
    Money,
    cut_off,
    saving_by_threshold,
)
from callrisk.reporting.captions import caption_of
from callrisk.reporting.exports.typed_tables import TypedValue, shown_value, table_of
from callrisk.reporting.run_results import Outcomes, ScoredCustomers

_MOST_YEN = 100_000_000
_CALL_COST, _LOSS, _EFFECT, _CUT = 500, 30_000, 20, 15
# In whole percent.
_ALL = 100


def show(places: Places, customers: ScoredCustomers) -> None:
    """Draw the money, the cut-off that follows from it or another, and what it would bring."""
    outcomes = customers.outcomes()
    if not shows_both_outcomes(outcomes):
        return
    if customers.component is None:
        st.caption(say("cut.no_components"))
    _fragment(places, outcomes)


@st.fragment
def _fragment(places: Places, outcomes: Outcomes) -> None:
    money = _money()
    threshold = _threshold(money)
    found = cut_off(outcomes.y, outcomes.probability, outcomes.component, money, threshold)
    figures = _figures(found, len(outcomes.y))
    draw = _curve_of(outcomes, money, found)
    rows = _confusion_rows(found.confusion)
    with st.grid(2, min_column_width=320):
        frame.figure("saving", draw)
        with st.container(border=True, height="stretch"):
            st.markdown(f"**{say('cut.confusion')}**")
            st.table([{name: shown_value(value) for name, value in row.items()} for row in rows])
            st.caption(say("cut.confusion_about"))
    facts = [
        (say("cut.call_cost"), f"{money.call_cost:,.0f}"), (say("cut.loss"), f"{money.loss:,.0f}"),
        (say("cut.effect"), f"{money.effect:.0%}"), (say("cut.cut"), f"{threshold:.1%}"), *figures,
    ]  # fmt: skip
    drawn = [ShownFigure(word(caption_of("saving").title), draw)]
    table = table_of(say("cut.confusion"), rows)
    export_buttons(
        places, "cut_off", lambda: ShownPage(say("evaluation.cut"), [table], facts, drawn)
    )


def _money() -> Money:
    with st.grid(3, min_column_width=180):
        call_cost = st.number_input(
            say("cut.call_cost"), 0, _MOST_YEN, _CALL_COST, 100, key="call_cost",
            bind="query-params", help=say("cut.call_cost_about"),
        )  # fmt: skip
        loss = st.number_input(
            say("cut.loss"), 0, _MOST_YEN, _LOSS, 1_000, key="loss",
            bind="query-params", help=say("cut.loss_about"),
        )  # fmt: skip
        effect = st.slider(
            say("cut.effect"), 0, _ALL, _EFFECT, 1, format="%d %%", key="effect",
            bind="query-params", help=say("cut.effect_about"),
        )  # fmt: skip
    return Money(float(call_cost or 0), float(loss or 0), effect / _ALL)


def _threshold(money: Money) -> float:
    """Return the cut-off that the person chose, else the one at which a call just pays."""
    is_own = st.toggle(say("cut.own"), key="own_cut", bind="query-params")
    if is_own:
        cut = st.slider(
            say("cut.cut"), 0, _ALL, _CUT, 1, format="%d %%", key="cut", bind="query-params"
        )
        return float(cut) / _ALL
    if money.threshold > 1:
        st.warning(say("cut.never"), icon=":material/phone_disabled:")
    else:
        st.caption(say("cut.follows", threshold=f"{money.threshold:.1%}"))
    return money.threshold


def _figures(found: CutOff, customers: int) -> list[tuple[str, str]]:
    """Draw the figures of a cut-off; return them in words."""
    counted = found.confusion
    called, unpaid = counted.called, counted.called_unpaid + counted.spared_unpaid
    shown = (
        ("called", f"{called:,}", say("cut.of_customers", n=customers)),
        ("caught", f"{counted.called_unpaid:,}", say("cut.of_unpaid", n=unpaid)),
        ("saving", yen(found.saving.value), yen_interval(found.saving)),
        ("over_all", yen(found.over_all.value), yen_interval(found.over_all)),
    )
    with st.grid(4, min_column_width=150):
        for key, value, below in shown:
            with st.container(border=True, height="stretch"):
                st.metric(say(f"cut.{key}"), value, help=say(f"cut.{key}_about"))
                st.caption(below)
    return [(say(f"cut.{key}"), f"{value}（{below}）") for key, value, below in shown]


def yen(amount: float) -> str:
    """Return an amount of money as people read it."""
    return f"{'−' if round(amount) < 0 else ''}{abs(round(amount)):,} {say('cut.yen')}"


def yen_interval(interval: Interval) -> str:
    """Return the 95 % interval of an amount in words."""
    return say("number.interval", low=yen(interval.low), high=yen(interval.high))


def _curve_of(outcomes: Outcomes, money: Money, found: CutOff) -> Callable[[Theme], Chart]:
    thresholds, saved = saving_by_threshold(outcomes.y, outcomes.probability, money)
    falling = np.sort(-outcomes.probability)
    share = np.searchsorted(falling, -thresholds, side="right") / len(falling)
    chosen = (found.confusion.called / len(falling), found.saving.value)
    share, saved = np.append(0.0, share), np.append(0.0, saved)
    return partial(portfolio_curves.saving, share, saved, chosen)


def _confusion_rows(counted: Confusion) -> list[dict[str, TypedValue]]:
    unpaid, paid = say("outcome.unpaid"), say("outcome.paid")
    return [
        {"\u00a0": say("cut.is_called"), unpaid: counted.called_unpaid,
         paid: counted.called_paid},
        {"\u00a0": say("cut.is_spared"), unpaid: counted.spared_unpaid,
         paid: counted.spared_paid},
    ]  # fmt: skip
