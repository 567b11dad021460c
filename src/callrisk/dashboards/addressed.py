"""Choices that stand in the address of a page, so that a link leads to the same view."""

from collections.abc import Mapping

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
