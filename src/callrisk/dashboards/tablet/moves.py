"""Why the score moved, on the tablet: since the start of the call, or in its last minute."""

from datetime import datetime, timedelta

import streamlit as st

from callrisk.dashboards.score_words import change_text, signed
from callrisk.dashboards.tablet.pointing import turn_button
from callrisk.dashboards.texts import plain, say
from callrisk.domain.wording import OTHER
from callrisk.wire.assessment import ChangeLine, ScoreChanges
from callrisk.wire.call import CallDetail, ScorePoint
from callrisk.wire.client import LiveApi, LiveApiError

_MINUTE = timedelta(minutes=1)
_SHOWN = 6


def show_moves(api: LiveApi, call: CallDetail) -> None:
    """Draw the two moves, folded; opened, the lines that add up to the chosen one."""
    if not call.assessments:
        return
    since = {"start": call.assessments[0], "minute": minute_before(call)}
    newest = call.assessments[-1]
    moved = {name: signed(newest.risk_score - one.risk_score) for name, one in since.items()}
    st.caption(say("moves.both", **moved))
    # The title stays the same: with another one the browser would fold it again.
    with st.expander(say("moves.title"), key="moves", on_change="rerun") as folded:
        if not folded.open:
            return
        chosen = st.segmented_control(
            say("moves.since"), list(since), format_func=lambda name: say(f"moves.{name}"),
            required=True, default="start", key="moves_since", label_visibility="collapsed",
            width="stretch",
        )  # fmt: skip
        _lines(api, call.call_id, since[chosen or "start"], newest)


def minute_before(call: CallDetail) -> ScorePoint:
    """Return the score of a minute ago; that of the start in a younger call.

    Now is the server's now, or the end of a call that is over.
    """
    now = datetime.fromisoformat(call.started_at) + timedelta(seconds=call.duration_s)
    before = [one for one in call.assessments if datetime.fromisoformat(one.at) <= now - _MINUTE]
    return before[-1] if before else call.assessments[0]


def _lines(api: LiveApi, call_id: str, earlier: ScorePoint, later: ScorePoint) -> None:
    if earlier.seq == later.seq:
        st.caption(say("moves.none"))
        return
    changes = _asked(api, call_id, earlier, later)
    if changes is None:
        st.caption(say("moves.away"))
        return
    st.markdown(say(
        "moves.sum", earlier=changes.earlier.risk_score, later=changes.later.risk_score,
        points=signed(changes.points),
    ))  # fmt: skip
    if not changes.because:
        st.caption(say("moves.none"))
    with st.container(gap="xsmall"):
        for number, line in enumerate(strongest(changes.because)):
            label = f"**{signed(line.points)}** {plain(change_text(line))}"
            if line.segment_id is None:
                st.markdown(f":small[{label}]")
            else:
                turn_button(label, f"move_{number}", call_id, line.segment_id)


def strongest(lines: list[ChangeLine]) -> list[ChangeLine]:
    """Return the strongest lines first, and the rest as one; the sum stays the same."""
    ordered = sorted(lines, key=lambda line: -abs(line.points))
    if len(ordered) <= _SHOWN:
        return ordered
    rest = sum(line.points for line in ordered[_SHOWN - 1 :])
    other = ChangeLine(feature="other", label=OTHER.ja, label_en=OTHER.en, points=rest)
    return [*ordered[: _SHOWN - 1], other]


def _asked(
    api: LiveApi, call_id: str, earlier: ScorePoint, later: ScorePoint
) -> ScoreChanges | None:
    """Return the changes between two assessments, asked once; None while nobody answers."""
    kept, key = f"moves_{call_id}", (earlier.seq, later.seq)
    last: tuple[tuple[int, int], ScoreChanges] | None = st.session_state.get(kept)
    if last is not None and last[0] == key:
        return last[1]
    try:
        changes = api.changes(call_id, *key)
    except LiveApiError:
        # The trouble itself stands above; the answer of a moment ago would not be this one.
        return None
    st.session_state[kept] = (key, changes)
    return changes
