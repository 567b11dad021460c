"""The page of a model's evaluation: verdict, figures, charts, alarms and model card."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.addressed import addressed_choice
from callrisk.dashboards.pages import cut_off, gains, stability, versions
from callrisk.dashboards.runs import Places, Version, customers_of
from callrisk.dashboards.texts import say, word
from callrisk.domain.wording import Text
from callrisk.reporting.captions import caption_of
from callrisk.reporting.figure_tables import FigureTable, tables_of
from callrisk.reporting.notes import notes_of
from callrisk.reporting.pictures import (
    DEPENDENCES,
    PARTS,
    Draw,
    Part,
    pictures_of,
    text_alternative,
)
from callrisk.reporting.run_results import ScoredCustomers

_NARROWEST = 320
_STABILITY, _FACTS = "stability", "facts"
_OF_OUTCOMES: Mapping[str, Callable[[Places, ScoredCustomers], None]] = {
    "gains": gains.show, "cut": cut_off.show,
}  # fmt: skip


def show(places: Places) -> None:
    """Draw the verdict, the figures, the charts by topic and the model card."""
    frame.heading("evaluation")
    version = versions.picked(places)
    if version is None:
        return
    versions.verdict(version.evaluation)
    versions.in_customers(version.evaluation)
    versions.numbers(version.evaluation)
    versions.alarms(version.evaluation)
    path = version.file("customers.npz")
    _tab(places, version, None if path is None else customers_of(path))


def _tab(places: Places, version: Version, customers: ScoredCustomers | None) -> None:
    """Draw the chosen tab; nothing of the others is computed."""
    parts = {part.key: part for part in PARTS}
    titles = {key: word(part.title) for key, part in parts.items()}
    titles |= {key: say(f"evaluation.{key}") for key in (*_OF_OUTCOMES, _STABILITY, _FACTS)}
    chosen = addressed_choice("tab", titles)
    if chosen == _FACTS:
        _card(version)
    elif chosen in parts:
        _part(parts[chosen], _content_of(version, customers))
    elif customers is None:
        frame.empty("run", ":material/folder_off:")
    elif chosen == _STABILITY:
        stability.show(places, version, customers)
    else:
        _OF_OUTCOMES[chosen](places, customers)


@dataclass(frozen=True, slots=True)
class _VersionContent:
    """The charts, notes and tables of one version."""

    customers: ScoredCustomers | None
    pictures: Mapping[str, Draw]
    notes: Mapping[str, tuple[Text, ...]]
    tables: Mapping[str, FigureTable]


def _content_of(version: Version, customers: ScoredCustomers | None) -> _VersionContent:
    evaluation = version.evaluation
    return _VersionContent(
        customers,
        pictures_of(evaluation, customers),
        notes_of(evaluation, customers),
        tables_of(evaluation, customers),
    )


def _part(part: Part, content: _VersionContent) -> None:
    if content.customers is None and not content.pictures.keys() & set(part.pictures):
        frame.empty("run", ":material/folder_off:")
        return
    names = [*part.pictures, *(DEPENDENCES if part.key == "reasons" else ())]
    with st.grid(2, min_column_width=_NARROWEST):
        for name in names:
            _picture(name, content)
    if part.key == "choice" and "post_call" in content.tables:
        _post_call(content.tables["post_call"])


def _picture(name: str, content: _VersionContent) -> None:
    notes = content.notes.get(name, ())
    if name in content.pictures:
        title = text_alternative(content.customers, name) if name in DEPENDENCES else None
        details = frame.FigureDetails(title, notes, content.tables.get(name))
        frame.figure(name, content.pictures[name], details)
    elif notes:
        frame.absent(name, notes)


def _post_call(table: FigureTable) -> None:
    caption = caption_of("post_call")
    with st.container(border=True):
        st.markdown(f"**{word(caption.title)}**")
        st.caption(word(caption.reading))
        frame.numbers(table)


def _card(version: Version) -> None:
    card = version.folder / "model_card.md"
    evaluation = version.evaluation
    st.caption(
        say(
            "evaluation.accuracy",
            own=f"{evaluation.accuracy:.1%}",
            all=f"{evaluation.majority_accuracy:.1%}",
        )
    )
    if card.is_file():
        st.markdown(card.read_text(encoding="utf-8"))
