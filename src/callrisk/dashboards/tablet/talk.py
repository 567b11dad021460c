"""The transcript and the notes of a call on the tablet."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say
from callrisk.wire.call import CallDetail, NoteAnswer
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.segment import SegmentAnswer

_LAST_TURNS = 6
_FACE = {
    "CUSTOMER": ("user", ":material/person:"),
    "AGENT": ("assistant", ":material/support_agent:"),
}


def show_transcript(call: CallDetail) -> None:
    """Draw the last turns, newest at the end."""
    st.subheader(say("talk.title"), anchor=False)
    if not call.segments:
        st.caption(say("talk.empty"))
        return
    for turn in call.segments[-_LAST_TURNS:]:
        _turn(turn)


def _turn(turn: SegmentAnswer) -> None:
    name, face = _FACE[turn.role]
    with st.chat_message(name, avatar=face):
        begin_ms = turn.begin_ms
        when = "" if begin_ms is None else f" · {frame.duration(begin_ms / 1000)}"
        hearing = f" · {say('talk.provisional')}" if turn.provisional else ""
        estimate = turn.sentiment_estimate
        guessed = f" · {say('talk.estimate', mood=say('mood.' + estimate))}" if estimate else ""
        st.caption(f"{say('role.' + turn.role)}{when}{hearing}{guessed}")
        st.markdown(plain(turn.text))


def show_notes(notes: list[NoteAnswer]) -> None:
    """Draw the notes, newest first."""
    for note in reversed(notes):
        kind = say(f"note.{note.kind}")
        st.markdown(f"**{kind}** {plain(note.text)}")
        st.caption(f"{plain(note.agent_id)} · {frame.clock(note.at)}")


def show_writing(api: LiveApi, call_id: str, agent_id: str) -> None:
    """Draw the forms for a note and for an escalation to a supervisor."""
    with st.grid(2, min_column_width=280):
        with st.form("note", clear_on_submit=True):
            text = st.text_area(say("note.write"), max_chars=4000, height=96)
            noted = st.form_submit_button(say("note.save"), icon=":material/save:", width="stretch")
        with st.form("escalation", clear_on_submit=True):
            reason = st.text_area(say("escalate.write"), max_chars=4000, height=96)
            asked = st.form_submit_button(
                say("escalate.send"), icon=":material/supervisor_account:", width="stretch"
            )
    if noted:
        _send(api, (call_id, agent_id, text), escalate=False)
    if asked:
        _send(api, (call_id, agent_id, reason), escalate=True)


def _send(api: LiveApi, what: tuple[str, str, str], escalate: bool) -> None:
    call_id, agent_id, text = what
    if not text.strip():
        st.warning(say("escalate.needs_reason" if escalate else "note.needs_text"))
        return
    try:
        if escalate:
            api.escalate(call_id, agent_id, text)
        else:
            api.note(call_id, agent_id, text)
    except LiveApiError as error:
        show_trouble(api, error)
        return
    st.toast(say("escalate.sent" if escalate else "note.saved"), icon=":material/check:")
