"""Quick actions on the tablet: large buttons, each of which adds a note to the call."""

import streamlit as st

from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say
from callrisk.wire.client import LiveApi, LiveApiError

# What an agent does again and again, one touch each.
QUICK_ACTIONS = (
    ("callback", ":material/phone_callback:"),
    ("payment", ":material/payments:"),
    ("identity", ":material/verified_user:"),
    ("documents", ":material/mail:"),
    ("explained", ":material/task_alt:"),
    ("complaint", ":material/feedback:"),
)


def show_quick_actions(api: LiveApi, call_id: str, agent_id: str) -> None:
    """Draw large buttons, each of which adds a note to the call."""
    st.subheader(say("quick.title"), anchor=False)
    with st.grid(columns=3, min_column_width=150, gap="xsmall"):
        for name, icon in QUICK_ACTIONS:
            if st.button(say(f"quick.{name}"), icon=icon, width="stretch", key=f"quick_{name}"):
                _note_quickly(api, call_id, agent_id, say(f"quick.{name}"))


def _note_quickly(api: LiveApi, call_id: str, agent_id: str, text: str) -> None:
    try:
        api.note(call_id, agent_id, text, kind="quick_action")
    except LiveApiError as error:
        show_trouble(api, error)
        return
    st.toast(say("quick.noted", text=plain(text)), icon=":material/check:")
