"""The page of whom to call: by expected loss, within the rules, and what the calls are to reach."""

from dataclasses import dataclass

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.addressed import addressed_choice
from callrisk.dashboards.calling.candidates import (
    Candidates,
    amount_features,
    candidates_of,
    has_pending,
)
from callrisk.dashboards.calling.deciding import decision_form
from callrisk.dashboards.calling.expected import show_expected
from callrisk.dashboards.calling.list_rows import (
    CellValue,
    barred_row,
    list_row,
    list_tables,
    shown_row,
)
from callrisk.dashboards.calling.picking import CallList, call_list
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places, Version
from callrisk.dashboards.saving.exporting import ShownPage, export_buttons
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import language, plain, say
from callrisk.reporting.run_results import ScoredCustomers
from callrisk.wire.client import LiveApiError

_MOST_CALLS, _USUAL_CALLS = 1_000, 50


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The choices that make the list: the customers, and the number of calls."""

    candidates: Candidates
    budget: int
    who: str
    amount_label: str


def show(places: Places) -> None:
    """Draw the list of calls of a model version."""
    frame.heading("call_list")
    scored = versions.picked_with_customers(places)
    if scored is not None:
        _list(places, *scored)


@st.fragment
def _list(places: Places, version: Version, customers: ScoredCustomers) -> None:
    chosen = _chosen(customers)
    api = places.live_api
    try:
        found = call_list(api, chosen.candidates, chosen.budget, demo=version.demo)
        outcomes = {one.code: one.en if language() == "en" else one.ja for one in api.outcomes()}
    except LiveApiError as error:
        # Without the server nobody knows who must not be called, so there is no list.
        st.warning(say("call_list.no_server"), icon=":material/phone_disabled:")
        if error.unreachable:
            show_server_away(api)
        else:
            st.error(say("live.refused", what=plain(error)), icon=":material/error:")
        return
    if found is None:
        frame.empty("call_list", ":material/phone_disabled:")
        return
    rows = [
        list_row(chosen.candidates, one, number, outcomes)
        for number, one in enumerate(found.listed, start=1)
    ]
    barred = [barred_row(chosen.candidates, one) for one in found.barred]
    _rules(found)
    expected = show_expected(chosen.candidates, found)
    _table(rows, chosen)
    _barred_table(barred)
    facts = [
        (say("call_list.fact_model"), versions.version_line(version)),
        (say("call_list.fact_who"), chosen.who),
        (say("call_list.fact_amount"), chosen.amount_label),
        (say("call_list.fact_calls"), f"{len(rows):,} / {chosen.budget:,}"),
        (say("call_list.fact_rules"), _rules_in_words(found)),
        *expected,
    ]
    export_buttons(
        places,
        "call_list",
        lambda: ShownPage(say("call_list.title"), list_tables(rows, barred), facts),
    )
    decision_form(api, found)


def _chosen(customers: ScoredCustomers) -> _Chosen:
    amounts = amount_features(customers)
    pending = has_pending(customers)
    with st.grid(3, min_column_width=220):
        budget = st.number_input(
            say("call_list.budget"), 1, _MOST_CALLS, _USUAL_CALLS, 10, key="budget",
            bind="query-params", help=say("call_list.budget_about"),
        )  # fmt: skip
        names = [one.name for one in amounts]
        name = st.selectbox(
            say("call_list.amount_field"), names, key="amount_field",
            format_func=lambda name: frame.feature_label(amounts[names.index(str(name))]),
            help=say("call_list.amount_field_about"), placeholder=say("call_list.no_amount"),
        )  # fmt: skip
    titles = {"pending": say("call_list.who_pending"), "all": say("call_list.who_all")}
    who = addressed_choice("who", titles, "pending" if pending else "all")
    if who == "all":
        st.caption(say("call_list.all_about" if pending else "call_list.none_pending"))
    amount = amounts[names.index(str(name))] if name in names else None
    if amount is None:
        st.info(say("call_list.without_amount"), icon=":material/money_off:")
    label = say("call_list.no_amount") if amount is None else frame.feature_label(amount)
    found = candidates_of(customers, amount, pending_only=who == "pending")
    return _Chosen(found, int(budget or _USUAL_CALLS), titles[who], label)


def _rules(found: CallList) -> None:
    if not found.rules.in_hours:
        st.error(
            say("call_list.out_of_hours", start=found.rules.from_hour, end=found.rules.to_hour),
            icon=":material/bedtime:",
        )
    st.caption(_rules_in_words(found))


def _rules_in_words(found: CallList) -> str:
    rules = found.rules
    return say(
        "call_list.rules", start=rules.from_hour, end=rules.to_hour, calls=rules.calls_a_week,
        days=rules.dispute_days,
    )  # fmt: skip


def _table(rows: list[dict[str, CellValue]], chosen: _Chosen) -> None:
    st.subheader(say("call_list.listed", n=len(rows)), anchor=False)
    yen = st.column_config.NumberColumn(format="localized")
    picked = st.dataframe(
        [shown_row(row) for row in rows], hide_index=True, key="call_list_table",
        on_select="rerun", selection_mode="single-row",
        column_config={
            say("call_list.probability"): st.column_config.NumberColumn(format="%.1f%%"),
            say("call_list.amount"): yen, say("call_list.loss"): yen,
            say("call_list.reasons"): st.column_config.TextColumn(width=330),
        },
    )  # fmt: skip
    st.caption(say("call_list.order", amount=plain(chosen.amount_label)))
    chosen_rows = picked.selection.rows
    if chosen_rows and chosen_rows[0] < len(rows):
        customer_id = rows[chosen_rows[0]][say("call_list.customer")]
        frame.link_to(
            "customers", say("customers.one_over_time", id=plain(customer_id)),
            ":material/timeline:", customer=str(customer_id),
        )  # fmt: skip


def _barred_table(barred: list[dict[str, CellValue]]) -> None:
    st.subheader(say("call_list.barred", n=len(barred)), anchor=False)
    if not barred:
        st.caption(say("call_list.none_barred"))
        return
    yen = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        [shown_row(row) for row in barred], hide_index=True, key="barred_table",
        column_config={say("call_list.loss"): yen},
    )  # fmt: skip
