"""Evaluation: what a model knows, how sure that is, and what to be careful about."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.pages import versions
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


def show(places: Places) -> None:
    """Verdict first, then what it means in customers, then pictures, then the card."""
    frame.heading("evaluation")
    version = versions.picked(places)
    if version is None:
        return
    versions.verdict(version.evaluation)
    versions.in_customers(version.evaluation)
    versions.numbers(version.evaluation)
    versions.alarms(version.evaluation)
    path = version.file("customers.npz")
    story = _story(version, None if path is None else customers_of(path))
    tabs = st.tabs([*(word(part.title) for part in PARTS), say("evaluation.facts")])
    for tab, part in zip(tabs, PARTS, strict=False):
        with tab:
            _part(part, story)
    with tabs[-1]:
        _card(version)


@dataclass(frozen=True, slots=True)
class _Story:
    """Everything that can be told about one version."""

    customers: ScoredCustomers | None
    pictures: Mapping[str, Draw]
    notes: Mapping[str, tuple[Text, ...]]
    tables: Mapping[str, FigureTable]


def _story(version: Version, customers: ScoredCustomers | None) -> _Story:
    found = version.evaluation
    return _Story(
        customers,
        pictures_of(found, customers),
        notes_of(found, customers),
        tables_of(found, customers),
    )


def _part(part: Part, story: _Story) -> None:
    if story.customers is None and not story.pictures.keys() & set(part.pictures):
        frame.empty("run", ":material/folder_off:")
        return
    names = [*part.pictures, *(DEPENDENCES if part.key == "reasons" else ())]
    with st.grid(2, min_column_width=_NARROWEST):
        for name in names:
            _picture(name, story)
    if part.key == "choice" and "post_call" in story.tables:
        _post_call(story.tables["post_call"])


def _picture(name: str, story: _Story) -> None:
    notes = story.notes.get(name, ())
    if name in story.pictures:
        title = text_alternative(story.customers, name) if name in DEPENDENCES else None
        beside = frame.Beside(title, notes, story.tables.get(name))
        frame.figure(name, story.pictures[name], beside)
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
    found = version.evaluation
    st.caption(
        say(
            "evaluation.accuracy", own=f"{found.accuracy:.1%}", all=f"{found.majority_accuracy:.1%}"
        )
    )
    if card.is_file():
        st.markdown(card.read_text(encoding="utf-8"))
