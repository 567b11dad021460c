"""Messages of the tablet about failed requests to the live server."""

import streamlit as st

from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import plain, say
from callrisk.wire.client import LiveApi, LiveApiError


def show_trouble(api: LiveApi, error: LiveApiError) -> None:
    """Draw one sentence about the failure and what to do."""
    if error.unreachable:
        show_server_away(api)
    else:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")
