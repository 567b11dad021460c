"""The overview page: the champion, its verdict, and the next steps."""

from functools import partial

import streamlit as st

from callrisk.charts.outcomes import unpaid_by_band
from callrisk.charts.skill import auc
from callrisk.dashboards import frame
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places, Version, versions_of
from callrisk.dashboards.texts import plain, say
from callrisk.domain.evaluation import Skill


def show(places: Places) -> None:
    """Draw the start page of the analytics app."""
    frame.heading("overview")
    versions_found = versions_of(places)
    for problem in versions_found.unreadable:
        st.error(say("models.unreadable", what=plain(problem)))
    serving = versions_found.serving
    if serving is None:
        frame.empty("overview", ":material/rocket_launch:")
        frame.link_to("training", say("training.title"), ":material/model_training:")
        return
    frame.demo_mark(serving.demo)
    frame.refused_mark(serving.demo and places.refuses_demo)
    versions.verdict(serving.evaluation)
    versions.in_customers(serving.evaluation)
    versions.numbers(serving.evaluation)
    evaluation = serving.evaluation
    with st.grid(2, min_column_width=320):
        frame.figure("bands", partial(unpaid_by_band, evaluation.bands, evaluation.base_rate))
        frame.figure("auc", partial(auc, evaluation.auc, evaluation.baselines))
    _next(serving)


def _next(serving: Version) -> None:
    st.subheader(say("overview.next"), anchor=False)
    with st.grid(2, min_column_width=300):
        for key, page, icon in _steps(serving):
            with st.container(border=True, height="stretch"):
                st.markdown(say(f"overview.step_{key}", n=len(serving.evaluation.alarms)))
                frame.link_to(page, say(f"{page}.title"), icon)


def _steps(serving: Version) -> list[tuple[str, str, str]]:
    steps = []
    if serving.demo:
        steps.append(("own_data", "training", ":material/model_training:"))
    elif serving.evaluation.verdict is Skill.UNPROVEN:
        steps.append(("more_data", "training", ":material/model_training:"))
    if serving.evaluation.alarms:
        steps.append(("alarms", "evaluation", ":material/fact_check:"))
    if serving.run is not None:
        steps.append(("customers", "customers", ":material/group:"))
    steps.append(("live", "live", ":material/support_agent:"))
    return steps
