"""Parts of pages about one model version: selection, verdict and figures with intervals."""

from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.runs import Places, Version, customers_of, versions_of
from callrisk.dashboards.texts import language, plain, say, word
from callrisk.domain.evaluation import Evaluation, Interval, Skill
from callrisk.reporting.facts import VERDICT, VERDICT_MEANING
from callrisk.reporting.plain_words import (
    blocking_first,
    category_caution,
    frequencies,
    frequency_sentence,
    improvement_steps,
)
from callrisk.reporting.run_results import ScoredCustomers

_PICKED = "version"


def picked(places: Places) -> Version | None:
    """Return the selected version, the champion unless another is chosen; None without versions."""
    versions = versions_of(places)
    if not versions.listed:
        frame.empty("models", ":material/model_training:")
        frame.link_to("training", say("training.title"), ":material/model_training:")
        return None
    by_name = {version.name: version for version in versions.listed}
    first = versions.serving or versions.listed[0]
    name = st.selectbox(
        say("version.choose"),
        list(by_name),
        index=list(by_name).index(first.name),
        format_func=lambda name: version_line(by_name[name]),
        key=_PICKED,
        persist_state="session",
    )
    version = by_name[str(name)]
    frame.demo_mark(version.demo)
    return version


def picked_with_customers(places: Places) -> tuple[Version, ScoredCustomers] | None:
    """Return the selected version and its customers; None, and why on the page, without either."""
    version = picked(places)
    if version is None:
        return None
    frame.unproven_mark(version.evaluation.verdict is Skill.UNPROVEN)
    path = version.file("customers.npz")
    customers = None if path is None else customers_of(path)
    if customers is None:
        frame.empty("run", ":material/folder_off:")
        return None
    return version, customers


def version_line(version: Version) -> str:
    """Return a version as one line of text."""
    parts = [version.name, verdict_word(version.evaluation)]
    if version.serves:
        parts.insert(1, say("version.serves"))
    return " · ".join(parts)


def made_at(version: Version) -> str:
    """Return the time at which a version was made, taken from its name (UTC)."""
    moment = datetime.strptime(version.name[:15], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - made aware below
    return frame.moment(f"{moment.isoformat()}+00:00")


def verdict_word(evaluation: Evaluation) -> str:
    """Return the word for demonstrated or unproven."""
    return word(VERDICT[evaluation.verdict])


def verdict(evaluation: Evaluation) -> None:
    """Draw the verdict in words with the reasons against it."""
    text = f"**{verdict_word(evaluation)}** — {word(VERDICT_MEANING[evaluation.verdict])}"
    if evaluation.verdict is Skill.DEMONSTRATED:
        st.success(text, icon=":material/verified:")
        return
    english = language() == "en"
    reasons = evaluation.reasons_unproven_en if english else evaluation.reasons_unproven
    st.warning("\n".join([text, "", *_listed(reasons)]), icon=":material/help:")
    with st.expander(say("verdict.ways_out"), icon=":material/lightbulb:"):
        st.markdown("\n".join(_listed(word(step) for step in improvement_steps(evaluation))))


def _listed(sentences: Iterable[str]) -> list[str]:
    return [f"- {plain(sentence)}" for sentence in sentences]


def in_customers(evaluation: Evaluation) -> None:
    """Draw the meaning of each category: of a hundred customers, the number that did not pay."""
    with st.container(border=True):
        st.markdown(f"**{say('verdict.in_customers')}**")
        sentences = [word(frequency_sentence(frequency)) for frequency in frequencies(evaluation)]
        st.markdown("\n".join(_listed(sentences)))
        nobody = category_caution(evaluation)
        st.caption(say("verdict.out_of_fold") if nobody is None else word(nobody))


def numbers(evaluation: Evaluation) -> None:
    """Draw the four main figures, each with its meaning."""
    auc, skill = evaluation.auc, evaluation.brier_skill
    shown = (
        ("auc", f"{auc.value:.3f}", interval_line(auc, ".3f")),
        ("brier", f"{skill.value:+.3f}", interval_line(skill, "+.3f")),
        ("base_rate", f"{evaluation.base_rate:.1%}", say("number.groups", n=evaluation.groups)),
        ("customers", f"{evaluation.customers:,}", _customers_line(evaluation)),
    )
    with st.grid(4, min_column_width=150):
        for key, value, below in shown:
            with st.container(border=True, height="stretch"):
                st.metric(say(f"number.{key}"), value, help=say(f"number.{key}_about"))
                st.caption(below)


def _customers_line(evaluation: Evaluation) -> str:
    return say("number.of_customers", calls=evaluation.calls, pending=evaluation.pending_customers)


def interval_line(interval: Interval, form: str) -> str:
    """Return the 95 % interval in words."""
    return say("number.interval", low=format(interval.low, form), high=format(interval.high, form))


def alarms(evaluation: Evaluation) -> None:
    """Draw the alarms of an evaluation, blocking ones first."""
    for alarm in blocking_first(evaluation.alarms):
        show = st.error if alarm.blocking else st.warning
        message = alarm.message_en if language() == "en" else alarm.message
        show(plain(message), icon=":material/warning:")
