"""Texts of both apps in the language that the person chose."""

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
# Where Streamlit would make a link of an address that somebody said, escaped or not.
_ADDRESS = re.compile(r"(?i)(?<=http)(?=s?://)|(?<=https)(?=://)|(?<=www)(?=\.)|(?=@)")
_WORD_JOINER = "\u2060"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every text of the apps in a language by its key."""
    texts: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def language() -> Language:
    """Return the language of this session."""
    return "en" if st.session_state.get(LANGUAGE_KEY) == "en" else "ja"


def say(key: str, **values: object) -> str:
    """Return the text of a key with its {places} filled in; KeyError for an unknown key."""
    return catalogue(language())[key].format(**values)


def word(text: Text) -> str:
    """Return a text in the language of this session."""
    return text.en if language() == "en" else text.ja


def told(answer: Wire, key: str) -> str:
    """Return a text that the server sends twice: `key` in Japanese, `key`_en in English."""
    return str(getattr(answer, f"{key}_en" if language() == "en" else key))


def plain(text: object) -> str:
    """Return text with Markdown characters escaped, and no address that becomes a link."""
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub(_WORD_JOINER, str(text)))


def _of_browser() -> Language:
    """Return the first of our languages that the browser asks for, else Japanese."""
    # Browsers name the one that is liked most first.
    for asked in st.context.headers.get("Accept-Language", "").split(","):
        name = asked.strip().lower()[:2]
        if name in LANGUAGES:
            return "en" if name == "en" else "ja"
    return "ja"


def choose_language() -> None:
    """Begin with the language that the address names, else the browser's."""
    if LANGUAGE_KEY not in st.session_state:
        chosen = st.query_params.get(LANGUAGE_KEY, "")
        st.session_state[LANGUAGE_KEY] = chosen if chosen in LANGUAGES else _of_browser()


def language_switch() -> None:
    """Draw the choice of language, at first the browser's; the address keeps it for links."""
    choose_language()
    st.segmented_control(
        "Language · 言語",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=LANGUAGE_KEY,
        label_visibility="collapsed",
    )
    st.query_params[LANGUAGE_KEY] = st.session_state[LANGUAGE_KEY]
