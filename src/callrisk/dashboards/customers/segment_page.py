"""Segments of customers: a new one by rules, those that are saved, compared in a table."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from callrisk.dashboards.addressed import addressed_option
from callrisk.dashboards.customers.segment_rows import (
    column_labels,
    columns_of,
    figures_of,
    in_segment,
    rules_in_words,
    rules_of,
    share_in_words,
)
from callrisk.dashboards.runs import Places
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import plain, say
from callrisk.domain.arrays import Flags
from callrisk.domain.portfolio.customer_segments import SegmentRule, missing_columns
from callrisk.reporting.run_results import ScoredCustomers
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.stats.customer_segments import CustomerSegmentAnswer, SegmentRuleBody

# As many as one line of a page can be read with; the server takes more.
_RULES, _LONGEST_NAME = 3, 80


def segment_filter(places: Places, customers: ScoredCustomers) -> Flags:
    """Draw the choice of a saved segment; return which customers are in it."""
    everyone = np.ones(len(customers.score), dtype=np.bool_)
    try:
        saved = places.live_api.customer_segments()
    except LiveApiError:
        # Without the server the list goes on, without a choice of segments.
        return everyone
    columns = columns_of(customers)
    usable = {
        str(one.segment_id): one for one in saved if not missing_columns(rules_of(one), columns)
    }
    if not usable:
        return everyone
    names = {key: one.name for key, one in usable.items()}
    chosen = addressed_option("segment", say("segment.choose"), names, say("segment.all"))
    return everyone if chosen is None else in_segment(customers, rules_of(usable[chosen]))


@st.fragment
def show_segments(places: Places, customers: ScoredCustomers) -> None:
    """Draw the table of segments, the form of a new one, and what is to be removed."""
    api = places.live_api
    try:
        saved = api.customer_segments()
    except LiveApiError as error:
        _refused(api, error)
        return
    _table(saved, customers)
    _new(api, customers)
    _remove(api, [one for one in saved if one.is_own])


def _refused(api: LiveApi, error: LiveApiError) -> None:
    if error.unreachable:
        show_server_away(api)
    else:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")


def _table(saved: Sequence[CustomerSegmentAnswer], customers: ScoredCustomers) -> None:
    labels, columns = column_labels(customers), columns_of(customers)
    everyone = np.ones(len(customers.score), dtype=np.bool_)
    rows = [_row(say("segment.all"), "–", "–", customers, everyone)]
    for one in saved:
        rules = rules_of(one)
        who = say("segment.shared" if one.shared else "segment.private")
        if not one.is_own:
            who = say("segment.of_others")
        missing = missing_columns(rules, columns)
        if missing:
            rows.append({
                say("segment.name"): one.name,
                say("segment.rules"): say("segment.missing", columns=", ".join(missing)),
            })  # fmt: skip
        else:
            words, fits = rules_in_words(rules, labels), in_segment(customers, rules)
            rows.append(_row(one.name, words, who, customers, fits))
    st.dataframe(
        rows, hide_index=True, key="segment_table",
        column_config={say("segment.rules"): st.column_config.TextColumn(width="large")},
    )  # fmt: skip
    if not saved:
        st.caption(say("segment.none_saved"))
    st.caption(say("segment.table_about"))


def _row(
    name: str, rules: str, who: str, customers: ScoredCustomers, fits: Flags
) -> dict[str, str | int]:
    figures = figures_of(customers, fits)
    return {
        say("segment.name"): name,
        say("segment.customers"): figures.customers,
        say("segment.unpaid"): share_in_words(figures.unpaid),
        say("segment.high"): share_in_words(figures.high),
        say("segment.rules"): rules,
        say("segment.whose"): who,
    }


def _new(api: LiveApi, customers: ScoredCustomers) -> None:
    """Draw the rules of a new segment; what they give is told before anybody saves it."""
    with st.container(border=True):
        st.markdown(f"**{say('segment.new')}**")
        labels = column_labels(customers)
        rules = [rule for n in range(_RULES) if (rule := _rule(n, labels)) is not None]
        if not rules:
            st.caption(say("segment.new_about"))
            return
        figures = figures_of(customers, in_segment(customers, rules))
        st.markdown(f"{plain(rules_in_words(rules, labels))}")
        for key, told in (
            ("customers", f"{figures.customers:,}"), ("unpaid", share_in_words(figures.unpaid)),
            ("high", share_in_words(figures.high)),
        ):  # fmt: skip
            st.markdown(f"- {say(f'segment.{key}')}: {plain(told)}")
        _save_form(api, rules)


def _rule(number: int, labels: dict[str, str]) -> SegmentRule | None:
    """Draw one rule; return it once a column is chosen."""
    with st.grid(4, min_column_width=160):
        column = st.selectbox(
            say("segment.column", n=number + 1), list(labels), index=None,
            key=f"segment_column_{number}", format_func=lambda name: labels[str(name)],
            placeholder=say("segment.no_rule"),
        )  # fmt: skip
        is_unknown = st.checkbox(say("segment.is_unknown"), key=f"segment_unknown_{number}")
        ends = [
            st.number_input(
                say(f"segment.{key}_label"), value=None, key=f"segment_{key}_{number}",
                disabled=is_unknown, placeholder=say("segment.no_end"),
            )
            for key in ("from", "to")
        ]  # fmt: skip
    if column is None or (not is_unknown and ends == [None, None]):
        return None
    low, high = (None, None) if is_unknown else ends
    return SegmentRule(str(column), low, high)


def _save_form(api: LiveApi, rules: Sequence[SegmentRule]) -> None:
    with st.form("segment_form", border=False):
        name = st.text_input(say("segment.name"), max_chars=_LONGEST_NAME)
        shared = st.checkbox(say("segment.share_it"), help=say("segment.share_about"))
        if not st.form_submit_button(say("segment.save"), icon=":material/save:"):
            return
    if not name.strip():
        st.error(say("segment.no_name"), icon=":material/error:")
        return
    bodies = [SegmentRuleBody(column=one.column, low=one.low, high=one.high) for one in rules]
    try:
        api.save_customer_segment(name.strip(), bodies, shared=shared)
    except LiveApiError as error:
        _refused(api, error)
        return
    st.rerun()


def _remove(api: LiveApi, own: Sequence[CustomerSegmentAnswer]) -> None:
    if not own:
        return
    with st.expander(say("segment.remove"), icon=":material/delete:"):
        names = {one.segment_id: one.name for one in own}
        chosen = st.selectbox(
            say("segment.name"), list(names), index=None, key="segment_removed",
            format_func=lambda number: names.get(int(number), ""), placeholder=say("decide.choose"),
        )  # fmt: skip
        if st.button(say("segment.remove_it"), disabled=chosen is None) and chosen is not None:
            try:
                api.remove_customer_segment(chosen)
            except LiveApiError as error:
                _refused(api, error)
                return
            st.rerun()
