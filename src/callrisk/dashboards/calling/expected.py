"""Figures, with intervals, of what the calls of a list are expected to reach."""

import numpy as np
import streamlit as st

from callrisk.dashboards.calling.candidates import Candidates
from callrisk.dashboards.calling.picking import CallList
from callrisk.dashboards.pages.cut_off import yen
from callrisk.dashboards.texts import say
from callrisk.domain.arrays import Ints
from callrisk.domain.evaluation import Interval
from callrisk.domain.portfolio.call_budget import (
    FEWEST_OUTCOMES,
    BudgetResult,
    budget_result,
    calibration_of,
)
from callrisk.domain.portfolio.cut_off import Money

_MOST_YEN, _CALL_COST, _EFFECT = 100_000_000, 500, 20
_COUNT = "{:,.1f}".format
Fact = tuple[str, str]


def show_expected(candidates: Candidates, found: CallList) -> list[Fact]:
    """Draw the figures; return them in words, for what is exported."""
    result = _result(candidates, found)
    if result is None:
        words = say("call_list.too_few_outcomes", n=FEWEST_OUTCOMES)
        st.info(words, icon=":material/hourglass_empty:")
        return [(say("call_list.reached"), words)]
    known = _known_amounts(candidates, found)
    money = _money()
    with st.grid(4, min_column_width=190):
        _figure("calls", f"{result.calls:,}", say("call_list.barred", n=len(found.barred)))
        _figure(
            "reached", _COUNT(result.unpaid.value),
            _interval(result.unpaid, "{:,.0f}") + "  \n" + say(
                "call_list.any_order", value=_COUNT(result.unpaid_any)
            ),
        )  # fmt: skip
        if result.amount is None or result.amount_any is None:
            _figure("owed", "–", say("call_list.no_amounts"))
        else:
            _figure(
                "owed", f"{result.amount.value:,.0f} {say('cut.yen')}",
                _interval(result.amount, "{:,.0f}") + "  \n" + say(
                    "call_list.any_order",
                    value=f"{result.amount_any:,.0f} {say('cut.yen')}",
                ),
            )  # fmt: skip
        _saving(result, money)
    if known < len(found.listed):
        st.caption(say("call_list.amounts_missing", n=len(found.listed) - known))
    st.caption(say("call_list.expected_about"))
    return _facts(result)


def _money() -> Money:
    with st.grid(3, min_column_width=220):
        cost = st.number_input(
            say("cut.call_cost"), 0, _MOST_YEN, _CALL_COST, 100, key="list_call_cost",
            bind="query-params", help=say("cut.call_cost_about"),
        )  # fmt: skip
        effect = st.slider(
            say("cut.effect"), 0, 100, _EFFECT, 1, format="%d %%", key="list_effect",
            bind="query-params", help=say("cut.effect_about"),
        )  # fmt: skip
    return Money(float(cost or 0), 0.0, effect / 100)


def _saving(result: BudgetResult, money: Money) -> None:
    """Draw what the calls are expected to save, less what they cost."""
    if result.amount is None:
        _figure("saving", "–", say("call_list.no_amounts"))
        return
    cost = money.call_cost * result.calls
    value, low, high = (
        money.effect * amount - cost
        for amount in (result.amount.value, result.amount.low, result.amount.high)
    )
    _figure("saving", yen(value), say("call_list.interval", low=yen(low), high=yen(high)))


def _result(candidates: Candidates, found: CallList) -> BudgetResult | None:
    outcomes = candidates.customers.outcomes()
    calibration = calibration_of(outcomes.y, outcomes.probability, outcomes.component)
    if calibration is None or not found.listed:
        return None
    places = _places(found)
    # Nothing of the list is drawn anew: the same list always has the same figures.
    return budget_result(
        calibration, candidates.probability[places], candidates.amount[places],
        (candidates.probability, candidates.amount),
    )  # fmt: skip


def _places(found: CallList) -> Ints:
    return np.array([one.place for one in found.listed], dtype=np.int64)


def _known_amounts(candidates: Candidates, found: CallList) -> int:
    return int((~np.isnan(candidates.amount[_places(found)])).sum())


def _figure(key: str, value: str, below: str) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(say(f"call_list.{key}"), value, help=say(f"call_list.{key}_about"))
        st.caption(below)


def _interval(interval: Interval, form: str) -> str:
    return say("call_list.interval", low=form.format(interval.low), high=form.format(interval.high))


def _facts(result: BudgetResult) -> list[Fact]:
    told = [
        (
            say("call_list.reached"),
            f"{_COUNT(result.unpaid.value)} ({_interval(result.unpaid, '{:,.0f}')})",
        )
    ]
    if result.amount is not None:
        amount = f"{result.amount.value:,.0f} ({_interval(result.amount, '{:,.0f}')})"
        told.append((say("call_list.owed"), amount))
    return told
