"""One ended call: its course, what was said about paying, the transcript, and notes."""

import html
from collections.abc import Sequence
from functools import partial

import streamlit as st

from callrisk.charts.score_course import score_course
from callrisk.dashboards import frame
from callrisk.dashboards.call_words import agent_name, end_reason, intent_label, written_summary
from callrisk.dashboards.texts import language, plain, say
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.wording import CATEGORY
from callrisk.wire.call import CallDetail, NoteAnswer
from callrisk.wire.client import LiveApi
from callrisk.wire.health import ServedThresholds
from callrisk.wire.segment import SegmentAnswer, StatementAnswer

_PARTIES = frozenset(ParticipantRole)


def show_call(api: LiveApi, call: CallDetail, thresholds: ServedThresholds) -> None:
    """Draw a call whole."""
    frame.demo_mark(call.demo)
    _head(call)
    points = [(point.elapsed_s, point.risk_score) for point in call.assessments]
    if points:
        limits = Thresholds(thresholds.high_risk, thresholds.medium_risk)
        frame.figure("course", partial(score_course, points, limits))
    else:
        st.caption(say("calls.no_score"))
    _statements(call.segments)
    _transcript(call.segments)
    _notes(call.notes)
    st.download_button(
        say("calls.save_transcript"), data=partial(_transcript_bytes, api, call),
        file_name=f"{call.call_id}.txt", mime="text/plain", icon=":material/download:",
        on_click="ignore", key="save_transcript", help=say("calls.save_about"),
    )  # fmt: skip


def _transcript_bytes(api: LiveApi, call: CallDetail) -> bytes:
    """Return the text once somebody asks for it, which the audit notes."""
    return api.transcript(call.call_id).text.encode()


def _head(call: CallDetail) -> None:
    summary = call.summary
    score = None if summary is None else summary.final_risk_score
    category = None if summary is None else summary.final_risk_category
    label = None if category is None else CATEGORY[category]
    shown = (
        ("score", "–" if score is None else str(score)),
        ("category", "–" if label is None else label.en if language() == "en" else label.ja),
        ("duration", frame.duration(call.duration_s)),
        ("turns", f"{call.turns:,}"),
    )
    with st.grid(4, min_column_width=140):
        for key, value in shown:
            st.metric(say(f"calls.{key}"), value, border=True)
    card = call.customer_data
    name = None if card is None else card.name
    st.markdown(say(
        "calls.whose", customer=plain(call.customer_id or "–"), name=plain(name or ""),
        agent=plain(agent_name(call)), began=frame.moment(call.started_at),
    ))  # fmt: skip
    if call.customer_id:
        frame.link_to(
            "customers", say("customers.over_time"), ":material/timeline:",
            customer=call.customer_id,
        )  # fmt: skip
    told = [one for one in (end_reason(call), written_summary(call)) if one]
    if told:
        st.caption(plain(" · ".join(told)))


def _statements(segments: Sequence[SegmentAnswer]) -> None:
    said = [(segment, one) for segment in segments for one in segment.statements]
    st.subheader(say("calls.statements"), anchor=False)
    if not said:
        st.caption(say("calls.no_statements"))
        return
    rows = [
        {
            say("calls.at"): _clock(segment),
            say("calls.intent"): intent_label(one.intent),
            say("calls.phrase"): one.phrase,
            say("calls.counts"): say("calls.yes") if _counts(segment, one) else "–",
        }
        for segment, one in said
    ]
    st.dataframe(rows, hide_index=True, key="statements_table")


def _counts(segment: SegmentAnswer, one: StatementAnswer) -> bool:
    return one.mood == "asserted" and one.strength > 0 and not segment.repeated


def _clock(segment: SegmentAnswer) -> str:
    return "–" if segment.begin_ms is None else frame.duration(segment.begin_ms / 1000)


def _transcript(segments: Sequence[SegmentAnswer]) -> None:
    st.subheader(say("calls.transcript"), anchor=False)
    if not segments:
        st.caption(say("calls.no_words"))
        return
    st.html(f'<div class="turns">{"".join(_turn(one) for one in segments)}</div>')


def _turn(segment: SegmentAnswer) -> str:
    role = str(segment.role) if segment.role in _PARTIES else "OTHER"
    who = html.escape(f"{say(f'role.{role}')} {_clock(segment)}")
    text = _marked(segment) if segment.text else html.escape(say("calls.words_gone"))
    return f'<div class="turn {role.lower()}"><small>{who}</small><p>{text}</p></div>'


def _marked(segment: SegmentAnswer) -> str:
    """Return the text with the phrases about paying marked; of overlapping ones the first."""
    parts, at = [], 0
    for one in sorted(segment.statements, key=lambda statement: statement.begin):
        if one.begin < at:
            continue
        phrase = html.escape(segment.text[one.begin : one.end])
        title = html.escape(intent_label(one.intent), quote=True)
        parts += [
            html.escape(segment.text[at : one.begin]),
            f'<mark title="{title}">{phrase}</mark>',
        ]
        at = one.end
    return "".join([*parts, html.escape(segment.text[at:])])


def _notes(notes: Sequence[NoteAnswer]) -> None:
    st.subheader(say("calls.notes"), anchor=False)
    written = [note for note in notes if note.text]
    if not written:
        st.caption(say("calls.no_notes"))
    for note in written:
        st.markdown(f"**{frame.moment(note.at)}** {plain(note.agent_id)} · {plain(note.text)}")
