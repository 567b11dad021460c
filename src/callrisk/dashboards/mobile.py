"""The tablet app: the agent's choice where nobody logs in, then the touch page of the server."""

from pathlib import Path

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.access.app_access import AppAccess
from callrisk.dashboards.access.visitor import visitor_of
from callrisk.dashboards.tablet.shell import hold_touch_page
from callrisk.dashboards.texts import choose_language, language_switch, say

_LONGEST_ID = 256


def show(access: AppAccess, icon: Path) -> None:
    """Draw the app; Streamlit calls this at every interaction."""
    frame.begin("callrisk", icon)
    with st.container(key="tablet"):
        _screen(access)


def _screen(access: AppAccess) -> None:
    choose_language()
    visitor = visitor_of(access)
    if visitor is None:
        return
    if visitor.session is None and not st.query_params.get("agent"):
        _who()
        return
    page = access.touch_page(st.context.headers.get("Host") or "")
    hold_touch_page(page, st.query_params.to_dict())


def _who() -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.title("callrisk", anchor=False, width="content")
        language_switch()
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


def show_trouble(sentence: str) -> None:
    """Draw the one line that says why the app cannot start."""
    st.error(sentence, icon=":material/error:")
