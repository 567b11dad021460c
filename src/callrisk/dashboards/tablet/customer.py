"""The customer of a call on the tablet: record, candidates and correction."""

from collections import Counter

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say, told
from callrisk.wire.call import CallDetail
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.customer import Candidate, CustomerCard


def show_customer(api: LiveApi, call: CallDetail, agent_id: str) -> None:
    """Draw the record, the candidates to choose from, or the reason why there is none."""
    search, card = call.customer_search, call.customer_data
    if search.state == "unreachable" and search.since is not None:
        since = frame.clock(search.since)[:5]
        crm = plain(told(search, "crm"))
        st.warning(say("tablet.crm_away", crm=crm, time=since), icon=":material/cloud_off:")
    elif search.state == "several":
        st.info(say("tablet.several_records"), icon=":material/group:")
        _candidates(api, call, agent_id)
    elif card is None:
        st.caption(say("tablet.no_record"))
    if card is not None:
        _record(card)


def _candidates(api: LiveApi, call: CallDetail, agent_id: str) -> None:
    candidates = call.customer_search.candidates
    shared = Counter(one.customer_id for one in candidates)
    with st.container(horizontal=True):
        for one in candidates:
            chosen = st.button(
                _words(one, shared[one.customer_id] > 1),
                key=f"candidate_{one.record_id}",
                width="content",
            )
            if chosen:
                _assign(api, call.call_id, one.customer_id, agent_id, one.record_id)


def _words(one: Candidate, is_shared: bool) -> str:
    customer_id = plain(one.customer_id)
    name = plain(one.name or "")
    words = say("tablet.candidate", name=name, id=customer_id) if name else customer_id
    return say("tablet.record_no", who=words, no=plain(one.record_id)) if is_shared else words


def show_assigning(api: LiveApi, call_id: str, agent_id: str) -> None:
    """Draw the form to correct the customer, outside of the refreshed fragments."""
    with (
        st.expander(say("tablet.assign"), icon=":material/person_edit:", key="assigning"),
        st.form("assign", border=False),
    ):
        customer_id = st.text_input(say("tablet.customer_id"), placeholder="1001")
        if st.form_submit_button(say("tablet.assign_yes"), width="stretch"):
            _assign(api, call_id, (customer_id or "").strip() or None, agent_id, None)


def _assign(
    api: LiveApi, call_id: str, customer_id: str | None, agent_id: str, record_id: str | None
) -> None:
    try:
        api.assign_customer(call_id, customer_id, agent_id, record_id)
    except LiveApiError as error:
        show_trouble(api, error)
        return
    st.rerun(scope="app")


def _record(card: CustomerCard) -> None:
    with st.expander(say("tablet.record"), icon=":material/badge:", key="record"):
        facts = [(told(fact, "label"), told(fact, "text")) for fact in card.fields]
        facts.append((say("tablet.phone"), card.phone or "–"))
        facts.append((say("tablet.earlier_calls"), str(card.earlier_calls)))
        st.table(
            [{"name": plain(name), "text": plain(text)} for name, text in facts],
            border="horizontal",
            hide_index=True,
            hide_header=True,
        )
