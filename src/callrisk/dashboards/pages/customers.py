"""The page of customers: their scores, one of them over time, and segments by rules."""

import numpy as np
import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.addressed import addressed_choice, addressed_choices
from callrisk.dashboards.customers.one_customer import show_customer
from callrisk.dashboards.customers.score_account import detail, outcome_of
from callrisk.dashboards.customers.segment_page import segment_filter, show_segments
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.exporting import ShownPage, export_buttons
from callrisk.dashboards.texts import language, say, word
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY
from callrisk.reporting.exports.typed_tables import TypedValue, table_of
from callrisk.reporting.run_results import ScoredCustomers

# More rows than anyone reads; a search finds the rest.
_MOST_ROWS = 1_000
_OUTCOMES = ("unpaid", "paid", "pending")
_CUSTOMER = "customer"
_VIEWS = ("list", "segments")


def show(places: Places) -> None:
    """Draw the customer that the address names, else all of them, or segments."""
    frame.heading("customers")
    customer_id = st.query_params.get(_CUSTOMER, "").strip()
    if customer_id:
        show_customer(places, customer_id, versions.picked_with_customers(places))
        return
    scored = versions.picked_with_customers(places)
    if scored is None:
        return
    _version, customers = scored
    view = addressed_choice("view", {one: say(f"customers.view_{one}") for one in _VIEWS})
    if view == "segments":
        show_segments(places, customers)
    else:
        _list(places, customers)


def _list(places: Places, customers: ScoredCustomers) -> None:
    matching = _narrowed(places, customers)
    if not matching:
        frame.empty("customers", ":material/search_off:")
        return
    number = _pick(customers, matching)
    export_buttons(places, "customers", lambda: _shown_page(customers, matching))
    frame.link_to(
        "customers", say("customers.over_time"), ":material/timeline:",
        customer=str(customers.customer_id[number]),
    )  # fmt: skip
    detail(customers, number)


def _shown_page(customers: ScoredCustomers, matching: list[int]) -> ShownPage:
    """Return all customers that search and filters leave, as they leave the page."""
    share = say("customers.probability")
    rows = [_row(customers, one) | {share: float(customers.probability[one])} for one in matching]
    return ShownPage(say("customers.title"), [table_of(say("customers.title"), rows, [share])])


def _narrowed(places: Places, customers: ScoredCustomers) -> list[int]:
    """Return the positions of the customers that search and filters leave."""
    with st.grid(4, min_column_width=220):
        wanted = st.text_input(
            say("customers.search"),
            type="search",
            placeholder="1001",
            icon=":material/search:",
            key="customer_search",
            bind="query-params",
        )
        categories = addressed_choices(
            "customer_category",
            say("customers.category"),
            {str(one): word(CATEGORY[one]) for one in RiskCategory},
        )
        outcomes = addressed_choices(
            "customer_outcome",
            say("customers.outcome"),
            {one: say(f"outcome.{one}") for one in _OUTCOMES},
        )
        keep = segment_filter(places, customers)
    if wanted:
        keep &= np.char.find(customers.customer_id, wanted.strip()) >= 0
    if outcomes:
        keep &= np.isin([outcome_of(customers, n) for n in range(len(keep))], outcomes)
    return [
        int(number)
        for number in np.flatnonzero(keep)
        if not categories or customers.category(int(number)) in categories
    ]


def _pick(customers: ScoredCustomers, matching: list[int]) -> int:
    st.caption(say("customers.count", n=len(matching), shown=min(len(matching), _MOST_ROWS)))
    shown = matching[:_MOST_ROWS]
    event = st.dataframe(
        [_row(customers, number) for number in shown],
        hide_index=True,
        height=400,
        on_select="rerun",
        selection_mode="single-row",
        key="customer_table",
        column_config={
            say("customers.score"): st.column_config.ProgressColumn(
                min_value=0, max_value=100, format="%d"
            ),
            say("customers.probability"): st.column_config.NumberColumn(
                format="%.1f%%", width="small"
            ),
        },
    )
    rows = event.selection.rows
    return shown[rows[0]] if rows and rows[0] < len(shown) else shown[0]


def _row(customers: ScoredCustomers, number: int) -> dict[str, TypedValue]:
    [*strongest] = customers.reasons(number, 1)
    return {
        say("customers.id"): str(customers.customer_id[number]),
        say("customers.score"): int(customers.score[number]),
        say("customers.category"): word(CATEGORY[customers.category(number)]),
        say("customers.probability"): 100 * float(customers.probability[number]),
        say("customers.outcome"): say(f"outcome.{outcome_of(customers, number)}"),
        say("customers.reason"): " ".join(
            f"{reason.points:+d} {reason.label_en if language() == 'en' else reason.label}"
            for reason in strongest
        ),
    }
