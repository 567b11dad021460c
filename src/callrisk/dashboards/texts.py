"""What both apps say, in the language that the person chose."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import streamlit as st

from callrisk.charts.theme import Language
from callrisk.domain.wording import Text
from callrisk.wire.base import Wire

# Where the choice is kept, in the session and in the address.
LANGUAGE_KEY = "lang"
LANGUAGES: dict[str, str] = {"ja": "日本語", "en": "English"}
_FOLDER = Path(__file__).parent / "texts"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every text of the apps by its key."""
    texts: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def language() -> Language:
    """The language that this person reads."""
    return "en" if st.session_state.get(LANGUAGE_KEY) == "en" else "ja"


def say(key: str, **values: object) -> str:
    """The text of a key, its {places} filled in; KeyError for a key that is in no catalogue."""
    return catalogue(language())[key].format(**values)


def word(text: Text) -> str:
    """The same for a pair that exists already."""
    return text.en if language() == "en" else text.ja


def told(answer: Wire, key: str) -> str:
    """A text that the server sends in both languages: `key` in Japanese, `key`_en in English."""
    return str(getattr(answer, f"{key}_en" if language() == "en" else key))


def plain(text: object) -> str:
    """Text of others as it is, where Streamlit would take it for Markdown."""
    return _MARKDOWN.sub(r"\\\1", str(text))


def language_switch() -> None:
    """Let the person choose; the choice stands in the address, so that a link keeps it."""
    if LANGUAGE_KEY not in st.session_state:
        asked = st.query_params.get(LANGUAGE_KEY, "")
        st.session_state[LANGUAGE_KEY] = asked if asked in LANGUAGES else "ja"
    st.segmented_control(
        "Language · 言語",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=LANGUAGE_KEY,
        label_visibility="collapsed",
    )
    st.query_params[LANGUAGE_KEY] = st.session_state[LANGUAGE_KEY]
