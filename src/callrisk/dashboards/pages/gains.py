"""The tab of gains, lift, KS and Gini: how many of the unpaid the riskiest customers hold."""

from functools import partial

import numpy as np
import streamlit as st

from callrisk.charts import portfolio_curves
from callrisk.dashboards import frame
from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.exporting import ShownFigure, ShownPage, export_buttons
from callrisk.dashboards.texts import say, word
from callrisk.domain.evaluation import Interval
from callrisk.domain.portfolio.cut_off import multiplicities
from callrisk.domain.portfolio.gains import (
    GainsRow,
    caught_at,
    gains_curve,
    gains_table,
    gini,
    separation,
)
from callrisk.reporting.captions import caption_of
from callrisk.reporting.exports.typed_tables import TypedValue, table_of
from callrisk.reporting.run_results import Outcomes, ScoredCustomers

_NARROWEST = 320
# The part of all customers whose gain is told.
_FIRST = 0.1
_DRAWS = 500


def show(places: Places, customers: ScoredCustomers) -> None:
    """Draw the figures and the table of gains of the customers whose outcome is known."""
    outcomes = customers.outcomes()
    if not shows_both_outcomes(outcomes):
        return
    curve = gains_curve(outcomes.y, outcomes.probability)
    found = separation(outcomes.y, outcomes.probability)
    order = gini_interval(outcomes)
    caught = caught_at(curve, _FIRST)
    shown = (
        ("gini", f"{order.value:.3f}", f"{order.low:.3f}", f"{order.high:.3f}"),
        ("ks", f"{found.distance:.3f}", "", ""),
        ("caught", f"{caught:.0%}", "", ""),
        ("lift", f"{caught / _FIRST:.1f}", "", ""),
    )
    with st.grid(4, min_column_width=150):
        for key, value, low, high in shown:
            with st.container(border=True, height="stretch"):
                st.metric(say(f"gains.{key}"), value, help=say(f"gains.{key}_about"))
                if low:
                    st.caption(say("number.interval", low=low, high=high))
    figures = {
        "gains": partial(portfolio_curves.gains, curve),
        "separation": partial(portfolio_curves.separation, curve, found),
    }
    with st.grid(2, min_column_width=_NARROWEST):
        for name, draw in figures.items():
            frame.figure(name, draw)
    st.markdown(f"**{say('gains.table')}**")
    rows = gains_table(outcomes.y, outcomes.probability)
    st.table([_row(row) for row in rows])
    shares = (say("gains.rate"), say("gains.caught_column"))
    table = table_of(say("gains.table"), [_typed_row(row) for row in rows], shares)
    facts = [
        (say(f"gains.{key}"), f"{value}（{low}–{high}）" if low else value)
        for key, value, low, high in shown
    ]
    drawn = [ShownFigure(word(caption_of(name).title), draw) for name, draw in figures.items()]
    export_buttons(
        places, "gains", lambda: ShownPage(say("evaluation.gains"), [table], facts, drawn)
    )


def shows_both_outcomes(outcomes: Outcomes) -> bool:
    """Draw whose scores are measured; False, with the reason, where all ended alike."""
    unpaid = int(outcomes.y.sum())
    if not 0 < unpaid < len(outcomes.y):
        frame.empty("gains", ":material/hourglass_empty:")
        return False
    st.caption(say("gains.whose", n=len(outcomes.y), unpaid=unpaid))
    return True


def gini_interval(outcomes: Outcomes) -> Interval:
    """Return Gini with its 95 % interval over components of connected customers."""
    value = float(gini(outcomes.y, outcomes.probability)[0])
    drawn = multiplicities(outcomes.component, _DRAWS)
    values = [gini(outcomes.y, outcomes.probability, part) for part in drawn]
    low, high = np.nanpercentile(np.concatenate(values), [2.5, 97.5])
    return Interval(value, float(low), float(high))


def _typed_row(row: GainsRow) -> dict[str, TypedValue]:
    return {
        say("gains.band"): f"{row.highest:.1%} – {row.lowest:.1%}",
        say("gains.customers"): row.customers,
        say("gains.unpaid"): row.unpaid,
        say("gains.rate"): row.unpaid / row.customers,
        say("gains.caught_column"): float(row.caught),
        say("gains.lift_column"): round(float(row.lift), 4),
    }


def _row(row: GainsRow) -> dict[str, str]:
    return {
        say("gains.band"): f"{row.highest:.1%} – {row.lowest:.1%}",
        say("gains.customers"): f"{row.customers:,}",
        say("gains.unpaid"): f"{row.unpaid:,}",
        say("gains.rate"): f"{row.unpaid / row.customers:.1%}",
        say("gains.caught_column"): f"{row.caught:.1%}",
        say("gains.lift_column"): f"{row.lift:.2f}",
    }
