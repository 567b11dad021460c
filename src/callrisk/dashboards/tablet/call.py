"""The tablet's screen of one call, active or ended."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.call_words import end_reason, written_summary
from callrisk.dashboards.tablet.advice import show_advice
from callrisk.dashboards.tablet.customer import show_assigning, show_customer
from callrisk.dashboards.tablet.heard import show_heard
from callrisk.dashboards.tablet.home import customer_name
from callrisk.dashboards.tablet.moves import show_moves
from callrisk.dashboards.tablet.quick import show_quick_actions
from callrisk.dashboards.tablet.reasons import show_reasons
from callrisk.dashboards.tablet.score import is_unproven, show_score
from callrisk.dashboards.tablet.talk import show_notes, show_transcript, show_writing
from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say, told, word
from callrisk.domain.evaluation import Skill
from callrisk.reporting.facts import VERDICT
from callrisk.wire.assessment import NoModelAnswer
from callrisk.wire.call import CallDetail, CallSummary
from callrisk.wire.client import LiveApi, LiveApiError

_NOT_FOUND = 404


def show(api: LiveApi, call_id: str, agent_id: str) -> None:
    """Draw the screen of one call."""
    if st.button(say("tablet.back"), icon=":material/arrow_back:", key="back"):
        _go_home()
    call = _ask(api, call_id)
    if call is None:
        return
    if call.status == "ended":
        _ended(api, call_id)
        return
    _now(api, call_id, agent_id)
    show_quick_actions(api, call_id, agent_id)
    _below(api, call_id)
    show_writing(api, call_id, agent_id)
    show_assigning(api, call_id, agent_id)
    _end(api, call_id)


def _go_home() -> None:
    del st.query_params["call"]
    st.rerun(scope="app")


def _ask(api: LiveApi, call_id: str) -> CallDetail | None:
    """Return the call as the server has it, or its last known state marked as stale, or None."""
    kept = f"call_{call_id}"
    try:
        call = api.call(call_id)
    except LiveApiError as error:
        if error.status == _NOT_FOUND:
            frame.empty("tablet.no_call", ":material/call_end:")
            return None
        show_trouble(api, error)
        last: tuple[CallDetail, str] | None = st.session_state.get(kept)
        if last is None:
            return None
        st.caption(say("tablet.stale", time=last[1]))
        return last[0]
    st.session_state[kept] = (call, frame.now_clock())
    return call


@st.fragment(run_every="1s")
def _now(api: LiveApi, call_id: str, agent_id: str) -> None:
    call = _ask(api, call_id)
    if call is None:
        return
    if call.status == "ended":
        st.rerun(scope="app")
    _head(api, call, agent_id)
    unscored = _unscored(api, call)
    with st.grid(2, min_column_width=300):
        show_score(call, unscored)
        show_advice(api, call, agent_id, unscored)


def _unscored(api: LiveApi, call: CallDetail) -> NoModelAnswer | None:
    """Return the answer about a call that no model scores, with its advice; else None."""
    if call.assessment is not None:
        return None
    try:
        answer = api.score_customer(call.call_id)
    except LiveApiError:
        # `_ask` has just told why, or will at the next refresh.
        return None
    return answer if isinstance(answer, NoModelAnswer) else None


def _head(api: LiveApi, call: CallDetail, agent_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(customer_name(call), anchor=False, width="content")
        st.markdown(frame.duration(call.duration_s), width="content")
        _badges(call)
    _gap(call)
    show_customer(api, call, agent_id)


def _badges(call: CallDetail) -> None:
    if call.demo:
        st.badge("DEMO", color="violet", help=say("demo"))
    if is_unproven(call.assessment):
        st.badge(word(VERDICT[Skill.UNPROVEN]), color="orange", help=say("unproven"))
    if call.escalated:
        st.badge(say("live.is_escalated"), icon=":material/supervisor_account:", color="blue")


def _gap(call: CallDetail) -> None:
    if call.has_gap:
        st.warning(say("call.gap"), icon=":material/hearing_disabled:")
    if call.analysis_lost_at is not None:
        lost = say("call.lost", time=frame.clock(call.analysis_lost_at))
        st.warning(lost, icon=":material/hearing_disabled:")


@st.fragment(run_every="1s")
def _below(api: LiveApi, call_id: str) -> None:
    # The fragment above has just asked; asking twice a second would say no more.
    kept: tuple[CallDetail, str] | None = st.session_state.get(f"call_{call_id}")
    if kept is None:
        return
    call = kept[0]
    with st.grid(2, min_column_width=300):
        with st.container():
            show_reasons(call.assessment)
            show_moves(api, call)
            show_heard(call)
        with st.container():
            show_transcript(call)
    if call.notes:
        with st.expander(say("note.listed", n=len(call.notes)), key="notes"):
            show_notes(call.notes)


def _end(api: LiveApi, call_id: str) -> None:
    # Asked in place: what opens above the page may lie outside the screen of a phone.
    asked = f"end_asked_{call_id}"
    if not st.session_state.get(asked):
        st.button(
            say("tablet.end"), icon=":material/call_end:", key="end", width="stretch",
            on_click=st.session_state.update, args=({asked: True},),
        )  # fmt: skip
        return
    st.markdown(say("tablet.end_sure"))
    if st.button(say("tablet.end_yes"), type="primary", key="end_yes", width="stretch"):
        try:
            api.end_call(call_id)
        except LiveApiError as error:
            show_trouble(api, error)
            return
        st.rerun(scope="app")


@st.fragment(run_every="5s")
def _ended(api: LiveApi, call_id: str) -> None:
    # Asked again, because turns and the telephony's summary may come after the end.
    call = _ask(api, call_id)
    if call is None:
        return
    assessment = call.assessment
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"{customer_name(call)} — {say('tablet.ended_title')}"
        st.subheader(title, anchor=False, width="content")
        _badges(call)
    frame.unproven_mark(is_unproven(assessment))
    if (reason := end_reason(call)) is not None:
        st.markdown(reason)
    _gap(call)
    if call.summary is not None:
        _summary(call.summary)
    if (written := written_summary(call)) is not None:
        with st.container(border=True):
            st.markdown(f"**{say('summary.contact')}**")
            st.markdown(plain(written))
    with st.grid(2, min_column_width=300):
        with st.container():
            show_reasons(assessment)
            show_moves(api, call)
            show_heard(call)
        with st.container():
            show_transcript(call)
    if call.notes:
        st.subheader(say("note.listed", n=len(call.notes)), anchor=False)
        show_notes(call.notes)


def _summary(summary: CallSummary) -> None:
    final = summary.final_risk_score
    label = "–" if summary.final_risk_label is None else told(summary, "final_risk_label")
    scores = [score for score in summary.risk_scores if score is not None]
    with st.grid(4, min_column_width=150):
        st.metric(say("summary.final"), "–" if final is None else final, border=True)
        st.metric(say("customers.category"), label, border=True)
        st.metric(say("summary.highest"), max(scores, default="–"), border=True)
        st.metric(say("live.duration"), frame.duration(summary.duration), border=True)
        st.metric(say("live.turns"), summary.turns, border=True)
        st.metric(say("summary.notes"), summary.notes, border=True)
