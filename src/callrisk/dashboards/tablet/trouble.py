"""What the tablet says when the live server is away or says no."""

import streamlit as st

from callrisk.dashboards.texts import plain, say
from callrisk.wire.client import LiveApi, LiveApiError


def show_trouble(api: LiveApi, error: LiveApiError) -> None:
    """One sentence, and what to do."""
    if error.unreachable:
        st.warning(say("live.unreachable", address=api.address), icon=":material/cloud_off:")
        st.code("python realtime_api_server.py", language=None)
    else:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")
