"""The choice of a file to hand in, as a part of the page that sends it by itself."""

from importlib.resources import files

import streamlit as st

from callrisk.dashboards.texts import say
from callrisk.data_folder import SUFFIXES

_SCRIPT = files(__package__).joinpath("upload_picker.js").read_text(encoding="utf-8")
_HTML = (
    '<div class="hand-in"><label><span></span> <input type="file"></label>'
    '<progress max="1" value="0" hidden></progress><p role="status" aria-live="polite"></p></div>'
)
_CSS = """
.hand-in { border: 1px dashed currentColor; border-radius: 10px; padding: 1rem; }
.hand-in label { display: block; } .hand-in input { font: inherit; max-width: 100%; }
.hand-in progress { width: 100%; height: 0.75rem; margin-top: 0.75rem; }
.hand-in p { margin: 0.5rem 0 0; min-height: 1.5em; }
"""
_REFUSALS = ("wrong_kind", "too_large", "is_empty", "no_room", "gone", "lost")


def handed_in(path: str, largest_mb: int) -> str | None:
    """Draw the choice; return the id of a draft once a file is there whole."""
    picker = st.components.v2.component(
        "callrisk_hand_in", html=_HTML, css=_CSS, js=_SCRIPT, isolate_styles=False
    )
    texts = {f"upload.{one}": say(f"upload.{one}", mb=largest_mb) for one in _REFUSALS}
    texts |= {one: say(f"upload.{one}") for one in ("choose", "sending")}
    told = picker(
        key="hand_in", on_uploaded_change=_nothing,
        data={
            "path": path, "accept": ",".join(f".{one}" for one in SUFFIXES), "texts": texts,
        },
    )  # fmt: skip
    draft_id = getattr(told, "uploaded", None)
    return str(draft_id) if draft_id else None


def _nothing() -> None:
    """Have the page drawn anew, which is all that a file that came needs."""
