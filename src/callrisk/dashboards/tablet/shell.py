"""The shell of the tablet: it fills the screen with the touch page of the live server."""

from collections.abc import Mapping
from importlib.resources import files
from urllib.parse import urlencode

import streamlit as st

from callrisk.dashboards.texts import say

_NAME = "callrisk_touch"
_FOLDER = files(__package__)


def hold_touch_page(page: str, asked: Mapping[str, str]) -> None:
    """Hold the touch page at an address; `asked` are the parameters of the app's own address.

    The page of the live server runs in a frame that lies over the whole app, so that it goes on
    while Streamlit is away.
    """
    query = {name: asked[name] for name in ("agent", "lang") if asked.get(name)}
    place = f"#{urlencode({'call': asked['call']})}" if asked.get("call") else ""
    shell = st.components.v2.component(
        _NAME, css=_text_of("shell.css"), js=_text_of("shell.js"), isolate_styles=False
    )
    shell(
        key="touch",
        data={"page": page, "query": f"?{urlencode(query)}" if query else "", "place": place,
              "title": say("tablet.title"), "away": say("tablet.away")},
    )  # fmt: skip


def _text_of(name: str) -> str:
    return _FOLDER.joinpath(name).read_text(encoding="utf-8")
