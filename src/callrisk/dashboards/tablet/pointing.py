"""The turn of a call that the tablet's transcript is asked to show."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.wire.segment import SegmentAnswer


def point_at(call_id: str, segment_id: str) -> None:
    """Let the transcript show this turn and its neighbours."""
    st.session_state[f"pointed_at_{call_id}"] = segment_id


def pointed_at(call_id: str) -> str | None:
    """Return the id of the turn that the transcript is asked to show, or None."""
    segment_id: str | None = st.session_state.get(f"pointed_at_{call_id}")
    return segment_id


def forget_pointed_at(call_id: str) -> None:
    """Let the transcript show the latest turns again."""
    st.session_state.pop(f"pointed_at_{call_id}", None)


def turn_button(label: str, key: str, call_id: str, segment_id: str) -> None:
    """Draw a row that leads to a turn when it is touched; `label` is Markdown."""
    st.button(
        label, type="tertiary", width="stretch", key=key, on_click=point_at,
        args=(call_id, segment_id),
    )  # fmt: skip


def began(turn: SegmentAnswer) -> str:
    """Return when a turn began, followed by a space; empty where that is unknown."""
    return "" if turn.begin_ms is None else f"{frame.duration(turn.begin_ms / 1000)} "
