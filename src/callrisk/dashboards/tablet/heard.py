"""The list of statements of a call on the tablet: newest first, each leading to its turn."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.tablet.marks import counts, name_of, tone_of
from callrisk.dashboards.texts import plain, say
from callrisk.wire.call import CallDetail
from callrisk.wire.segment import SegmentAnswer, StatementAnswer

_SHOWN = 4
_BADGE = {"worry": "orange", "calm": "blue", "neutral": "gray", "suppressed": "gray"}

# A statement with the turn in which it was made.
Heard = tuple[SegmentAnswer, StatementAnswer]


def heard_in(turns: list[SegmentAnswer]) -> list[Heard]:
    """Return the statements of a call, newest first, each once."""
    heard = [
        (turn, statement)
        for turn in turns
        for statement in sorted(turn.statements, key=lambda one: (one.begin, one.end))
    ]
    return list({_key(*one): one for one in reversed(heard)}.values())


def show_heard(call: CallDetail) -> None:
    """Draw what counts, and folded away what came earlier and what does not count."""
    st.subheader(say("heard.title"), anchor=False)
    heard = heard_in(call.segments)
    counted = [one for one in heard if counts(one[1])]
    suppressed = [one for one in heard if not counts(one[1])]
    if not counted:
        st.caption(say(f"heard.none_{call.status}"))
    with st.container(key="heard", gap="xsmall"):
        for one in counted[:_SHOWN]:
            _button(call.call_id, *one)
        _folded(call.call_id, "earlier", counted[_SHOWN:])
        _folded(call.call_id, "suppressed", suppressed)


def _folded(call_id: str, kind: str, heard: list[Heard]) -> None:
    if not heard:
        return
    with st.expander(say(f"heard.{kind}", n=len(heard)), key=f"heard_{kind}"):
        for one in heard:
            _button(call_id, *one)


def _button(call_id: str, turn: SegmentAnswer, statement: StatementAnswer) -> None:
    begin_ms = turn.begin_ms
    when = "" if begin_ms is None else f"{frame.duration(begin_ms / 1000)} "
    badge = f":{_BADGE[tone_of(statement)]}-badge[{plain(name_of(statement))}]"
    st.button(
        f"{when}{badge} 「{plain(statement.phrase)}」", type="tertiary", width="stretch",
        key=f"heard_{_key(turn, statement)}", on_click=_point_at, args=(call_id, turn.segment_id),
    )  # fmt: skip


def _key(turn: SegmentAnswer, statement: StatementAnswer) -> str:
    place = f"{turn.segment_id}_{statement.begin}_{statement.end}"
    return f"{place}_{statement.intent}_{statement.mood}_{counts(statement)}"


def _point_at(call_id: str, segment_id: str) -> None:
    st.session_state[f"pointed_at_{call_id}"] = segment_id


def pointed_at(call_id: str) -> str | None:
    """Return the id of the turn that the transcript is asked to show, or None."""
    segment_id: str | None = st.session_state.get(f"pointed_at_{call_id}")
    return segment_id


def forget_pointed_at(call_id: str) -> None:
    """Let the transcript show the latest turns again."""
    st.session_state.pop(f"pointed_at_{call_id}", None)
