"""Recommendations on the tablet with their scripts and feedback, and quick actions."""

import streamlit as st

from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say, told
from callrisk.wire.assessment import AssessmentAnswer, RecommendedAction
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


def show_advice(
    api: LiveApi, call_id: str, agent_id: str, assessment: AssessmentAnswer | None
) -> None:
    """Draw the most important recommendation in full, the others in one line each."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{say('advice.title')}**")
        advice = assessment.recommendations if assessment else []
        if not advice:
            st.caption(say("advice.empty"))
            return
        first, *others = sorted(advice, key=lambda one: one.priority)
        st.subheader(plain(told(first, "text")), anchor=False)
        st.info(plain(told(first, "script")), icon=":material/format_quote:")
        _feedback(api, call_id, agent_id, first)
        for one in others:
            st.caption(f"• {plain(told(one, 'text'))}")


def _feedback(api: LiveApi, call_id: str, agent_id: str, advice: RecommendedAction) -> None:
    given = f"advice_{call_id}_{advice.action}"
    if given in st.session_state:
        st.caption(say(f"advice.{st.session_state[given]}_noted"))
        return
    with st.container(horizontal=True):
        for verdict, icon in (("done", ":material/check:"), ("dismissed", ":material/close:")):
            if st.button(say(f"advice.{verdict}"), icon=icon, key=f"{verdict}_{given}"):
                _send_feedback(api, call_id, agent_id, (advice.action, verdict))
                st.rerun(scope="fragment")


def _send_feedback(api: LiveApi, call_id: str, agent_id: str, what: tuple[str, str]) -> None:
    action, verdict = what
    try:
        api.feedback(call_id, agent_id, action, verdict)
    except LiveApiError as error:
        show_trouble(api, error)
        return
    st.session_state[f"advice_{call_id}_{action}"] = verdict


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
