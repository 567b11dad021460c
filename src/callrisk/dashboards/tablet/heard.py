"""The list of statements of a call on the tablet: newest first, each leading to its turn."""

import streamlit as st

from callrisk.dashboards.score_words import quoted, signed
from callrisk.dashboards.tablet.marks import (
    PointsOf,
    counts,
    key_of,
    name_of,
    points_in,
    state_of,
    tone_of,
)
from callrisk.dashboards.tablet.pointing import began, turn_button
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
    points = points_in(call.assessment)
    with st.container(key="heard", gap="xsmall"):
        for one in counted[:_SHOWN]:
            _button(call.call_id, one, points)
        _folded(call.call_id, "earlier", counted[_SHOWN:], points)
        _folded(call.call_id, "suppressed", suppressed, points)


def _folded(call_id: str, kind: str, heard: list[Heard], points: PointsOf) -> None:
    if not heard:
        return
    with st.expander(say(f"heard.{kind}", n=len(heard)), key=f"heard_{kind}"):
        for one in heard:
            _button(call_id, one, points)


def _button(call_id: str, heard: Heard, points: PointsOf) -> None:
    turn, statement = heard
    badge = f":{_BADGE[tone_of(statement)]}-badge[{plain(name_of(statement))}]"
    words = [f"{began(turn)}{badge} {plain(quoted(statement.phrase))}"]
    assessed = points.get(key_of(turn.segment_id, statement))
    if assessed is not None:
        words.append(f"**{signed(assessed.points)}**")
        state = state_of(assessed)
        words += [] if state is None else [f":small[{plain(state)}]"]
    key = f"heard_{_key(turn, statement)}"
    turn_button(" ".join(words), key, call_id, turn.segment_id)


def _key(turn: SegmentAnswer, statement: StatementAnswer) -> str:
    place = f"{turn.segment_id}_{statement.begin}_{statement.end}"
    return f"{place}_{statement.intent}_{statement.mood}_{counts(statement)}"
