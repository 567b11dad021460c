"""The analytics app: its pages, their order and icons."""

from dataclasses import replace
from functools import partial

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.access.app_access import AppAccess
from callrisk.dashboards.access.visitor import show_visitor, visitor_of
from callrisk.dashboards.batches import score_tables
from callrisk.dashboards.pages import (
    call_list,
    calls,
    customers,
    data,
    downloads,
    evaluation,
    live,
    models,
    overview,
    team,
    today,
    training,
)
from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import language_switch, say

_PAGES = (
    ("today", today.show, ":material/today:"),
    ("call_list", call_list.show, ":material/call:"),
    ("overview", overview.show, ":material/verified:"),
    ("live", live.show, ":material/support_agent:"),
    ("calls", calls.show, ":material/manage_search:"),
    ("team", team.show, ":material/groups:"),
    ("customers", customers.show, ":material/group:"),
    ("data", data.show, ":material/table_view:"),
    ("evaluation", evaluation.show, ":material/fact_check:"),
    ("training", training.show, ":material/model_training:"),
    ("batch", score_tables.show, ":material/table_chart:"),
    ("models", models.show, ":material/inventory_2:"),
    ("downloads", downloads.show, ":material/download:"),
)


def show(places: Places, access: AppAccess) -> None:
    """Draw the app; Streamlit calls this at every interaction."""
    frame.begin("callrisk", places.icon)
    with st.sidebar:
        language_switch()
    visitor = visitor_of(access)
    if visitor is None:
        return
    with st.sidebar:
        show_visitor(access, visitor)
    _show_pages(replace(places, visitor=visitor))


def _show_pages(places: Places) -> None:
    pages = {
        name: st.Page(
            partial(page, places),
            title=say(f"{name}.title"),
            icon=icon,
            url_path=name,
            default=name == "today",
        )
        for name, page, icon in _PAGES
    }
    frame.remember_pages(pages)
    # A shortened list would end in English words of Streamlit.
    st.navigation(list(pages.values()), expanded=True).run()


def show_trouble(sentence: str) -> None:
    """Draw the one line that says why the app cannot start."""
    st.error(sentence, icon=":material/error:")
