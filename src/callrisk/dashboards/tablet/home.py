"""The tablet's first screen: the agent's calls, and the form to begin another."""

import uuid

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from callrisk.dashboards import frame
from callrisk.dashboards.call_words import agent_name
from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say, told
from callrisk.wire.call import CallAnswer
from callrisk.wire.client import LiveApi, LiveApiError

_RECENT = 5


def show(api: LiveApi, agent_id: str) -> None:
    """Draw the agent's calls, the form to begin one, then the other calls."""
    _calls(api, agent_id)
    _begin(api, agent_id)


@st.fragment(run_every="2s")
def _calls(api: LiveApi, agent_id: str) -> None:
    try:
        health = api.health()
        active = api.calls("active")
        ended = [one for one in api.calls("ended") if one.agent_id == agent_id]
    except LiveApiError as error:
        show_trouble(api, error)
        return
    frame.model_mark(health)
    frame.language_mark(health)
    frame.demo_mark(health.demo)
    frame.unproven_mark(health.skill == "unproven")
    mine = [call for call in active if call.agent_id == agent_id]
    others = [call for call in active if call.agent_id != agent_id]
    st.subheader(say("tablet.mine"), anchor=False)
    if not mine:
        st.caption(say("tablet.mine_empty"))
    for call in mine:
        _card(call, primary=True)
    if others:
        with st.expander(say("tablet.others", n=len(others)), key="others"):
            for call in others:
                _card(call, primary=False)
    if ended:
        with st.expander(say("tablet.ended"), key="ended"):
            for call in ended[:_RECENT]:
                _card(call, primary=False)


def _card(call: CallAnswer, primary: bool) -> None:
    with st.container(border=True):
        words, button = st.columns([3, 2], vertical_alignment="center")
        with words:
            st.markdown(f"**{customer_name(call)}**")
            st.caption(" · ".join(_facts(call)))
        with button:
            opened = st.button(
                say("tablet.open"),
                key=f"open_{call.call_id}",
                type="primary" if primary else "secondary",
                width="stretch",
            )
        if opened:
            open_call(call.call_id)


def _facts(call: CallAnswer) -> list[str]:
    assessment = call.assessment
    facts = [frame.duration(call.duration_s)]
    if assessment is None:
        facts.append(say("state.waiting"))
    elif assessment.state == "listening":
        facts.append(say("state.listening"))
    else:
        facts.append(f"{told(assessment, 'risk_label')} {assessment.risk_score}")
    if not call.agent_id:
        facts.append(agent_name(call))
    if call.demo:
        facts.append("DEMO")
    return facts


def customer_name(call: CallAnswer) -> str:
    """Return the customer's name or id, or wording for an unknown customer."""
    card = call.customer_data
    if card is not None and card.name:
        return say("tablet.named", name=plain(card.name))
    if call.customer_id:
        return say("customers.one", id=plain(call.customer_id))
    return say("tablet.unknown_customer")


def open_call(call_id: str) -> None:
    """Go to the screen of a call; its id is in the address, so a reload stays there."""
    st.query_params["call"] = call_id
    st.rerun(scope="app")


def _begin(api: LiveApi, agent_id: str) -> None:
    st.subheader(say("tablet.begin"), anchor=False)
    left, right = st.columns(2)
    demo = _plays_demo(api) and _demo_button(left)
    with right.form("start_call", height="stretch"):
        customer_id = st.text_input(say("tablet.customer_id"), placeholder="1001")
        start = st.form_submit_button(
            say("tablet.start"), type="primary", icon=":material/call:", width="stretch"
        )
    if not (demo or start):
        return
    try:
        call_id = api.start_demo_call(agent_id) if demo else _start(api, customer_id, agent_id)
    except LiveApiError as error:
        show_trouble(api, error)
        return
    open_call(call_id)


def _plays_demo(api: LiveApi) -> bool:
    """Return True if recorded calls can be played: not in production, nor while it is away."""
    try:
        return api.health().environment != "production"
    except LiveApiError:
        return False


def _demo_button(place: DeltaGenerator) -> bool:
    with place.container(border=True, height="stretch"):
        st.markdown(say("tablet.demo_about"))
        return st.button(
            say("tablet.demo"), icon=":material/play_circle:", width="stretch", key="start_demo"
        )


def _start(api: LiveApi, customer_id: str | None, agent_id: str) -> str:
    call_id = f"tablet-{uuid.uuid4()}"
    api.start_call(call_id, (customer_id or "").strip() or None, agent_id)
    return call_id
