"""The tablet app: the form for the agent's id, then the agent's calls or one call."""

from pathlib import Path

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.tablet import call, home
from callrisk.dashboards.texts import language_switch, plain, say
from callrisk.wire.client import LiveApi

_LONGEST_ID = 256


def show(api_address: str, icon: Path) -> None:
    """Draw the app; Streamlit calls this at every interaction."""
    frame.begin("callrisk", icon)
    with st.container(key="tablet"):
        _screen(LiveApi(api_address))


def _screen(api: LiveApi) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.title("callrisk", anchor=False, width="content")
        language_switch()
    agent_id = st.query_params.get("agent", "")
    if not agent_id:
        _who()
        return
    call_id = st.query_params.get("call")
    if call_id:
        call.show(api, call_id, agent_id)
    else:
        _agent(agent_id)
        home.show(api, agent_id)


def _who() -> None:
    with st.form("agent"):
        st.markdown(say("tablet.who"))
        agent_id = st.text_input(
            say("tablet.agent_id"), placeholder="agent-01", max_chars=_LONGEST_ID
        )
        if st.form_submit_button(say("tablet.go"), type="primary", width="stretch"):
            if not (agent_id or "").strip():
                st.warning(say("tablet.who_missing"))
                return
            # In the address, so that a bookmark on this tablet knows its agent.
            st.query_params["agent"] = str(agent_id).strip()
            st.rerun()


def _agent(agent_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(say("tablet.agent", id=plain(agent_id)), width="content")
        if st.button(say("tablet.other_agent"), type="tertiary", key="other_agent"):
            del st.query_params["agent"]
            st.rerun()


def show_trouble(sentence: str) -> None:
    """Draw the one line that says why the app cannot start."""
    st.error(sentence, icon=":material/error:")
