"""The tablet app: who the agent is, then the agent's calls or one call."""

from pathlib import Path

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.access.app_access import AppAccess
from callrisk.dashboards.access.visitor import Visitor, show_visitor, visitor_of
from callrisk.dashboards.tablet import call, home
from callrisk.dashboards.texts import language_switch, plain, say

_LONGEST_ID = 256
_SEVERAL = 2


def show(access: AppAccess, icon: Path) -> None:
    """Draw the app; Streamlit calls this at every interaction."""
    frame.begin("callrisk", icon)
    with st.container(key="tablet"):
        _screen(access)


def _screen(access: AppAccess) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.title("callrisk", anchor=False, width="content")
        language_switch()
    visitor = visitor_of(access)
    if visitor is None:
        return
    show_visitor(access, visitor)
    agent_id = _agent_id(visitor)
    if not agent_id:
        _who()
        return
    api, call_id = visitor.api, st.query_params.get("call")
    if call_id:
        call.show(api, call_id, agent_id)
    else:
        _agent(visitor, agent_id)
        home.show(api, agent_id)


def _agent_id(visitor: Visitor) -> str:
    """Return the agent that the address names; with a login one of the person's own."""
    named = st.query_params.get("agent", "")
    if visitor.session is None:
        return named
    own = visitor.session.agent_ids
    return named if named in own else next(iter(own), "")


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


def _agent(visitor: Visitor, agent_id: str) -> None:
    if visitor.session is not None:
        _own_ids(visitor.session.agent_ids, agent_id)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(say("tablet.agent", id=plain(agent_id)), width="content")
        if st.button(say("tablet.other_agent"), type="tertiary", key="other_agent"):
            del st.query_params["agent"]
            st.rerun()


def _own_ids(own: list[str], agent_id: str) -> None:
    """Draw the agent's id, or the choice among those of the person."""
    if len(own) < _SEVERAL:
        st.markdown(say("tablet.agent", id=plain(agent_id)))
        return
    chosen = st.selectbox(say("tablet.agent_id"), own, index=own.index(agent_id), key="own_agent")
    if chosen != agent_id:
        st.query_params["agent"] = chosen
        st.rerun()


def show_trouble(sentence: str) -> None:
    """Draw the one line that says why the app cannot start."""
    st.error(sentence, icon=":material/error:")
