"""Promotion and rollback of model versions by a person, and the log of both."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from callrisk.artifacts import (
    ArtifactError,
    Champion,
    ChampionChange,
    champion,
    fingerprint,
    gate,
    history,
    promote,
    rollback,
    version_figures,
    why_no_rollback,
)
from callrisk.dashboards import frame
from callrisk.dashboards.runs import Places, Version
from callrisk.dashboards.texts import plain, say, word
from callrisk.domain.wording import Text
from callrisk.wire.client import LiveApiError

_SHOWN_SWITCHES = 10
# Session keys: the message for the next run of the page, and the person who acted last.
_MESSAGE, _PERSON = "switched", "person"
_PROGRAM = "callrisk:"
_ICONS = {
    "first": ":material/flag:",
    "promoted": ":material/arrow_upward:",
    "rolled_back": ":material/undo:",
}


def head(places: Places) -> None:
    """Draw the last action's result, the server's state, the champion and the rollback form."""
    message = st.session_state.pop(_MESSAGE, None)
    if message is not None:
        st.success(message, icon=":material/check_circle:")
    _live_server(places)
    try:
        current = champion(places.models)
    except ArtifactError:
        # The page says so above; promoting a version mends it.
        return
    if current is not None:
        with st.container(border=True):
            _serving(places, current)
            _rollback_form(places, current)


def offer(places: Places, version: Version) -> None:
    """Draw the form to promote a version, or the reasons of the gate against it."""
    models = places.models
    with st.expander(say("switch.promote"), icon=":material/arrow_upward:"):
        try:
            reasons = _reasons(models, version.name, _seen(models, version.name))
        except ArtifactError as error:
            st.error(plain(word(error.text)), icon=":material/gpp_bad:")
            return
        if reasons:
            listed = [f"- {plain(word(reason))}" for reason in reasons]
            st.warning("\n".join([say("switch.refused"), "", *listed]), icon=":material/block:")
            key = f"promote_{version.name}"
            st.button(say("switch.promote_do"), disabled=True, key=key)
            return
        st.caption(say("switch.promote_about"))
        with st.form(f"promote_{version.name}", border=False):
            by = _name(f"by_{version.name}", places.person)
            if st.form_submit_button(say("switch.promote_do"), type="primary"):
                _do(lambda: promote(models, version.name, by, datetime.now(UTC)), by)


def record(models: Path) -> None:
    """Draw the log of promotions and rollbacks, newest first."""
    switches = history(models)[:_SHOWN_SWITCHES]
    if not switches:
        return
    st.subheader(say("switch.record"), anchor=False)
    with st.container(border=True, key="record"):
        for switch in switches:
            _line(switch)


def _live_server(places: Places) -> None:
    """Draw the live server's error about its model, if it runs and reports one."""
    try:
        frame.model_mark(places.live_api.health())
    except LiveApiError:
        return


def serves_badge(places: Places, version: str) -> None:
    """Draw a badge at the champion: it serves, is refused as DEMO, or its files are damaged."""
    is_demo = _is_demo(places.models, version, fingerprint(places.models, version))
    if is_demo is None:
        st.badge(say("switch.spoilt"), icon=":material/gpp_bad:", color="red")
    elif is_demo and places.refuses_demo:
        st.badge(say("version.refused"), icon=":material/block:", color="red")
    else:
        st.badge(say("version.serves"), icon=":material/check:", color="green")


@st.cache_resource(max_entries=20, show_spinner=False)
def _is_demo(models: Path, version: str, seen: tuple[object, ...]) -> bool | None:
    """Return True for a version of generated data; None where its files are damaged."""
    del seen  # part of the key
    try:
        return version_figures(models, version).demo
    except ArtifactError:
        return None


def _serving(places: Places, current: Champion) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(current.version)}**", width="content")
        serves_badge(places, current.version)
    if current.at is not None:
        since = frame.moment(current.at.isoformat())
        st.caption(say("switch.since", time=since, by=_person(current.by)))


def _rollback_form(places: Places, current: Champion) -> None:
    models = places.models
    if current.previous is None:
        st.caption(say("switch.no_way_back"))
        return
    with st.expander(say("switch.back", version=plain(current.previous)), icon=":material/undo:"):
        try:
            reason = why_no_rollback(models)
        except ArtifactError as error:
            reason = error.text
        if reason is not None:
            st.warning(plain(word(reason)), icon=":material/block:")
            return
        with st.form("rollback", border=False):
            by = _name("by_rollback", places.person)
            sure = st.checkbox(say("switch.back_sure", version=plain(current.previous)))
            pressed = st.form_submit_button(say("switch.back_do"), icon=":material/undo:")
        if pressed and not sure:
            st.warning(say("switch.back_unsure"))
        elif pressed:
            _do(lambda: rollback(models, by, datetime.now(UTC)), by)


def _name(key: str, person: str | None) -> str:
    """Return who answers for the change: the person of the login, else who is named here."""
    if person is not None:
        st.caption(f"{say('switch.name')}: {plain(person)}")
        return person
    last = str(st.session_state.get(_PERSON, ""))
    return st.text_input(
        say("switch.name"), value=last, max_chars=100, key=key, help=say("switch.name_about"),
        width=360,
    )  # fmt: skip


def _do(change: Callable[[], Champion], by: str) -> None:
    try:
        new = change()
    except ArtifactError as error:
        st.error(plain(word(error.text)), icon=":material/error:")
        return
    st.session_state[_PERSON] = by
    st.session_state[_MESSAGE] = say("switch.done", version=plain(new.version))
    st.rerun()


def _seen(models: Path, version: str) -> tuple[object, ...]:
    """Return fingerprints of both versions' files, the cache key of the gate's verdict."""
    try:
        current = champion(models)
    except ArtifactError:
        return (*fingerprint(models, version), "damaged")
    other = () if current is None else fingerprint(models, current.version)
    return (*fingerprint(models, version), *other)


@st.cache_resource(max_entries=200, show_spinner=False)
def _reasons(models: Path, version: str, seen: tuple[object, ...]) -> tuple[Text, ...]:
    """Return the gate's reasons, cached by file fingerprints because hashing takes long."""
    del seen  # part of the key
    return tuple(gate(models, version))


def _line(switch: ChampionChange) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_ICONS[switch.action], width="content")
        with st.container(gap=None):
            did = say(f"switch.{switch.action}")
            st.markdown(f"{did} **{plain(switch.version)}**")
            parts = [frame.moment(switch.at.isoformat()), _person(switch.by)]
            if switch.previous is not None:
                parts.append(say("switch.before", version=plain(switch.previous)))
            st.caption(" · ".join(parts))


def _person(by: str | None) -> str:
    if by is None:
        return "–"
    return say("switch.by_program") if by.startswith(_PROGRAM) else plain(by)
