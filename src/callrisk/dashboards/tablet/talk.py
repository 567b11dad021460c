"""The transcript and the notes of a call on the tablet."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.tablet.advice import VERDICTS
from callrisk.dashboards.tablet.marks import PointsOf, marked, points_in
from callrisk.dashboards.tablet.pointing import forget_pointed_at, pointed_at
from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say
from callrisk.wire.call import FEEDBACK, CallDetail, NoteAnswer
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.segment import SegmentAnswer

_LAST_TURNS = 6
_TURNS_BEFORE = 2
_ANYONE = ("assistant", ":material/record_voice_over:")
_FACE = {
    "CUSTOMER": ("user", ":material/person:"),
    "AGENT": ("assistant", ":material/support_agent:"),
}


def show_transcript(call: CallDetail) -> None:
    """Draw the last turns, or those around the one that a statement was chosen of."""
    st.subheader(say("talk.title"), anchor=False)
    if not call.segments:
        st.caption(say("talk.empty"))
        return
    points, names = points_in(call.assessment), _speakers(call.segments)
    place = _place_of(pointed_at(call.call_id), call.segments)
    if place is None:
        for turn in call.segments[-_LAST_TURNS:]:
            _turn(turn, names, points)
        return
    _way_back(call, call.segments[place])
    first = max(0, place - _TURNS_BEFORE)
    for number, turn in enumerate(call.segments[first : first + _LAST_TURNS], first):
        with st.container(key="pointed_at" if number == place else None):
            _turn(turn, names, points)


def _place_of(segment_id: str | None, turns: list[SegmentAnswer]) -> int | None:
    places = (place for place, turn in enumerate(turns) if turn.segment_id == segment_id)
    return next(places, None)


def _way_back(call: CallDetail, turn: SegmentAnswer) -> None:
    st.button(
        say("talk.latest"), icon=":material/keyboard_double_arrow_down:", key="latest",
        width="stretch", on_click=forget_pointed_at, args=(call.call_id,),
    )  # fmt: skip
    if turn.begin_ms is not None:
        st.caption(say("talk.pointed_at", time=frame.duration(turn.begin_ms / 1000)))


def _speakers(turns: list[SegmentAnswer]) -> dict[str, str]:
    """Return the name of the speaker of each turn; several of one role are numbered as heard."""
    heard: dict[str, list[str | None]] = {}
    names = {}
    for turn in turns:
        speakers = heard.setdefault(turn.role, [])
        if turn.participant_id not in speakers:
            speakers.append(turn.participant_id)
        number, role = speakers.index(turn.participant_id) + 1, say(f"role.{turn.role}")
        names[turn.segment_id] = say("talk.speaker", role=role, n=number) if number > 1 else role
    return names


def _turn(turn: SegmentAnswer, names: dict[str, str], points: PointsOf) -> None:
    name, face = _FACE.get(turn.role, _ANYONE)
    with st.chat_message(name, avatar=face):
        begin_ms = turn.begin_ms
        when = "" if begin_ms is None else f" · {frame.duration(begin_ms / 1000)}"
        hearing = f" · {say('talk.provisional')}" if turn.provisional else ""
        hearing += f" · {say('talk.unconfirmed')}" if turn.unconfirmed else ""
        hearing += f" · {say('talk.repeated')}" if turn.repeated else ""
        estimate = turn.sentiment_estimate
        guessed = f" · {say('talk.estimate', mood=say('mood.' + estimate))}" if estimate else ""
        st.caption(f"{names[turn.segment_id]}{when}{hearing}{guessed}")
        if turn.statements:
            st.html(marked(turn, points))
        elif turn.repeated:
            st.caption(plain(turn.text))
        else:
            st.markdown(plain(turn.text))


def show_notes(notes: list[NoteAnswer]) -> None:
    """Draw the notes, newest first."""
    for note in reversed(notes):
        kind = say(f"note.{note.kind}")
        text, about = _words_of(note)
        st.markdown(f"**{kind}** {plain(text)}")
        st.caption(" · ".join([plain(note.agent_id), frame.clock(note.at), *map(plain, about)]))


def _words_of(note: NoteAnswer) -> tuple[str, list[str]]:
    """Return the text of a note, and the play that it is about: that of feedback is its id."""
    action, verdict, reason = [*note.text.split(" ", 2), "", ""][:3]
    if note.kind != FEEDBACK or verdict not in VERDICTS:
        return note.text, []
    done = say(f"advice.{verdict}")
    return (say("note.because", what=done, why=reason) if reason else done), [action]


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
