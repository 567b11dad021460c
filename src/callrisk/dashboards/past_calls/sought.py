"""The search of ended calls: its form, its address, and the question asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from callrisk.dashboards.texts import language, say
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY
from callrisk.wire.client import LiveApi
from callrisk.wire.search.search_answers import SearchPage

_TEXTS, _CHOICES, _DAYS = ("customer", "agent"), ("intent", "outcome", "category"), ("from", "to")
_FACTS = (*_TEXTS, *_CHOICES, *_DAYS)
# Where the id of a search by words stands in the address; words never do.
_SEARCH = "search"
_MOST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Sought:
    """Facts as the server is asked for them, and the id of a search by words."""

    facts: Mapping[str, str] = field(default_factory=dict)
    search_id: str = ""


def sought_of_address() -> Sought:
    """Return what the address asks for."""
    facts = {name: st.query_params[name] for name in _FACTS if st.query_params.get(name)}
    return Sought(facts, st.query_params.get(_SEARCH, ""))


def found_page(api: LiveApi, sought: Sought, cursor: str | None) -> SearchPage:
    """Return a page of what is sought. LiveApiError."""
    if sought.search_id:
        return api.read_search(sought.search_id, cursor)
    return api.search_calls(dict(sought.facts), cursor)


def search_form(api: LiveApi, outcomes: Mapping[str, str]) -> bool:
    """Draw the form; return True once something else is sought. LiveApiError."""
    with st.form("sought", border=True):
        words = st.text_input(
            say("calls.words"), type="search", max_chars=_MOST_LETTERS,
            help=say("calls.words_about"), placeholder=say("calls.words_example"),
            icon=":material/search:",
        )  # fmt: skip
        with st.grid(4, min_column_width=180):
            facts = {name: _text(name) for name in _TEXTS}
            facts |= {
                name: _choice(name, options)
                for name, options in zip(
                    _CHOICES, (_intents(), outcomes, _categories()), strict=True
                )
            }
            facts |= {name: _day(name) for name in _DAYS}
        is_asked = st.form_submit_button(say("calls.ask"), icon=":material/search:")
    if is_asked:
        _remember(api, words.strip(), {name: one for name, one in facts.items() if one})
    return is_asked


def _remember(api: LiveApi, words: str, facts: dict[str, str]) -> None:
    """Put what is asked into the address; words are kept by the server under an id."""
    saved = api.save_search(words, dict(facts)) if words else None
    for name in (*_FACTS, _SEARCH):
        st.query_params.pop(name, None)
    if saved is not None and saved.search_id is not None:
        st.query_params[_SEARCH] = saved.search_id
    for name, one in facts.items():
        st.query_params[name] = one


def _text(name: str) -> str:
    asked = st.query_params.get(name, "")
    return st.text_input(say(f"calls.{name}"), asked, max_chars=256).strip()


def _choice(name: str, options: Mapping[str, str]) -> str:
    asked = st.query_params.get(name, "")
    keys = ["", *options]
    return str(
        st.selectbox(
            say(f"calls.{name}"), keys, keys.index(asked) if asked in options else 0,
            format_func=lambda key: options.get(key, say("calls.any")),
        )
    )  # fmt: skip


def _day(name: str) -> str:
    try:
        asked = date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        asked = None
    chosen = st.date_input(say(f"calls.{name}"), asked, format="YYYY/MM/DD")
    return chosen.isoformat() if isinstance(chosen, date) else ""


def _intents() -> dict[str, str]:
    return {
        str(intent): row.label_en if language() == "en" else row.label
        for intent, row in packaged_concerns().items()
    }


def _categories() -> dict[str, str]:
    return {
        str(one): CATEGORY[one].en if language() == "en" else CATEGORY[one].ja
        for one in RiskCategory
    }
