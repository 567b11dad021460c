"""Evaluation: what a model knows, how sure that is, and what to be careful about."""

from functools import partial

import numpy as np
import streamlit as st

from callrisk.charts import customers as customer_figures
from callrisk.charts import outcomes as outcome_figures
from callrisk.charts import reasons as reason_figures
from callrisk.charts import skill as skill_figures
from callrisk.dashboards import frame
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places, Version, customers_of
from callrisk.dashboards.texts import say
from callrisk.pipeline.results import ScoredCustomers


def show(places: Places) -> None:
    """Verdict first, then figures, then pictures."""
    frame.heading("evaluation")
    version = versions.picked(places)
    if version is None:
        return
    versions.verdict(version.evaluation)
    versions.numbers(version.evaluation)
    versions.alarms(version.evaluation)
    trust, reasons, facts = st.tabs(
        [say("evaluation.trust"), say("evaluation.reasons"), say("evaluation.facts")]
    )
    path = version.file("customers.npz")
    customers = None if path is None else customers_of(path)
    with trust:
        _trust(version, customers)
    with reasons:
        _reasons(customers)
    with facts:
        _facts(version)


def _trust(version: Version, customers: ScoredCustomers | None) -> None:
    found = version.evaluation
    pictures = [
        ("bands", partial(outcome_figures.unpaid_by_band, found.bands, found.base_rate)),
        ("auc", partial(skill_figures.auc, found.auc, found.baselines)),
        ("brier", partial(skill_figures.brier, found.brier_skill, found.block_skill)),
        ("progress", partial(skill_figures.by_progress, found.by_progress)),
    ]
    if customers is not None:
        known = ~np.isnan(customers.unpaid)
        probability, unpaid = customers.probability[known], customers.unpaid[known]
        scores, labels = customers.score.tolist(), customers.labels()
        cuts, months = customers.thresholds, customers.months()
        pictures += [
            ("distribution", partial(customer_figures.distribution, scores, labels, cuts)),
            ("calibration", partial(outcome_figures.calibration, probability, unpaid)),
            ("months", partial(outcome_figures.unpaid_by_month, months, found.base_rate)),
        ]
    with st.grid(2, min_column_width=320):
        for name, draw in pictures:
            frame.figure(name, draw)


def _reasons(customers: ScoredCustomers | None) -> None:
    if customers is None:
        frame.empty("run", ":material/folder_off:")
        return
    features, points, facts = customers.features, customers.points, customers.facts
    with st.grid(2, min_column_width=320):
        frame.figure("importance", partial(reason_figures.importance, features, points))
        frame.figure("swarm", partial(reason_figures.swarm, features, points, facts))


def _facts(version: Version) -> None:
    card = version.folder / "model_card.md"
    found = version.evaluation
    st.caption(
        say(
            "evaluation.accuracy", own=f"{found.accuracy:.1%}", all=f"{found.majority_accuracy:.1%}"
        )
    )
    if card.is_file():
        st.markdown(card.read_text(encoding="utf-8"))
