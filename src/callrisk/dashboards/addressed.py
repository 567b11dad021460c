"""Choices that stand in the address of a page, so that a link leads to the same view."""

from collections.abc import Mapping, Sequence

import streamlit as st


def addressed_choice(name: str, titles: Mapping[str, str], usual: str | None = None) -> str:
    """Draw a choice of titles; return the key of the one that is chosen, first the address's.

    Where the address names none it is the usual one, or the first.

    The address holds the key, which is the same in every language.
    """
    if st.session_state.get(name) not in titles:
        asked = st.query_params.get(name, "")
        st.session_state[name] = asked if asked in titles else usual or next(iter(titles))
    st.segmented_control(
        name,
        list(titles),
        format_func=titles.__getitem__,
        required=True,
        key=name,
        label_visibility="collapsed",
        persist_state="session",
    )
    chosen = str(st.session_state[name])
    st.query_params[name] = chosen
    return chosen


def addressed_choices(name: str, label: str, titles: Mapping[str, str]) -> list[str]:
    """Draw a choice of any number of titles; return the chosen keys, first the address's."""
    if name not in st.session_state:
        st.session_state[name] = [one for one in st.query_params.get_all(name) if one in titles]
    st.pills(
        label,
        list(titles),
        selection_mode="multi",
        format_func=titles.__getitem__,
        key=name,
        persist_state="session",
    )
    chosen = [str(one) for one in st.session_state[name]]
    _remember(name, chosen)
    return chosen


def addressed_option(name: str, label: str, titles: Mapping[str, str], none: str) -> str | None:
    """Draw a list of titles; return the key of the one that is chosen, first the address's.

    `none` stands there while none is chosen. The address has the key alone, never the title.
    """
    if name not in st.session_state or st.session_state[name] not in titles:
        asked = st.query_params.get(name, "")
        st.session_state[name] = asked if asked in titles else None
    st.selectbox(
        label,
        list(titles),
        format_func=lambda key: titles.get(key, ""),
        key=name,
        placeholder=none,
        persist_state="session",
    )
    chosen = st.session_state[name]
    _remember(name, [] if chosen is None else [str(chosen)])
    return None if chosen is None else str(chosen)


def _remember(name: str, chosen: Sequence[str]) -> None:
    if chosen:
        st.query_params[name] = list(chosen)
    else:
        st.query_params.pop(name, None)
