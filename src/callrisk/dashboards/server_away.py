"""The sentence of both apps while the live server does not answer."""

import streamlit as st

from callrisk.dashboards.texts import say
from callrisk.wire.client import LiveApi

_START = "python realtime_api_server.py"


def show_server_away(api: LiveApi) -> None:
    """Draw that the page goes on by itself; on one's own machine also how to start the server."""
    if api.is_of_a_person:
        show_reconnecting()
        return
    st.warning(say("live.unreachable", address=api.address), icon=":material/cloud_off:")
    st.code(_START, language=None)


def show_reconnecting() -> None:
    """Draw that the page goes on by itself: who has logged in starts no server."""
    st.warning(say("live.reconnecting"), icon=":material/cloud_off:")
