"""The page of calls that are over: searched by words and facts, and one of them replayed."""

from collections.abc import Mapping

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.calling.list_rows import in_japan
from callrisk.dashboards.past_calls.replay import show_call
from callrisk.dashboards.past_calls.sought import found_page, search_form, sought_of_address
from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.exporting import ShownPage, export_buttons
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import language, plain, say, told
from callrisk.reporting.exports.typed_tables import TypedValue, table_of
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.search.search_answers import FoundCallAnswer, SearchPage

_CALL, _CURSOR = "call", "calls_cursor"


def show(places: Places) -> None:
    """Draw the search, or the call that the address names."""
    frame.heading("calls")
    api = places.live_api
    try:
        call_id = st.query_params.get(_CALL, "")
        if call_id:
            _one(api, call_id)
        else:
            _search(places)
    except LiveApiError as error:
        if error.unreachable:
            show_server_away(api)
        else:
            st.error(say("live.refused", what=plain(error)), icon=":material/error:")


def _one(api: LiveApi, call_id: str) -> None:
    if st.button(say("calls.back"), icon=":material/arrow_back:"):
        del st.query_params[_CALL]
        st.rerun()
    show_call(api, api.call(call_id), api.health().thresholds)


def _search(places: Places) -> None:
    api = places.live_api
    outcomes = {one.code: one.en if language() == "en" else one.ja for one in api.outcomes()}
    if search_form(api, outcomes):
        st.session_state.pop(_CURSOR, None)
    page = found_page(api, sought_of_address(), st.session_state.get(_CURSOR))
    if page.words:
        st.caption(say("calls.asked_words", words=plain(page.words)))
    if page.calls:
        _table(page, outcomes)
        table = table_of(say("calls.title"), [_typed_row(call, outcomes) for call in page.calls])
        facts = [(say("calls.words"), page.words)] if page.words else []
        export_buttons(places, "calls", lambda: ShownPage(say("calls.title"), [table], facts))
    else:
        frame.empty("calls", ":material/search_off:")
    _further(page)


def _table(page: SearchPage, outcomes: Mapping[str, str]) -> None:
    picked = st.dataframe(
        [_row(call, outcomes) for call in page.calls],
        hide_index=True, key="calls_table", on_select="rerun", selection_mode="single-row",
        column_config={
            say("live.score"): st.column_config.ProgressColumn(
                min_value=0, max_value=100, format="%d"
            ),
            say("calls.places"): st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip
    st.caption(say("calls.pick"))
    rows = picked.selection.rows
    if rows and rows[0] < len(page.calls):
        st.query_params[_CALL] = page.calls[rows[0]].call_id
        st.rerun()


def _typed_row(call: FoundCallAnswer, outcomes: Mapping[str, str]) -> dict[str, TypedValue]:
    """Return the row as it leaves the page: without what was said."""
    label = None if call.final_risk_label is None else told(call, "final_risk_label")
    return {
        say("live.began"): in_japan(call.started_at),
        say("live.score"): call.final_risk_score,
        say("calls.category"): label,
        say("call_list.customer"): call.customer_id,
        say("export.name"): call.customer_name,
        say("live.agent"): call.agent_id,
        say("calls.outcome"): outcomes.get(call.outcome or "", call.outcome),
        say("export.seconds"): round(call.duration_s),
    }


def _row(call: FoundCallAnswer, outcomes: Mapping[str, str]) -> dict[str, object]:
    label = None if call.final_risk_label is None else told(call, "final_risk_label")
    return {
        say("live.began"): frame.moment(call.started_at),
        say("live.score"): call.final_risk_score,
        say("calls.category"): label or "–",
        say("live.customer"): " ".join(filter(None, (call.customer_id, call.customer_name))) or "–",
        say("live.agent"): call.agent_id or say("live.unknown_agent"),
        say("calls.outcome"): outcomes.get(call.outcome or "", call.outcome or "–"),
        say("live.duration"): frame.duration(call.duration_s),
        say("calls.places"): " / ".join(place.text for place in call.places),
    }


def _further(page: SearchPage) -> None:
    if page.searched_back_to is not None:
        st.caption(say("calls.searched_back_to", day=page.searched_back_to.replace("-", "/")))
    is_later = st.session_state.get(_CURSOR) is not None
    with st.container(horizontal=True):
        if is_later and st.button(say("calls.newest"), icon=":material/first_page:"):
            st.session_state.pop(_CURSOR, None)
            st.rerun()
        if page.next_cursor and st.button(say("calls.further"), icon=":material/expand_more:"):
            st.session_state[_CURSOR] = page.next_cursor
            st.rerun()
