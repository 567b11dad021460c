"""The page of model versions: figures, the champion, and the log of promotions."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.pages import switching, versions
from callrisk.dashboards.runs import Places, Version, versions_of
from callrisk.dashboards.texts import plain, say
from callrisk.domain.evaluation import Skill
from callrisk.reporting.facts import interval_text


def show(places: Places) -> None:
    """Draw all versions, newest first."""
    frame.heading("models")
    all_versions = versions_of(places)
    for problem in all_versions.unreadable:
        st.error(say("models.unreadable", what=plain(problem)))
    if not all_versions.listed:
        frame.empty("models", ":material/model_training:")
        frame.link_to("training", say("training.title"), ":material/model_training:")
        return
    switching.head(places)
    st.subheader(say("models.listed", n=len(all_versions.listed)), anchor=False)
    for version in all_versions.listed:
        _card(places, version)
    switching.record(places.models)


def _card(places: Places, version: Version) -> None:
    evaluation = version.evaluation
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(version.name)}**", width="content")
            if version.serves:
                switching.serves_badge(places, version.name)
            _verdict_badge(version)
            if version.demo:
                st.badge("DEMO", color="violet")
        figures = (
            (say("number.auc"), interval_text(evaluation.auc, ".3f")),
            (say("number.brier"), interval_text(evaluation.brier_skill, "+.3f")),
            (say("number.customers"), f"{evaluation.customers:,}"),
            (say("models.made_at"), versions.made_at(version)),
        )
        with st.grid(4, min_column_width=150):
            for label, value in figures:
                with st.container(gap="xxsmall"):
                    st.caption(label)
                    st.markdown(plain(value))
        if not version.serves:
            switching.offer(places, version)


def _verdict_badge(version: Version) -> None:
    proven = version.evaluation.verdict is Skill.DEMONSTRATED
    st.badge(
        versions.verdict_word(version.evaluation),
        icon=":material/verified:" if proven else ":material/help:",
        color="blue" if proven else "orange",
    )
